"""Who may sign when people are away, leave, hand over, or are the submitter themselves."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals import Handover
from domain.staffing import Member, StaffAnswer, StaffQuestion, answer

QUESTION = StaffQuestion(("manager",), Decimal(5000), "eu", ())


def member(person: str, *roles: str, **facts: object) -> Member:
    held = tuple((role, group) for role, _, group in (each.partition("@") for each in roles))
    return replace(Member(person, roles=held), **facts)  # type: ignore[arg-type]


def asked(staff: Sequence[Member], question: StaffQuestion = QUESTION) -> StaffAnswer:
    return answer(question, {each.person: each for each in staff})


def signers(staff: Sequence[Member], question: StaffQuestion = QUESTION) -> list[tuple[str, ...]]:
    return [group.people for group in asked(staff, question).signers]


def test_role_group_and_limit_decide_and_the_barred_are_left_out() -> None:
    staff = [
        member("all", "manager"),
        member("eu", "manager@eu", limit=Decimal(5000)),
        member("na", "manager@na"),
        member("poor", "manager", limit=Decimal("4999.99")),
        member("gone", "manager", active=False),
        member("sue", "manager"),
        member("fay", "finance"),
    ]
    question = replace(QUESTION, roles=("manager", "finance"), barred=("sue",))
    assert signers(staff, question) == [("all", "eu"), ("fay",)]
    assert signers(staff, replace(question, amount=None))[0] == ("all", "eu", "poor")
    assert signers(staff, replace(question, group=""))[0] == ("all", "eu", "na")


def test_a_delegate_is_asked_in_place_of_somebody_absent_within_their_limit() -> None:
    staff = [
        member("li", "manager", absent=True, delegate="dan"),
        member("dan", limit=Decimal(1)),
        member("mia", "manager"),
    ]
    found = asked(staff)
    assert found.signers[0].people == ("dan", "mia")
    assert found.behalf == {"dan": "li"}
    above = replace(QUESTION, amount=Decimal(9000))
    limited = [replace(staff[0], limit=Decimal(8000)), *staff[1:]]
    assert signers(limited, above) == [("mia",)]


def test_a_chain_of_delegates_is_followed_and_a_circle_of_them_ends() -> None:
    staff = [
        member("a", "manager", absent=True, delegate="b"),
        member("b", absent=True, delegate="c"),
        member("c"),
    ]
    assert asked(staff).behalf == {"c": "a"}
    circle = [*staff[:2], member("c", absent=True, delegate="a")]
    assert signers(circle) == [()]


@pytest.mark.parametrize(
    "staff",
    [
        [member("li", "manager", absent=True, delegate="sue"), member("sue")],
        [member("sue", "manager", absent=True, delegate="dan"), member("dan")],
        [
            member("li", "manager", absent=True, delegate="sue"),
            member("sue", absent=True, delegate="dan"),
            member("dan"),
        ],
    ],
    ids=["to the submitter", "from the submitter", "through the submitter"],
)
def test_no_authority_comes_from_goes_to_or_passes_through_the_barred(staff: list[Member]) -> None:
    found = asked(staff, replace(QUESTION, barred=("sue",)))
    assert (found.signers[0].people, found.behalf) == ((), {})


def test_a_delegate_who_has_left_signs_nothing() -> None:
    staff = [member("li", "manager", absent=True, delegate="dan"), member("dan", active=False)]
    assert signers(staff) == [()]


def test_who_is_entitled_themselves_signs_for_themselves_only() -> None:
    staff = [
        member("li", "manager", absent=True, delegate="mia"),
        member("mia", "manager"),
        member("fay", "finance", absent=True, delegate="mia", superior="boss"),
        member("boss"),
    ]
    found = asked(staff, replace(QUESTION, roles=("manager", "finance")))
    assert [group.people for group in found.signers] == [("mia",), ("boss",)]
    assert found.behalf == {}


def test_a_delegate_of_two_stands_in_where_nobody_else_is() -> None:
    staff = [
        member("li", "manager", absent=True, delegate="dan"),
        member("mia", "manager"),
        member("fay", "finance", absent=True, delegate="dan"),
        member("dan"),
    ]
    found = asked(staff, replace(QUESTION, roles=("manager", "finance")))
    assert [group.people for group in found.signers] == [("mia",), ("dan",)]
    assert found.behalf == {"dan": "fay"}


def test_a_taker_replaces_the_giver_and_may_hand_on() -> None:
    staff = [
        member("li", "manager"),
        member("mia", "manager@eu"),
        member("tom", "clerk@eu"),
        member("zoe", "clerk"),
    ]
    once = replace(QUESTION, handovers=(Handover("1", "li", "tom"),))
    assert signers(staff, once) == [("mia", "tom")]
    twice = replace(once, handovers=(*once.handovers, Handover("2", "tom", "zoe")))
    assert signers(staff, twice) == [("mia", "zoe")]
    back = replace(once, handovers=(*once.handovers, Handover("2", "tom", "li")))
    assert signers(staff, back) == [("li", "mia")]


def test_what_somebody_handed_over_stays_so_when_they_go_on_leave() -> None:
    staff = [
        member("li", "manager", absent=True, delegate="dan"),
        member("dan"),
        member("tom", "x"),
    ]
    handed = replace(QUESTION, handovers=(Handover("1", "li", "tom"),))
    assert signers(staff, handed) == [("tom",)]
    by_the_delegate = replace(QUESTION, handovers=(Handover("1", "dan", "tom"),))
    found = asked(staff, by_the_delegate)
    assert (found.signers[0].people, found.behalf) == (("tom",), {"tom": "li"})


UNFIT = {
    "unknown": [],
    "left": [member("tom", "clerk", active=False)],
    "absent": [member("tom", "clerk", absent=True)],
    "no role here": [member("tom", "clerk@na")],
    "no role": [member("tom")],
    "over limit": [member("tom", "clerk", limit=Decimal("4999.99"))],
    "delegate of the submitter": [
        member("tom", "clerk"),
        member("sue", absent=True, delegate="tom"),
    ],
}


@pytest.mark.parametrize("why", UNFIT)
def test_an_unfit_taker_or_extra_signer_is_named_and_the_giver_stays(why: str) -> None:
    staff = [member("li", "manager"), *UNFIT[why]]
    question = replace(QUESTION, barred=("sue",), handovers=(Handover("1", "li", "tom"),))
    found = asked(staff, question)
    assert (found.signers[0].people, found.unfit) == (("li",), ("tom",))
    wanted = asked(staff, replace(QUESTION, barred=("sue",), asked=("li", "sue", "tom")))
    assert wanted.unfit == ("sue", "tom")


def test_the_nearest_superior_who_is_there_and_may_sign_takes_an_empty_role() -> None:
    staff = [
        member("li", "manager", absent=True, superior="wu"),
        member("gone", "manager", active=False, superior="high"),
        member("poor", "manager", limit=Decimal(1), superior="wu"),
        member("far", "manager@na", superior="stranger"),
        member("wu", absent=True, superior="high"),
        member("high", limit=Decimal(10), superior="top"),
        member("top", superior="sue"),
        member("sue"),
        member("stranger"),
    ]
    assert signers(staff) == [("top",)]
    barred = replace(QUESTION, barred=("top",))
    assert signers(staff, barred) == [("sue",)]
    assert signers(staff, replace(QUESTION, barred=("top", "sue"))) == [()]
    assert signers(staff, replace(QUESTION, if_nobody="hold")) == [()]


def test_a_superior_signs_what_a_submitter_of_the_same_role_sent() -> None:
    staff = [member("sue", "manager", superior="boss"), member("boss")]
    assert signers(staff, replace(QUESTION, barred=("sue",))) == [("boss",)]


def test_a_circle_of_superiors_ends() -> None:
    staff = [
        member("li", "manager", absent=True, superior="a"),
        member("a", absent=True, superior="b"),
        member("b", absent=True, superior="a"),
    ]
    assert signers(staff) == [()]


@pytest.mark.parametrize(
    ("rescue", "found"),
    [
        (member("rex"), ("rex",)),
        (member("rex", active=False), ()),
        (member("rex", absent=True, delegate="li"), ()),
        (member("rex", limit=Decimal(1)), ()),
        (member("sue"), ()),
    ],
)
def test_the_named_rescue_takes_an_empty_role_if_they_can(
    rescue: Member, found: tuple[str, ...]
) -> None:
    question = replace(QUESTION, if_nobody="rescue", rescue=rescue.person, barred=("sue",))
    assert signers([rescue], question) == [found]


NAMES = ("a", "b", "c", "d", "e", "f")
people = st.sampled_from(NAMES)
maybe = st.sampled_from(("", *NAMES))
limits = st.sampled_from((None, Decimal(1), Decimal(5000), Decimal(9000)))
grants = st.lists(
    st.tuples(st.sampled_from(("manager", "finance", "clerk")), st.sampled_from(("", "eu", "na"))),
    max_size=2,
).map(tuple)
staffs = st.fixed_dictionaries(
    {
        name: st.builds(
            Member,
            person=st.just(name),
            active=st.booleans(),
            roles=grants,
            limit=limits,
            superior=maybe,
            absent=st.booleans(),
            delegate=maybe,
        )
        for name in NAMES
    }
)
handovers = st.lists(
    st.builds(Handover, id=st.sampled_from("123"), giver=people, taker=people), max_size=3
).map(tuple)
questions = st.builds(
    StaffQuestion,
    roles=st.sampled_from((("manager",), ("manager", "finance"), ("finance", "manager"))),
    amount=limits,
    group=st.sampled_from(("", "eu", "na")),
    barred=st.lists(people, max_size=3).map(tuple),
    if_nobody=st.sampled_from(("superior", "rescue", "hold")),
    rescue=maybe,
    handovers=handovers,
    asked=st.lists(people, max_size=2).map(tuple),
)


def stand_ins(staff: dict[str, Member], person: str) -> set[str]:
    """Return whom a person's delegation reaches, told in another way than the code tells it."""
    reached: set[str] = set()
    at = staff[person]
    for _ in NAMES:
        if not at.absent or not at.delegate:
            break
        reached.add(at.delegate)
        at = staff[at.delegate]
    return reached - {person}


