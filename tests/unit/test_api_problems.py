"""Problems: both languages always, the preferred one first."""

import pytest
from temporalio.exceptions import ApplicationError

from api import (
    backtest_problems,
    batch_problems,
    message_problems,
    problem_kinds,
    rule_problems,
    staff_problems,
)
from api.problems import Kind, prefers_chinese
from api.refused import KINDS, problem_of, problem_of_error
from domain.refusals import Refusal, RefusalCode

MODULES = (
    backtest_problems,
    batch_problems,
    message_problems,
    problem_kinds,
    rule_problems,
    staff_problems,
)
# A module may import a kind of another one.
ALL_KINDS = list(
    {
        kind.code: kind
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, Kind)
    }.values()
)


@pytest.mark.parametrize(
    ("accepted", "chinese"),
    [
        ("", False),
        ("*", False),
        ("en", False),
        ("zh", True),
        ("zh-CN,zh;q=0.9,en;q=0.8", True),
        ("en-GB,en;q=0.9,zh;q=0.8", False),
        ("fr, zh-TW;q=0.5", True),
        ("zh;q=nonsense, en;q=0.1", False),
    ],
)
def test_the_language_follows_accept_language(accepted: str, chinese: bool) -> None:
    assert prefers_chinese(accepted) is chinese


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.code)
def test_every_kind_is_worded_in_both_languages(kind: Kind) -> None:
    for english, chinese in (kind.title, kind.detail):
        assert english.isascii()
        assert not chinese.isascii()


def test_codes_are_unique() -> None:
    kinds = {
        id(kind): kind.code
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, Kind)
    }
    codes = [*kinds.values(), *map(str, KINDS)]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_of_a_workflow_has_its_status(code: RefusalCode) -> None:
    refusal = Refusal(code, "x1")
    by_value = problem_of(refusal)
    error = ApplicationError(refusal.message_en, refusal.message_zh, type=str(code))
    by_error = problem_of_error(error)
    assert by_error is not None
    assert by_error.document() == by_value.document()
    assert 400 <= by_value.status_code < 500
    assert by_value.document(in_chinese=True)["detail"] == refusal.message_zh


def test_an_error_that_is_no_refusal_is_not_taken_for_one() -> None:
    assert problem_of_error(ApplicationError("broken", type="ValueError")) is None
