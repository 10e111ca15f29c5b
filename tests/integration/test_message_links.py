"""Links in messages: looking does nothing, their person decides once, nobody else ever does."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Engine, text
from temporalio.client import Client

from api.link_page import page
from api.schemas.links import LinkView
from database import links, notes
from domain.actions import Verdict
from domain.approvals import Policy, SignerGroup
from domain.order import content_hash
from notifications.links import LinkMaker, kept
from tests.integration.api_orders_alive import COUNTERSIGNED, Orders, Outside, working
from tests.integration.api_world import as_, open_house, serving, state_on
from tests.integration.database_world import canonical

MAKER = LinkMaker("https://orders.example", b"s" * 32)
MANAGERS = SignerGroup("regional_manager", ("mia",))
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _house(engine: Engine) -> None:
    with engine.begin() as c:
        open_house(c)


class Letters:
    """Orders that wait for signatures, and the links that were sent about them."""

    def __init__(
        self, engine: Engine, api: httpx.AsyncClient, shop: Orders, outside: Outside
    ) -> None:
        self.engine, self._api, self.shop, self.outside = engine, api, shop, outside

    async def order(self, *groups: SignerGroup) -> str:
        """Start an order that these have to sign; returns its id."""
        policy = Policy.COUNTERSIGN if len(groups) > 1 else Policy.ANY_OF
        self.outside.needs(policy, *(groups or (MANAGERS,)))
        self.name = f"link-{next(_numbers)}"
        order_id = await self.shop.start(self.name)
        await self.shop.until(order_id, "in_review", "approve")
        return order_id

    def sent(
        self,
        order_id: str,
        verdict: Verdict = Verdict.APPROVE,
        person: str = "mia",
        content: str = "",
        ago: timedelta = timedelta(),
    ) -> str:
        """Keep a link that was sent so long ago and return its path."""
        shown = content or content_hash(canonical(self.name))
        token = MAKER.token(next(_numbers), "wecom", verdict, shown)
        at = datetime.now(UTC) - ago
        with self.engine.begin() as c:
            links.save(c, kept(token, person, order_id, shown, verdict, at))
        return f"/api/v1/links/{token}"

    async def look(self, path: str, **headers: str) -> httpx.Response:
        return await self._api.get(path, headers=headers)

    async def follow(self, path: str, person: str = "mia", note: str = "") -> httpx.Response:
        return await self._api.post(path, json={"note": note}, headers=as_(person))


@pytest.fixture
async def letters(
    engine: Engine, database_url: str, temporal_client: Client
) -> AsyncIterator[Letters]:
    shop, outside = Orders(engine, temporal_client), Outside(engine)
    async with (
        serving(state_on(engine, database_url, temporal_client)) as api,
        working(temporal_client, outside),
    ):
        yield Letters(engine, api, shop, outside)
        await shop.end()


async def test_looking_shows_what_would_be_done_and_does_nothing(letters: Letters) -> None:
    order_id = await letters.order()
    path = letters.sent(order_id)
    before = letters.shop.kinds(order_id)
    for _ in range(3):
        shown = await letters.look(path)
        seen = await letters.look(path, **BROWSER)
    assert shown.status_code == 200, shown.text
    view = shown.json()
    assert (view["possible"], view["verdict"], view["stage"]) == (True, "approve", "in_review")
    assert (view["total"], view["currency"]) == ("100.00", "EUR")
    assert "example.com" not in shown.text + seen.text
    assert "Beispiel" not in shown.text + seen.text
    assert seen.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in seen.headers["content-security-policy"]
    assert seen.headers["referrer-policy"] == "no-referrer"
    assert "通过" in seen.text
    assert letters.shop.kinds(order_id) == before
    assert (await letters.follow(path)).status_code == 200


async def test_its_person_decides_by_it_once_and_hears_the_same_again(letters: Letters) -> None:
    order_id = await letters.order()
    path = letters.sent(order_id)
    first = await letters.follow(path)
    assert (first.status_code, first.json()["code"]) == (200, "approved"), first.text
    await letters.shop.until(order_id, "preparing")
    again = await letters.follow(path, note="changed my mind")
    assert (again.status_code, again.json()) == (200, first.json())
    assert letters.shop.kinds(order_id).count("signed") == 1
    view = (await letters.look(path)).json()
    assert (view["possible"], view["obstacle"]) == (False, "used")
    with letters.engine.begin() as c:
        c.execute(text("UPDATE message_links SET expires_at = now() - interval '1 day'"))
    assert (await letters.follow(path)).json() == first.json()


async def test_nobody_else_decides_by_it(letters: Letters) -> None:
    order_id = await letters.order(*COUNTERSIGNED)
    path = letters.sent(order_id, person="otto")
    other = await letters.follow(path, "fay")
    assert (other.status_code, other.json()["code"]) == (403, "not_your_link")
    assert (await letters.follow(path, "keeper_eu")).json()["code"] == "forbidden"
    assert (await letters.follow(path, "nobody")).status_code == 401
    assert "signed" not in letters.shop.kinds(order_id)
    assert (await letters.follow(path, "otto")).json()["code"] == "signed"
    used = await letters.follow(path, "fay")
    assert (used.status_code, used.json()["code"]) == (403, "not_your_link")


async def test_who_may_not_sign_may_not_by_a_link(letters: Letters) -> None:
    order_id = await letters.order()
    refused = await letters.follow(letters.sent(order_id, person="fay"), "fay")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_entitled")


async def test_a_link_is_good_for_two_days(letters: Letters) -> None:
    order_id = await letters.order()
    path = letters.sent(order_id, ago=timedelta(hours=48))
    assert (await letters.look(path)).json()["obstacle"] == "expired"
    refused = await letters.follow(path)
    assert (refused.status_code, refused.json()["code"]) == (410, "link_expired")
    assert (await letters.follow(letters.sent(order_id, ago=timedelta(hours=47)))).is_success


async def test_a_link_decides_on_the_content_that_was_shown_and_on_no_other(
    letters: Letters,
) -> None:
    order_id = await letters.order()
    path = letters.sent(order_id, content="0" * 64)
    assert (await letters.look(path)).json()["obstacle"] == "changed"
    refused = await letters.follow(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_content")


async def test_rejecting_needs_a_note_and_does_not_use_the_link_up_without(
    letters: Letters,
) -> None:
    order_id = await letters.order()
    path = letters.sent(order_id, Verdict.REJECT)
    bare = await letters.follow(path)
    assert (bare.status_code, bare.json()["code"]) == (422, "note_required")
    done = await letters.follow(path, note="too cheap")
    assert (done.status_code, done.json()["code"]) == (200, "rejected")
    with letters.engine.connect() as c:
        assert [note.text for note in notes.texts(c, order_id).values()] == ["too cheap"]


async def test_of_two_links_to_one_order_the_second_is_refused_like_any_decision(
    letters: Letters,
) -> None:
    order_id = await letters.order(*COUNTERSIGNED)
    yes = letters.sent(order_id, person="otto")
    same = letters.sent(order_id, person="otto")
    assert (await letters.follow(yes, "otto")).json()["code"] == "signed"
    refused = await letters.follow(same, "otto")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_signed")


async def test_a_token_is_kept_nowhere_and_a_guess_opens_nothing(letters: Letters) -> None:
    order_id = await letters.order()
    path = letters.sent(order_id)
    token = path.rpartition("/")[2]
    assert (await letters.follow(path)).is_success
    with letters.engine.connect() as c:
        tables = c.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        for table in tables:
            found = c.execute(
                text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE :token"),
                {"token": f"%{token}%"},
            ).scalar_one()
            assert found == 0, table
    guess = "/api/v1/links/" + "A" * 43
    assert (await letters.look(guess)).json()["code"] == "unknown_link"
    assert (await letters.follow(guess)).status_code == 404
    assert (await letters.look("/api/v1/links/short")).status_code == 422


def test_what_stands_on_the_page_is_text_and_runs_nothing() -> None:
    evil = "</title><script>alert(1)</script>"
    view = LinkView(
        verdict=Verdict.REJECT,
        order_id="ord_x",
        number=evil,
        stage="in_review",
        total="1.00",
        currency="EUR",
        possible=True,
        obstacle="",
        needs_note=True,
        expires_at="2026-11-05T08:15:04Z",
        used_at=None,
    )
    shown = bytes(page(view).body).decode()
    assert evil not in shown
    assert shown.count("<script>") == 1
    assert "<textarea" in shown
