"""Every refusal: which action, in which state, with which code and words in both languages."""

from collections.abc import Callable

import pytest

from domain.actions import Action, ChannelFact
from domain.approvals import AddedWhen
from domain.holds import ReasonCode
from domain.refusals import MESSAGES, Refusal, RefusalCode
from domain.rules.vocabulary import word
from domain.stages import Stage
from domain.state import VOID_DISPATCH, Obstacle, OrderState
from tests.unit.order_states import (
    DIRECTORS,
    add,
    amend,
    an_order,
    approve,
    assign,
    cancel,
    channel_says,
    confirm,
    copy,
    deliver,
    do,
    give_back,
    goods_back,
    hand_over,
    hold,
    objection,
    pieces,
    reject,
    repin,
    ship,
    staff_changed,
    unhold,
    urge,
    withdraw,
)

STATES: dict[Stage, Callable[[], OrderState]] = {
    Stage.PENDING_CONFIRMATION: an_order().needing_confirmation().admitted,
    Stage.IN_REVIEW: an_order().managed().in_review,
    Stage.PREPARING: an_order().managed().preparing,
    Stage.SHIPPED: an_order().shipped,
    Stage.COMPLETED: an_order().completed,
}


def _cancelled() -> OrderState:
    state = an_order().managed().in_review()
    do(state, cancel())
    return state


def _confirmed() -> OrderState:
    state = an_order().needing_confirmation().admitted()
    do(state, confirm())
    return state


def _dispatched() -> OrderState:
    state = an_order().preparing()
    state.dispatched = True
    return state


def _partly_shipped() -> OrderState:
    state = an_order().with_lines(l1=3).preparing()
    do(state, ship("T1", *pieces(l1=1)))
    return state


def _signed_by_fay() -> OrderState:
    state = an_order().countersigned().in_review()
    do(state, approve("fay"))
    return state


def _urged() -> OrderState:
    state = an_order().managed().in_review()
    do(state, urge())
    return state


def _returned() -> OrderState:
    state = an_order().managed().in_review()
    do(state, give_back("mia"))
    return state


def _mia_waits_for_eve() -> OrderState:
    state = an_order().managed().in_review()
    do(state, add("mia", "eve", AddedWhen.BEFORE))
    return state


def _held() -> OrderState:
    state = an_order().preparing()
    do(state, hold(ReasonCode.CUSTOMS_DOC))
    return state


