"""The robots' protocols: signatures, bodies within their limits, error codes in a 200."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from notifications import dingtalk, feishu, wecom
from notifications.robots import Dialect, Robot
from notifications.senders import DeliveryFailed, Recipient
from notifications.text import Link, Text

DIALECTS = (wecom.DIALECT, dingtalk.DIALECT, feishu.DIALECT)
AT = datetime(2026, 11, 3, 8, 15, 4, tzinfo=UTC)
HELLO = Text("Order #1", "Please decide.", "Order #1", "Please decide.")


def recipient(**addresses: str) -> Recipient:
    return Recipient("li", "held", addresses)


def robot(dialect: Dialect, answer: Callable[[httpx.Request], httpx.Response]) -> Robot:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return Robot(dialect, "https://robots.example/send?key=k+1", "secret", client)


def failure(dialect: Dialect, *answer: Any, status: int = 200, **headers: str) -> DeliveryFailed:
    """Return how a robot fails that gets this answer."""

    def said(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, content=json.dumps(*answer))

    with pytest.raises(DeliveryFailed) as failed:
        robot(dialect, said).send(recipient(), HELLO)
    return failed.value


def test_dingtalk_signs_timestamp_and_secret_with_the_secret() -> None:
    # openssl: printf '1580000000000\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret'
    assert dingtalk.signature("this is secret", "1580000000000") == DINGTALK_SIGN


def test_feishu_signs_nothing_with_timestamp_and_secret() -> None:
    # openssl: printf '' | openssl dgst -sha256 -hmac $'1599360473\ndemo'
    assert feishu.signature("demo", "1599360473") == FEISHU_SIGN


DINGTALK_SIGN = "A6F5Tq5JsbHU5ep6q2GCpmFMuJ1T9oO37jCCijYY+vI="
FEISHU_SIGN = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


def test_timestamps_are_in_the_unit_that_each_vendor_asks_for() -> None:
    assert dingtalk.sign({}, "s", AT).query["timestamp"] == "1793693704000"
    assert feishu.sign({}, "s", AT).body["timestamp"] == "1793693704"
    assert not dingtalk.sign({}, "", AT).query
    assert feishu.sign({}, "", AT).body == {}


def test_the_signature_arrives_as_it_was_made_beside_what_the_url_holds() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"errcode": 0})

    robot(dingtalk.DIALECT, answer).send(recipient(), HELLO)
    query = parse_qs(asked[0].url.query.decode())
    assert query["sign"] == [dingtalk.signature("secret", query["timestamp"][0])]
    assert "key" in query


@pytest.mark.parametrize(
    ("dialect", "answer", "code", "permanent", "wait"),
    [
        (wecom.DIALECT, {"errcode": 45009}, "wecom:45009", False, timedelta(minutes=1)),
        (wecom.DIALECT, {"errcode": 93000}, "wecom:93000", True, None),
        (wecom.DIALECT, {"errcode": -1}, "wecom:-1", False, None),
        (dingtalk.DIALECT, {"errcode": 130101}, "dingtalk:130101", False, timedelta(minutes=10)),
        (dingtalk.DIALECT, {"errcode": 310000}, "dingtalk:310000", True, None),
        (dingtalk.DIALECT, {"errcode": "300001"}, "dingtalk:300001", True, None),
        (feishu.DIALECT, {"code": 11232}, "feishu:11232", False, timedelta(minutes=1)),
        (feishu.DIALECT, {"code": 19021, "msg": "sign"}, "feishu:19021", True, None),
        (feishu.DIALECT, {"code": 9499, "msg": "Bad Request"}, "feishu:9499", True, None),
        (
            feishu.DIALECT,
            {"code": 9499, "msg": "too many request"},
            "feishu:9499",
            False,
            timedelta(minutes=1),
        ),
        (feishu.DIALECT, {"StatusCode": 19024}, "feishu:19024", True, None),
    ],
)
def test_an_error_code_in_a_200_is_a_failure_with_that_code(
    dialect: Dialect, answer: Any, code: str, permanent: bool, wait: timedelta | None
) -> None:
    failed = failure(dialect, answer)
    assert (failed.code, failed.permanent, failed.wait) == (code, permanent, wait)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("answer", ["it works!", [], {}, None, {"errcode": True, "code": "x"}])
def test_an_answer_without_a_code_is_no_delivery_and_is_tried_again(
    dialect: Dialect, answer: Any
) -> None:
    failed = failure(dialect, answer)
    assert (failed.code, failed.permanent) == ("no_code", False)


def test_http_errors_without_a_code_of_the_vendor_are_told_apart() -> None:
    assert failure(wecom.DIALECT, {}, status=502).permanent is False
    assert failure(wecom.DIALECT, {}, status=404).permanent is True
    waits = failure(feishu.DIALECT, {}, status=429, **{"Retry-After": "52"})
    assert waits.wait == timedelta(seconds=52)


def test_the_vendors_code_counts_more_than_the_http_status() -> None:
    assert failure(feishu.DIALECT, {"code": 11232}, status=400).wait == timedelta(minutes=1)


def test_a_service_that_cannot_be_reached_is_named_without_its_url() -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("https://robots.example/send?key=k1 refused", request=request)

    with pytest.raises(DeliveryFailed) as failed:
        robot(wecom.DIALECT, unreachable).send(recipient(), HELLO)
    assert str(failed.value) == "ConnectError"


def test_a_robot_keeps_below_the_limit_of_its_vendor_by_itself() -> None:
    now = [0.0]
    calls: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(200, json={"errcode": 0})

    client = httpx.Client(transport=httpx.MockTransport(answer))
    sender = Robot(wecom.DIALECT, "https://robots.example/", "", client, lambda: now[0])
    for _ in range(20):
        sender.send(recipient(), HELLO)
    now[0] = 45.0
    with pytest.raises(DeliveryFailed) as failed:
        sender.send(recipient(), HELLO)
    assert (failed.value.wait, len(calls)) == (timedelta(seconds=15), 20)
    now[0] = 60.0
    sender.send(recipient(), HELLO)
    assert len(calls) == 21


def test_messages_mention_the_person_by_their_id_and_nobody_without_one() -> None:
    assert wecom.message(HELLO, "li4")["markdown"]["content"].endswith("<@li4>")
    ding = dingtalk.message(HELLO, "m1")
    assert ding["at"]["atUserIds"] == ["m1"]
    assert ding["markdown"]["text"].endswith("@m1")
    (element,) = feishu.message(HELLO, "ou_1")["card"]["elements"]
    assert element["content"].endswith("<at id=ou_1></at>")
    assert "@" not in wecom.message(HELLO, "")["markdown"]["content"]


def test_a_long_message_is_cut_in_its_body_and_keeps_its_links() -> None:
    body = "备货 " * 20_000
    link = Link("Open", "https://orders.example/orders/1")
    text = Text("Order", body, "Order", body, (link,))
    content = wecom.message(text, "li4")["markdown"]["content"]
    assert len(content.encode()) <= wecom.MOST_BYTES
    assert f"[Open]({link.url})" in content
    assert len(dingtalk.message(text, "")["markdown"]["text"].encode()) <= dingtalk.MOST_BYTES
    assert len(json.dumps(feishu.message(text, "ou_1"), ensure_ascii=False).encode()) <= 20_000


def test_links_go_from_the_last_when_there_is_no_room_for_all() -> None:
    links = tuple(Link(f"L{n}", f"https://orders.example/{n}") for n in range(9))
    shown = Text("T", "body", "T", "body", links).markdown(120)
    assert len(shown.encode()) <= 120
    assert "[L0](https://orders.example/0)" in shown
    assert "L8" not in shown