@given(questions, staffs)
def test_whoever_may_sign_is_there_and_not_barred(
    question: StaffQuestion, staff: dict[str, Member]
) -> None:
    found = answer(question, staff)
    for group in found.signers:
        assert list(group.people) == sorted(set(group.people))
        for person in group.people:
            assert staff[person].active
            assert not staff[person].absent
            assert person not in question.barred
    assert [group.role for group in found.signers] == list(dict.fromkeys(question.roles))


@given(questions, staffs)
def test_nobody_signs_on_behalf_of_the_barred_the_present_or_beyond_the_principals_power(
    question: StaffQuestion, staff: dict[str, Member]
) -> None:
    found = answer(question, staff)
    signing = {person for group in found.signers for person in group.people}
    for delegate, principal in found.behalf.items():
        away = staff[principal]
        assert delegate in signing
        assert away.absent
        assert away.active
        assert principal not in question.barred
        assert not stand_ins(staff, principal) & set(question.barred)
        covers = question.amount is None or away.limit is None or away.limit >= question.amount
        assert covers


@given(questions, staffs)
def test_nobody_who_was_named_signs_for_the_barred(
    question: StaffQuestion, staff: dict[str, Member]
) -> None:
    found = answer(question, staff)
    suspects = set().union(*(stand_ins(staff, barred) for barred in question.barred))
    takers = {each.taker for each in question.handovers}
    assert suspects & {*question.asked, *takers} <= set(found.unfit)
    assert set(question.barred) & {*question.asked, *takers} <= set(found.unfit)


@given(questions, staffs)
def test_an_empty_role_stays_empty_when_the_table_says_hold(
    question: StaffQuestion, staff: dict[str, Member]
) -> None:
    nobody = {name: replace(each, roles=()) for name, each in staff.items()}
    held = answer(replace(question, if_nobody="hold"), nobody)
    assert all(group.people == () for group in held.signers)


@given(questions, staffs, st.randoms())
def test_the_answer_does_not_depend_on_the_order_in_which_staff_is_read(
    question: StaffQuestion, staff: dict[str, Member], random: object
) -> None:
    shuffled = list(staff.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert answer(question, dict(shuffled)) == answer(question, staff)
