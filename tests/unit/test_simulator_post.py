"""The played post loses the same letters in every run, and no more than it was told to."""

import pytest
from pydantic import ValidationError

from simulator.documents import Document, Documents
from simulator.graphql_calls import root_call
from simulator.happenings import Happenings
from simulator.post_rules import PostRule
from simulator.shopify_nodes import connection, cut
from simulator.subscriptions import ACTIVE, DISABLED, Subscriptions

MANY = range(2000)


def letter(number: int) -> Document:
    return {"channel": "shopify", "delivery_id": f"aurora-{number}-created"}


def fates(rule: PostRule, seed: int = 1) -> list[tuple[float, ...]]:
    return [rule.fate(letter(number), seed) for number in MANY]


def test_what_befalls_a_letter_depends_on_seed_and_letter_alone() -> None:
    rule = PostRule(drop=0.2, duplicate=0.2, shuffle=True)
    assert fates(rule) == fates(rule)
    assert fates(rule)[::-1] == [rule.fate(letter(number), 1) for number in reversed(MANY)]
    assert fates(rule) != fates(rule, seed=2)


def test_shares_are_kept() -> None:
    copies = [len(fate) for fate in fates(PostRule(drop=0.2, duplicate=0.2))]
    assert 0.17 < copies.count(0) / len(copies) < 0.23
    assert 0.13 < copies.count(2) / len(copies) < 0.19


def test_only_shuffled_and_late_letters_wait() -> None:
    assert {delay for fate in fates(PostRule(duplicate=0.5)) for delay in fate} == {0.0}
    shuffled = [delay for fate in fates(PostRule(shuffle=True)) for delay in fate]
    assert 0 < min(shuffled) < max(shuffled) < 3
    late = [delay for fate in fates(PostRule(late=0.3, seconds=7)) for delay in fate]
    assert set(late) == {0.0, 7.0}


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValidationError):
        PostRule(drop=20)


def test_preset_subscriptions_follow_orderflow_and_stay_removed() -> None:
    documents = Documents()
    first = Subscriptions(documents, "shopify/aurora", "http://127.0.0.1:1")
    first.preset(("orders/create", "orders/updated"), "s")
    first.remove(first.active("orders/create")[0]["id"])
    first.change(first.active("orders/updated")[0]["id"], failures=3)
    again = Subscriptions(documents, "shopify/aurora", "http://127.0.0.1:2")
    again.preset(("orders/create", "orders/updated"), "s")
    [kept] = again.all()
    assert kept["address"] == "http://127.0.0.1:2/webhooks/shopify/aurora"
    assert (kept["topic"], kept["failures"], kept["status"]) == ("orders/updated", 3, ACTIVE)
    again.change(kept["id"], status=DISABLED)
    assert again.active("orders/updated") == []
    added = again.add("orders/create", "https://elsewhere.example/hook", "")
    assert added["id"] not in (kept["id"], 0)


def test_things_happen_when_they_are_due_the_earliest_first() -> None:
    now, seen = [0.0], []
    documents = Documents()
    to_come = Happenings(documents, lambda: now[0])
    for order_id, after in (("late", 9.0), ("second", 2.0), ("first", 1.0)):
        to_come.add("shopify", "aurora", order_id, "settled", after)

    def happen(channel: str, shop: str, order_id: str, what: str) -> None:
        seen.append(order_id)

    to_come.pass_time(happen)
    assert seen == []
    now[0] = 5.0
    to_come.pass_time(happen)
    # A restart forgets nothing of what is still to come.
    now[0] = 10.0
    Happenings(documents, lambda: now[0]).pass_time(happen)
    assert seen == ["first", "second", "late"]


@pytest.mark.parametrize(
    ("document", "field", "arguments"),
    [
        ("query Q($id: ID!) { order(id: $id) { id } }", "order", {"id": "gid://1"}),
        (
            "{ orders(first: 5, query: \"a:>='1'\", reverse: true) { nodes { id } } }",
            "orders",
            None,
        ),
        ('mutation { run(query: """{ orders { id } }""") { id } }', "run", None),
        ("fragment F on Order { id } query { order(id: $id) { ...F } }", "order", None),
        ("query($n: Int = 7) { orders(first: $n) { nodes { id } } }", "orders", {"first": 7}),
        ("{ found: shop { name } }", "shop", {}),
    ],
)
def test_an_operation_is_known_by_its_first_field(
    document: str, field: str, arguments: Document | None
) -> None:
    call = root_call(document, {"id": "gid://1"})
    assert call is not None
    assert call.field == field
    assert arguments is None or call.arguments == arguments


@pytest.mark.parametrize("document", ["", "order", "query { }", "{ order(id: ) }", "{ order(id: %"])
def test_what_is_no_operation_is_none(document: str) -> None:
    assert root_call(document, {}) is None


def test_nested_lists_are_cut_to_the_size_asked_for() -> None:
    call = root_call('{ order(id: "1") { lines(first: 2, after: "1") { nodes { id } } } }', {})
    assert call is not None
    whole = {"lines": connection({"id": number} for number in range(4))}
    page = cut(whole, call.nested)["lines"]
    assert [node["id"] for node in page["nodes"]] == [1, 2]
    assert page["pageInfo"]["hasNextPage"] is True
    assert page["pageInfo"]["endCursor"] == "3"