CODE = RefusalCode
REFUSED: list[tuple[str, Callable[[], OrderState], Action, RefusalCode, str]] = [
    ("confirm twice", _confirmed, confirm(), CODE.ALREADY_DONE, "confirm"),
    ("decide stale", an_order().managed().in_review, approve("mia", "old"), CODE.STALE_CONTENT, ""),
    (
        "decide own",
        an_order().submitted_by("otto").countersigned().in_review,
        approve("otto"),
        CODE.IS_SUBMITTER,
        "otto",
    ),
    ("decide twice", _signed_by_fay, approve("fay"), CODE.ALREADY_SIGNED, "fay"),
    ("group covered", _signed_by_fay, approve("finn"), CODE.NOT_ENTITLED, "finn"),
    ("outsider", an_order().managed().in_review, approve("eve"), CODE.NOT_ENTITLED, "eve"),
    (
        "reject mute",
        an_order().managed().in_review,
        reject("mia", note_id=""),
        CODE.NOTE_REQUIRED,
        "",
    ),
    (
        "return mute",
        an_order().managed().in_review,
        give_back("mia", note_id=""),
        CODE.NOTE_REQUIRED,
        "return",
    ),
    ("decide early", _mia_waits_for_eve, approve("mia"), CODE.SIGNS_LATER, "eve"),
    ("decide returned", _returned, approve("max"), CODE.HELD, "returned"),
    (
        "add as outsider",
        an_order().managed().in_review,
        add("eve", "max"),
        CODE.NOT_ENTITLED,
        "eve",
    ),
    ("add oneself", an_order().managed().in_review, add("mia", "mia"), CODE.NOT_FIT, "mia"),
    ("add a signer", _signed_by_fay, add("otto", "fay"), CODE.NOT_FIT, "fay"),
    ("add twice", _mia_waits_for_eve, add("max", "eve"), CODE.NOT_FIT, "eve"),
    (
        "add the submitter",
        an_order().submitted_by("carl").managed().in_review,
        add("mia", "carl"),
        CODE.NOT_FIT,
        "carl",
    ),
    (
        "add before, signed",
        _signed_by_fay,
        add("fay", "eve", AddedWhen.BEFORE),
        CODE.ALREADY_SIGNED,
        "fay",
    ),
    (
        "hand over nothing",
        an_order().managed().in_review,
        hand_over("eve", "max"),
        CODE.NOT_ENTITLED,
        "eve",
    ),
    ("hand to a signer", _signed_by_fay, hand_over("otto", "fay"), CODE.NOT_FIT, "fay"),
    (
        "hand to oneself",
        an_order().managed().in_review,
        hand_over("mia", "mia"),
        CODE.NOT_FIT,
        "mia",
    ),
    ("withdraw nothing", _signed_by_fay, withdraw("otto"), CODE.NOTHING_TO_WITHDRAW, "otto"),
    ("urge again", _urged, urge(), CODE.TOO_SOON, "08:10"),
    ("copy nobody", an_order().managed().in_review, copy(), CODE.ALREADY_DONE, "copy"),
    (
        "repin mute",
        an_order().managed().in_review,
        repin(note_id=""),
        CODE.NOTE_REQUIRED,
        "rule set",
    ),
    ("repin the same", an_order().managed().in_review, repin("r1"), CODE.SAME_RULES, "r1"),
    ("repin parcels", _partly_shipped, repin(), CODE.WRONG_STAGE, "preparing"),
    ("ship held", _held, ship("T1"), CODE.HELD, "CUSTOMS_DOC"),
    ("ship again", _partly_shipped, ship("T1"), CODE.ALREADY_DONE, "T1"),
    ("ship strange line", _partly_shipped, ship("T2", *pieces(x=1)), CODE.UNKNOWN_LINE, "x"),
    ("ship too much", _partly_shipped, ship("T2", *pieces(l1=3)), CODE.TOO_MANY_PIECES, "l1 × 3"),
    ("deliver nothing", an_order().preparing, deliver(), CODE.UNKNOWN_PARCEL, ""),
    ("deliver strange", an_order().shipped, deliver("T9"), CODE.UNKNOWN_PARCEL, "T9"),
    ("deliver twice", an_order().delivered, deliver("T1"), CODE.ALREADY_DONE, "T1"),
    ("hold mute", an_order().preparing, hold(note_id=""), CODE.NOTE_REQUIRED, "hold"),
    ("release nothing", an_order().preparing, unhold("h9"), CODE.UNKNOWN_HOLD, "h9"),
    (
        "amend stale",
        an_order().in_review,
        amend(an_order().facts, version=1),
        CODE.STALE_CONTENT,
        "",
    ),
    ("amend parcels", _partly_shipped, amend(an_order().facts), CODE.ALREADY_SHIPPED, ""),
    ("amend shipped", an_order().shipped, amend(an_order().facts), CODE.ALREADY_SHIPPED, "shipped"),
    ("assign late", _dispatched, assign(), CODE.ALREADY_DISPATCHED, "eu"),
    ("cancel mute", an_order().preparing, cancel(note_id=""), CODE.NOTE_REQUIRED, "cancel"),
    ("cancel parcels", _partly_shipped, cancel(), CODE.ALREADY_SHIPPED, "preparing"),
    ("cancel shipped", an_order().shipped, cancel(), CODE.ALREADY_SHIPPED, "shipped"),
    ("object mute", an_order().shipped, objection(note_id=""), CODE.NOTE_REQUIRED, "objection"),
    ("return mute", an_order().shipped, goods_back(note_id=""), CODE.NOTE_REQUIRED, "return"),
]


