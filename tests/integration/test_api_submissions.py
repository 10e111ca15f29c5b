"""Orders by API: findings at once, a key makes repeating safe, and nothing sent is a 500."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from database import inbox
from domain.findings import FindingCode
from tests.integration.api_world import (
    as_,
    key_of,
    open_house,
    serving,
    state_on,
    state_without_postgres,
    submitted,
)

ORDERS = "/api/v1/orders"


@pytest.fixture
async def api(engine: Engine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with engine.begin() as c:
        open_house(c)
    async with serving(state_on(engine, database_url)) as client:
        yield client


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as c:
        return list(c.execute(select(inbox.inbox)))


async def test_a_sound_order_is_kept_with_who_sent_it(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    answer = await api.post(ORDERS, json=submitted(), headers=as_("cs", key="k1"))
    assert answer.status_code == 202
    (row,) = rows(engine)
    assert answer.json() == {"status": "accepted", "inbox_id": row.id, "findings": []}
    assert answer.headers["location"] == "/api/v1/orders?channel=api&q=PO-1"
    assert (row.channel, row.topic, row.submitter) == ("api", "order.created", "cs")
    assert row.dedup_key == "key:cs:k1"
    assert json.loads(bytes(row.body))["external_id"] == "PO-1"


async def test_the_same_key_with_the_same_order_gets_the_same_answer(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    first, again = [
        await api.post(ORDERS, json=submitted(), headers=as_("cs", key="k1")) for _ in range(2)
    ]
    assert again.status_code == 202
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(rows(engine)) == 1


async def test_twenty_repetitions_at_once_are_one_order(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    answers = await asyncio.gather(
        *(api.post(ORDERS, json=submitted(), headers=as_("cs", key="k1")) for _ in range(20))
    )
    assert {a.status_code for a in answers} == {202}
    assert len({a.json()["inbox_id"] for a in answers}) == 1
    assert len(rows(engine)) == 1


@pytest.mark.parametrize("other", [{"external_id": "PO-2"}, {"shop": "other"}])
async def test_the_same_key_with_another_order_is_a_conflict(
    api: httpx.AsyncClient, engine: Engine, other: dict[str, str]
) -> None:
    await api.post(ORDERS, json=submitted(), headers=as_("cs", key="k1"))
    answer = await api.post(ORDERS, json=submitted() | other, headers=as_("cs", key="k1"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_key_reused"
    assert len(rows(engine)) == 1


async def test_two_people_may_use_the_same_key(api: httpx.AsyncClient, engine: Engine) -> None:
    for person in ("cs", "lead"):
        answer = await api.post(ORDERS, json=submitted(person), headers=as_(person, key="k1"))
        assert answer.status_code == 202
    assert len(rows(engine)) == 2


async def test_a_missing_key_is_named(api: httpx.AsyncClient) -> None:
    answer = await api.post(ORDERS, json=submitted(), headers=as_("cs"))
    assert answer.status_code == 422
    assert [f["field"] for f in answer.json()["findings"]] == ["idempotency-key"]


async def test_an_unknown_field_is_named_and_nothing_is_kept(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    order = submitted(colour="red")
    answer = await api.post(ORDERS, json=order, headers=as_("cs", key="k1"))
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    (found,) = answer.json()["findings"]
    assert (found["field"], found["code"]) == ("colour", FindingCode.UNKNOWN_FIELD)
    assert rows(engine) == []


async def test_what_line_1_finds_is_told_in_both_languages(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    address = submitted()["shipping_address"] | {"postal_code": "X"}
    order = submitted(total="1.00", shipping_address=address)
    answer = await api.post(ORDERS, json=order, headers=as_("cs", key="k1"))
    assert answer.status_code == 422
    found = {f["code"]: f for f in answer.json()["findings"]}
    assert {FindingCode.AMOUNT_MISMATCH, FindingCode.BAD_POSTAL_CODE} <= set(found)
    assert found["BAD_POSTAL_CODE"]["message_en"] != found["BAD_POSTAL_CODE"]["message_zh"]
    assert rows(engine) == []


async def test_warnings_come_with_the_acceptance(api: httpx.AsyncClient) -> None:
    customer = submitted()["customer"] | {"email": "not-an-address"}
    answer = await api.post(ORDERS, json=submitted(customer=customer), headers=as_("cs", key="k1"))
    assert answer.status_code == 202
    assert [f["code"] for f in answer.json()["findings"]] == [FindingCode.BAD_EMAIL]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a":' * 5000, b""])
async def test_what_is_no_json_is_said_to_be_none(api: httpx.AsyncClient, body: bytes) -> None:
    headers = as_("cs", key="k1") | {"Content-Type": "application/json"}
    answer = await api.post(ORDERS, content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_half_a_surrogate_pair_is_refused_and_quoted_safely(api: httpx.AsyncClient) -> None:
    headers = as_("cs", key="k1") | {"Content-Type": "application/json"}
    body = json.dumps(submitted(notes="\ud800") | {"\udfff": 1}).encode()
    answer = await api.post(ORDERS, content=body, headers=headers)
    assert answer.status_code == 422


async def test_without_postgres_no_order_is_acknowledged() -> None:
    async with serving(state_without_postgres()) as api:
        answer = await api.post(ORDERS, json=submitted(), headers=as_("cs", key="k1"))
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", [None, "Bearer nobodys-key", "Basic Zm9v", "Bearer ", f"Bearer {'x' * 5000}"]
)
async def test_without_a_valid_key_nobody_is_let_in(
    api: httpx.AsyncClient, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = await api.get(ORDERS, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "unauthenticated"


async def test_a_role_without_the_permission_is_told_which_one_is_missing(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    answer = await api.post(ORDERS, json=submitted(), headers=as_("audi", key="k1"))
    assert answer.status_code == 403
    assert "orders.create" in answer.json()["detail"]
    assert rows(engine) == []


async def test_a_revoked_key_ends_within_seconds(
    api: httpx.AsyncClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib
    from datetime import UTC, datetime

    from database import people

    monkeypatch.setattr("api.keys.SECONDS_KEPT", 0.0)
    assert (await api.get(ORDERS, headers=as_("cs"))).is_success
    digest = hashlib.sha256(key_of("cs").encode()).hexdigest()
    with engine.begin() as c:
        people.revoke_key(c, digest, datetime.now(UTC))
    assert (await api.get(ORDERS, headers=as_("cs"))).status_code == 401


async def test_problems_follow_the_language_of_the_caller(api: httpx.AsyncClient) -> None:
    chinese = await api.get(ORDERS, headers={"Accept-Language": "zh-CN,en;q=0.5"})
    english = await api.get(ORDERS, headers={"Accept-Language": "en,zh;q=0.5"})
    assert chinese.json()["detail"] == chinese.json()["detail_zh"] == english.json()["detail_zh"]
    assert english.json()["title"] == "Not signed in"


async def test_an_unknown_path_and_a_wrong_method_are_problems_too(api: httpx.AsyncClient) -> None:
    for method, path, status in (("GET", "/nope", 404), ("DELETE", ORDERS, 405)):
        answer = await api.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


# --- whatever a caller sends --------------------------------------------------------------------

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["598.94", "-1", "1e99", "2026-11-03T08:15:00Z", "DE", "EUR", "\x00"]),
)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=8,
)
_FIELDS = sorted(submitted())


async def test_no_order_however_mangled_is_a_server_error(
    api: httpx.AsyncClient, engine: Engine
) -> None:
    loop = asyncio.get_running_loop()

    def post(body: bytes, key: str) -> httpx.Response:
        headers = as_("cs", key=key) | {"Content-Type": "application/json"}
        work = api.post(ORDERS, content=body, headers=headers)
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    @settings(
        max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(
        changes=st.dictionaries(st.sampled_from([*_FIELDS, "channel", "extra"]), _JSON, max_size=4),
        line=st.dictionaries(st.sampled_from(sorted(submitted()["lines"][0])), _JSON, max_size=3),
        key=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40),
    )
    def mangled(changes: dict[str, Any], line: dict[str, Any], key: str) -> None:
        order = submitted()
        order = order | {"lines": [order["lines"][0] | line]} | changes
        answer = post(json.dumps(order).encode(), key)
        assert answer.status_code in (202, 400, 409, 422), answer.text
        if answer.is_error:
            assert {"code", "title", "detail_zh"} <= set(answer.json())

    @settings(max_examples=50, deadline=None, derandomize=True)
    @given(body=st.one_of(st.binary(max_size=60), _JSON.map(lambda j: json.dumps(j).encode())))
    def rubbish(body: bytes) -> None:
        assert post(body, "k").status_code in (400, 422)

    await asyncio.to_thread(mangled)
    await asyncio.to_thread(rubbish)
