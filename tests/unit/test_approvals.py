"""Approval holds exactly when enough distinct entitled people signed, in whatever order."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import approvals, lifecycle
from domain.approvals import Approval, Policy, Signature, SignerGroup
from domain.events import EventKind
from domain.refusals import RefusalCode
from domain.stages import Stage
from domain.state import OrderState
from tests.unit.order_states import (
    DIRECTORS,
    FINANCE,
    HASH,
    MANAGERS,
    START,
    admit,
    after,
    amend,
    an_order,
    approve,
    can_cover,
    do,
    happened,
    last,
    plan_of,
    readmit,
    reject,
)

STEADY = settings(derandomize=True, database=None, deadline=None)
PEOPLE = ("ann", "ben", "cyd", "dan")


def _signed(policy: Policy, groups: tuple[SignerGroup, ...], *people: str) -> Approval:
    approval = Approval(policy, groups)
    for person in people:
        approval.signatures.append(Signature(f"d-{person}", person, HASH, START))
    return approval


signer_groups = st.lists(
    st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=4), min_size=1, max_size=4
).map(
    lambda teams: tuple(
        SignerGroup(f"role{index}", tuple(sorted(team))) for index, team in enumerate(teams)
    )
)


@STEADY
@given(groups=signer_groups, order=st.permutations(PEOPLE), size=st.integers(0, 4))
def test_countersign_is_approved_exactly_when_distinct_people_can_cover_every_group(
    groups: tuple[SignerGroup, ...], order: list[str], size: int
) -> None:
    signers = order[:size]
    approval = _signed(Policy.COUNTERSIGN, groups, *signers)
    assert approvals.is_approved(approval) is can_cover(groups, signers)


@STEADY
@given(groups=signer_groups, order=st.permutations(PEOPLE))
def test_countersign_accepts_only_signatures_that_bring_it_forward_and_then_finishes(
    groups: tuple[SignerGroup, ...], order: list[str]
) -> None:
    approval = Approval(Policy.COUNTERSIGN, groups)
    for person in order:
        covered = len(approvals.assignment(approval))
        if approvals.may_sign(approval, person):
            approval.signatures.append(Signature(person, person, HASH, START))
            assert len(approvals.assignment(approval)) == covered + 1
    assert approvals.is_approved(approval) is can_cover(groups, PEOPLE)


@STEADY
@given(groups=signer_groups, order=st.permutations(PEOPLE), size=st.integers(0, 4))
def test_the_matching_gives_each_group_its_own_entitled_signer(
    groups: tuple[SignerGroup, ...], order: list[str], size: int
) -> None:
    matched = approvals.assignment(_signed(Policy.COUNTERSIGN, groups, *order[:size]))
    assert len(set(matched.values())) == len(matched)
    assert all(person in groups[index].people for index, person in matched.items())
    assert set(matched.values()) <= set(order[:size])


@STEADY
@given(
    groups=signer_groups,
    policy=st.sampled_from(list(Policy)),
    order=st.permutations(PEOPLE),
    size=st.integers(0, 4),
)
def test_awaited_people_are_exactly_those_who_may_sign_and_have_not(
    groups: tuple[SignerGroup, ...], policy: Policy, order: list[str], size: int
) -> None:
    approval = Approval(policy, groups)
    for person in order[:size]:
        if approvals.may_sign(approval, person):
            approval.signatures.append(Signature(person, person, HASH, START))
    signed = {signature.person for signature in approval.signatures}
    awaited = approvals.awaited_people(approval, "dan")
    assert set(awaited) == {
        person
        for person in PEOPLE
        if person != "dan" and person not in signed and approvals.may_sign(approval, person)
    }


def test_a_signer_in_both_groups_never_blocks_a_colleague_who_signs_second() -> None:
    both = SignerGroup("ops_director", ("ann", "ben"))
    ann_only = SignerGroup("finance", ("ann",))
    for order in (("ann", "ben"), ("ben", "ann")):
        state = an_order().signed_by(Policy.COUNTERSIGN, both, ann_only).in_review()
        outcomes = [do(state, approve(person)).code for person in order]
        assert outcomes == ["signed", "approved"]


def test_one_person_in_two_groups_cannot_countersign_alone() -> None:
    groups = (SignerGroup("ops_director", ("ann",)), SignerGroup("finance", ("ann", "ben")))
    state = an_order().signed_by(Policy.COUNTERSIGN, *groups).in_review()
    assert do(state, approve("ann")).code == "signed"
    assert do(state, approve("ann")).code == RefusalCode.ALREADY_SIGNED
    assert not lifecycle.may_leave(state, START)


def test_any_of_needs_one_signature_of_any_group() -> None:
    state = an_order().signed_by(Policy.ANY_OF, DIRECTORS, FINANCE).in_review()
    assert do(state, approve("fay")).code == "approved"
    assert do(state, approve("otto")).code == RefusalCode.NOT_ENTITLED
    assert lifecycle.may_leave(state, START)


def test_any_of_nobody_is_never_approved() -> None:
    assert not approvals.is_approved(Approval(Policy.ANY_OF, ()))


def test_auto_is_approved_without_anybody_and_takes_no_signature() -> None:
    state = an_order().in_review()
    assert lifecycle.may_leave(state, START)
    assert do(state, approve("mia")).code == RefusalCode.NOT_ENTITLED


def test_sequential_waits_for_one_group_after_the_other() -> None:
    state = an_order().signed_by(Policy.SEQUENTIAL, MANAGERS, DIRECTORS, FINANCE).in_review()
    assert approvals.awaited_people(state.approval, "") == ("max", "mia")
    assert do(state, approve("otto")).code == RefusalCode.NOT_ENTITLED
    assert do(state, approve("mia")).code == "signed"
    assert do(state, approve("max")).code == RefusalCode.NOT_ENTITLED
    assert do(state, approve("otto")).code == "signed"
    assert approvals.awaited_people(state.approval, "") == ("fay", "finn")
    assert do(state, approve("finn")).code == "approved"
    assert approvals.outstanding(state.approval) == ()


def test_the_submitter_never_signs_even_when_entitled() -> None:
    state = an_order().submitted_by("otto").countersigned().in_review()
    outcome = do(state, approve("otto"))
    assert outcome.code == RefusalCode.IS_SUBMITTER
    assert "otto" in outcome.message_en
    assert "otto" in outcome.message_zh
    assert do(state, reject("otto")).code == RefusalCode.IS_SUBMITTER
    assert state.approval.signatures == []


def test_the_submitter_is_not_awaited() -> None:
    groups = (SignerGroup("finance", ("fay", "finn")),)
    assert approvals.awaited_people(Approval(Policy.ANY_OF, groups), "fay") == ("finn",)


def test_a_signature_on_content_that_has_changed_is_refused() -> None:
    state = an_order().managed().in_review()
    outcome = do(state, approve("mia", "hash-0"))
    assert outcome.code == RefusalCode.STALE_CONTENT
    assert HASH in outcome.message_en


def test_somebody_outside_the_groups_cannot_decide_either_way() -> None:
    state = an_order().managed().in_review()
    assert do(state, approve("eve")).code == RefusalCode.NOT_ENTITLED
    assert do(state, reject("eve")).code == RefusalCode.NOT_ENTITLED
    assert state.closing is None


def test_a_signature_names_decision_person_content_and_instant() -> None:
    state = an_order().managed().in_review()
    do(state, approve("mia", id="d-7"), after(5))
    assert state.approval.signatures == [Signature("d-7", "mia", HASH, after(5))]
    assert last(state, EventKind.SIGNED).data == {"decision_id": "d-7", "content_hash": HASH}


def _voided(state: OrderState) -> bool:
    return happened(state, EventKind.SIGNATURES_VOIDED) == 1 and not state.approval.signatures


def test_an_amendment_voids_signatures_on_the_old_content() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    assert do(state, amend(state.facts)).accepted
    assert _voided(state)
    assert last(state, EventKind.SIGNATURES_VOIDED).data == {"told": "otto"}
    assert state.stage is Stage.IN_REVIEW
    readmit(state, START)
    assert do(state, approve("otto")).code == RefusalCode.STALE_CONTENT
    assert do(state, approve("otto", "hash-2")).code == "signed"
    assert do(state, approve("fay", "hash-2")).code == "approved"


def test_an_amendment_that_leaves_the_content_alone_keeps_signatures() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    do(state, amend(state.facts, content_hash=HASH))
    readmit(state, START)
    assert [signature.person for signature in state.approval.signatures] == ["otto"]
    assert happened(state, EventKind.SIGNATURES_VOIDED) == 0


def test_an_amendment_without_signatures_voids_nothing() -> None:
    state = an_order().countersigned().in_review()
    do(state, amend(state.facts))
    assert happened(state, EventKind.SIGNATURES_VOIDED) == 0


def test_an_amendment_while_preparing_sends_the_order_back_to_review() -> None:
    state = an_order().countersigned().preparing()
    do(state, amend(state.facts), after(60))
    assert state.stage is Stage.IN_REVIEW
    assert _voided(state)
    assert state.clock.due_at == after(60, hours=2)
    readmit(state, after(61))
    assert not lifecycle.may_leave(state, after(61))


def test_a_new_plan_keeps_only_signatures_of_people_it_entitles() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    do(state, approve("fay"))
    renamed = (replace(DIRECTORS, people=("olga",)), FINANCE)
    admit(state, replace(plan_of(state), signers=renamed), START)
    assert [signature.person for signature in state.approval.signatures] == ["fay"]
    assert not approvals.is_approved(state.approval)
    assert approvals.awaited_people(state.approval, "") == ("olga",)


def test_a_sequence_that_lost_its_first_signature_starts_again() -> None:
    state = an_order().signed_by(Policy.SEQUENTIAL, DIRECTORS, FINANCE).in_review()
    do(state, approve("otto"))
    do(state, approve("fay"))
    renamed = (replace(DIRECTORS, people=("olga",)), FINANCE)
    admit(state, replace(plan_of(state), signers=renamed), START)
    assert not approvals.is_approved(state.approval)
    assert approvals.awaited_people(state.approval, "") == ("olga",)


def test_a_shorter_sequence_is_never_overrun_by_the_signatures_it_already_has() -> None:
    state = an_order().countersigned().in_review()
    do(state, approve("otto"))
    do(state, approve("fay"))
    shorter = replace(plan_of(state), policy=Policy.SEQUENTIAL, signers=(DIRECTORS,))
    admit(state, shorter, START)
    assert approvals.is_approved(state.approval)
    assert approvals.outstanding(state.approval) == ()


@pytest.mark.parametrize("twenty", [tuple(f"p{n}" for n in range(20))])
def test_twenty_people_deciding_at_once_leave_one_approval(twenty: tuple[str, ...]) -> None:
    state = an_order().signed_by(Policy.ANY_OF, SignerGroup("regional_manager", twenty)).in_review()
    outcomes = [do(state, approve(person)) for person in twenty]
    assert [outcome.accepted for outcome in outcomes] == [True] + [False] * 19
    assert happened(state, EventKind.APPROVED) == 1
    assert all(outcome.message_en and outcome.message_zh for outcome in outcomes[1:])


def test_admission_keeps_no_signature_on_other_content_however_it_got_there() -> None:
    state = an_order().countersigned().in_review()
    state.approval.signatures.append(Signature("d-1", "otto", "hash-0", START))
    readmit(state, START)
    assert state.approval.signatures == []