@pytest.mark.parametrize(
    ("build", "action", "code", "value"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_it_is_refused_with_its_code_and_the_value_in_both_languages(
    build: Callable[[], OrderState], action: Action, code: RefusalCode, value: str
) -> None:
    state = build()
    outcome = do(state, action)
    assert (outcome.accepted, outcome.code) == (False, str(code))
    # Stages and reasons are called by their names.
    assert value in outcome.message_en or word(value, "en") in outcome.message_en
    assert value in outcome.message_zh or word(value, "zh") in outcome.message_zh
    assert outcome.message_en != outcome.message_zh


WHERE_POSSIBLE: dict[str, tuple[Callable[[], Action], set[Stage]]] = {
    "confirm": (confirm, {Stage.PENDING_CONFIRMATION}),
    "decide": (lambda: approve("mia"), {Stage.IN_REVIEW}),
    "ship": (lambda: ship("T2"), {Stage.PREPARING}),
    "assign": (assign, {Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING}),
    "object": (objection, {Stage.SHIPPED}),
    "return": (goods_back, {Stage.SHIPPED, Stage.COMPLETED}),
    "hold": (hold, set(Stage) - {Stage.COMPLETED}),
    "amend": (
        lambda: amend(an_order().facts),
        {Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING},
    ),
    "return to submitter": (lambda: give_back("mia"), {Stage.IN_REVIEW}),
    "add a signer": (lambda: add("mia", "eve"), {Stage.IN_REVIEW}),
    "hand over": (lambda: hand_over("mia", "eve"), {Stage.IN_REVIEW}),
    "urge": (urge, {Stage.IN_REVIEW}),
    "copy": (lambda: copy("eve"), set(Stage) - {Stage.COMPLETED}),
    "staff changed": (staff_changed, set(Stage) - {Stage.COMPLETED}),
    "repin": (repin, {Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING}),
    "cancel": (cancel, {Stage.PENDING_CONFIRMATION, Stage.IN_REVIEW, Stage.PREPARING}),
}


@pytest.mark.parametrize("name", WHERE_POSSIBLE)
@pytest.mark.parametrize("stage", STATES)
def test_each_action_is_possible_in_its_stages_only(name: str, stage: Stage) -> None:
    make, stages = WHERE_POSSIBLE[name]
    outcome = do(STATES[stage](), make())
    assert outcome.accepted is (stage in stages)
    if not outcome.accepted:
        assert outcome.message_en
        assert outcome.message_zh


EVERYTHING: dict[str, Callable[[], Action]] = {
    "deliver": deliver,
    "release": lambda: unhold("h1"),
    "withdraw": lambda: withdraw("carl"),
    **{name: make for name, (make, _) in WHERE_POSSIBLE.items()},
}


@pytest.mark.parametrize("name", sorted(set(EVERYTHING) - {"staff changed"}))
def test_an_order_being_closed_refuses_what_people_want(name: str) -> None:
    state = _cancelled()
    outcome = do(state, EVERYTHING[name]())
    expected = RefusalCode.UNKNOWN_HOLD if name == "release" else RefusalCode.CLOSED
    assert outcome.code == str(expected)
    assert outcome.message_en
    assert outcome.message_zh


@pytest.mark.parametrize("name", sorted(set(EVERYTHING) - {"return"}))
def test_a_completed_order_refuses_everything_but_a_return(name: str) -> None:
    outcome = do(an_order().completed(), EVERYTHING[name]())
    assert outcome.code == str(RefusalCode.CLOSED)
    assert "Completed" in outcome.message_en
    assert "已完成" in outcome.message_zh


@pytest.mark.parametrize("fact", ChannelFact)
def test_a_completed_order_takes_no_channel_fact(fact: ChannelFact) -> None:
    state = an_order().completed()
    assert do(state, channel_says(fact, "T9")).code == str(RefusalCode.CLOSED)
    assert state.holds == []


@pytest.mark.parametrize("code", RefusalCode)
def test_every_code_speaks_both_languages_and_names_the_value(code: RefusalCode) -> None:
    assert set(MESSAGES) == set(RefusalCode)
    refusal = Refusal(code, "{value-7}")
    assert "{value-7}" in refusal.message_en
    assert "{value-7}" in refusal.message_zh
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refusal.message_zh)


def test_every_code_is_reached_by_some_case_here() -> None:
    by_state = {CODE.CLOSED, CODE.WRONG_STAGE}
    assert {case[3] for case in REFUSED} | by_state == set(RefusalCode)


def test_an_approved_order_that_is_held_takes_no_further_signature() -> None:
    late = Obstacle(ReasonCode.STOCK_OUT)
    state = an_order().countersigned().obstructed(late).in_review()
    do(state, approve("otto"))
    do(state, approve("fay"))
    assert do(state, approve("finn")).code == str(RefusalCode.NOT_ENTITLED)
    assert DIRECTORS.people == ("otto",)


def test_a_group_stays_when_a_warehouse_may_know_of_the_order() -> None:
    order = an_order().preparing()
    order.undo.append(VOID_DISPATCH)
    outcome = do(order, assign("eu", "de"))
    assert outcome.code == RefusalCode.ALREADY_DISPATCHED
