"""What messages say: every kind in both languages, and nothing that markdown would misread."""

import ast
import inspect
import string

import pytest

from domain import announcements
from domain.actions import Verdict
from domain.events import EventKind
from notifications.links import LinkMaker
from notifications.templates import TEXTS, rendered
from notifications.text import LONGEST_WORD, clean, inert
from notifications.urgency import LOW, URGENT

DATA = {"stage": "in_review", "reason": "CUSTOMS_DOC", "code": "closed", "action": "Decide"}


def announced() -> set[str]:
    """Return every kind of event that `announcements` names."""
    tree = ast.parse(inspect.getsource(announcements))
    return {
        str(EventKind[node.attr])
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "EventKind"
    }


def test_every_event_that_is_announced_has_its_own_words() -> None:
    assert announced() - set(TEXTS) == set()
    assert len(announced()) >= 9


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_every_message_has_words_in_both_languages(kind: str) -> None:
    (title_en, body_en), (title_zh, body_zh) = TEXTS[kind]
    assert (title_en + body_en).isascii()
    assert not title_zh.isascii() or not body_zh.isascii()
    assert body_en
    assert body_zh
    assert _names(title_en + body_en) == _names(title_zh + body_zh)
    for locale in ("en", "zh"):
        text = rendered(kind.partition(":")[0], "#1", {**DATA, "stalls": []}, locale)
        assert "{" not in text.title + text.body


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_urgencies_are_of_kinds_that_have_words() -> None:
    assert set(URGENT) | LOW <= set(TEXTS)


def test_an_order_number_can_make_no_link_no_mention_and_no_tag() -> None:
    evil = "[free](https://evil.example) <@all> <at id=all></at> **x** `y` @everyone\n# z"
    text = rendered("held", evil, {"reason": "CUSTOMS_DOC"}, "en")
    assert not set("[]<>*`@") & set(text.marked_title)
    assert "://" not in text.marked_title
    assert "\n" not in text.marked_title
    assert "[free](https://evil.example)" in text.title


def test_a_plain_number_stays_as_it_is() -> None:
    assert inert("#1001-A/7") == "#1001-A/7"


def test_an_outsiders_word_is_one_line_of_bounded_length() -> None:
    assert clean("a\r\nBcc: x\u202eb") == "a Bcc: x b"
    assert len(clean("x" * 5000)) == LONGEST_WORD


def test_reminders_are_counted() -> None:
    second = rendered(
        "escalated", "#1", {"step": "2", "waits_on": "li", "stage": "in_review"}, "en"
    )
    assert second.title == "Order #1: approval is overdue (2nd reminder)"
    assert "第 3 次" in rendered("escalated", "#1", {"step": "3"}, "zh").title
    assert "11th" in rendered("escalated", "#1", {"step": "11"}, "en").title
    assert "reminder" not in rendered("escalated", "#1", {"step": "1"}, "en").title


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_kind_without_words_says_its_code_and_codes_from_later_versions_pass(locale: str) -> None:
    assert "brand_new" in rendered("brand_new", "#1", {}, locale).title
    text = rendered("held", "#1", {"reason": "NEW_REASON", "stage": "new_stage"}, locale)
    assert "NEW_REASON" in text.title


def test_a_token_is_the_same_for_the_same_decision_and_differs_in_everything_else() -> None:
    links = LinkMaker("https://orders.example", b"s" * 32)
    token = links.token(7, "wecom", Verdict.APPROVE, "a" * 64)
    assert token == links.token(7, "wecom", Verdict.APPROVE, "a" * 64)
    others = {
        links.token(8, "wecom", Verdict.APPROVE, "a" * 64),
        links.token(7, "feishu", Verdict.APPROVE, "a" * 64),
        links.token(7, "wecom", Verdict.REJECT, "a" * 64),
        links.token(7, "wecom", Verdict.APPROVE, "b" * 64),
        LinkMaker("https://orders.example", b"t" * 32).token(7, "wecom", Verdict.APPROVE, "a" * 64),
    }
    assert token not in others
    assert len(others) == 5
    assert len(token) == 43
