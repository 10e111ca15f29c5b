"""A group may owe several signatures: of distinct people, in whatever order they come."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import approvals
from domain.approvals import Approval, Policy, Signature, SignerGroup
from tests.unit.order_states import HASH, START, an_order, approve, can_cover, do

STEADY = settings(derandomize=True, database=None, deadline=None)
PEOPLE = ("ann", "ben", "cyd", "dan", "eve")
LEADS = SignerGroup("lead", ("ann", "ben", "cyd"))
MONEY = SignerGroup("finance", ("cyd", "dan"))

signer_groups = st.lists(
    st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=5), min_size=1, max_size=3
).map(
    lambda teams: tuple(
        SignerGroup(f"role{index}", tuple(sorted(team))) for index, team in enumerate(teams)
    )
)


def _sign(approval: Approval, person: str) -> None:
    approval.signatures.append(Signature(f"d-{person}", person, HASH, START))


@STEADY
@given(
    policy=st.sampled_from([Policy.ANY_OF, Policy.COUNTERSIGN, Policy.SEQUENTIAL]),
    groups=signer_groups,
    quorum=st.integers(1, 2),
    order=st.permutations(PEOPLE),
)
def test_who_may_sign_always_leads_to_approval_when_enough_people_are_there(
    policy: Policy, groups: tuple[SignerGroup, ...], quorum: int, order: list[str]
) -> None:
    approval = Approval(policy, groups, quorum=quorum)
    enough = approvals.can_be_approved(approval)
    while ready := [p for p in order if p in approvals.awaited_people(approval, "")]:
        assert not approvals.is_approved(approval)
        _sign(approval, ready[0])
    assert approvals.is_approved(approval) is enough


@STEADY
@given(groups=signer_groups, order=st.permutations(PEOPLE), size=st.integers(0, 5))
def test_countersign_with_a_quorum_needs_that_many_distinct_people_of_each_group(
    groups: tuple[SignerGroup, ...], order: list[str], size: int
) -> None:
    approval = Approval(Policy.COUNTERSIGN, groups, quorum=2)
    for person in order[:size]:
        _sign(approval, person)
    doubled = tuple(group for group in groups for _ in range(2))
    assert approvals.is_approved(approval) is can_cover(doubled, order[:size])


def test_any_of_counts_over_all_groups_together() -> None:
    approval = Approval(Policy.ANY_OF, (LEADS, MONEY), quorum=2)
    _sign(approval, "ann")
    assert not approvals.is_approved(approval)
    assert approvals.awaited_people(approval, "") == ("ben", "cyd", "dan")
    assert approvals.outstanding(approval) == (LEADS, MONEY)
    _sign(approval, "dan")
    assert approvals.is_approved(approval)
    assert approvals.awaited_people(approval, "") == ()


def test_a_stranger_does_not_count_towards_any_of() -> None:
    approval = Approval(Policy.ANY_OF, (LEADS,), quorum=1)
    _sign(approval, "zoe")
    assert not approvals.is_approved(approval)


def test_a_sequence_stays_with_a_group_until_its_quorum_is_there() -> None:
    approval = Approval(Policy.SEQUENTIAL, (LEADS, MONEY), quorum=2)
    # cyd is kept for finance, which has nobody else beside dan.
    assert approvals.awaited_people(approval, "") == ("ann", "ben")
    _sign(approval, "ann")
    assert approvals.outstanding(approval) == (LEADS,)
    assert approvals.awaited_people(approval, "") == ("ben",)
    _sign(approval, "ben")
    assert approvals.awaited_people(approval, "") == ("cyd", "dan")


def test_a_group_with_fewer_people_than_its_quorum_can_never_approve() -> None:
    assert not approvals.can_be_approved(Approval(Policy.COUNTERSIGN, (LEADS, MONEY), quorum=3))
    assert approvals.can_be_approved(Approval(Policy.COUNTERSIGN, (LEADS, MONEY), quorum=2))
    assert not approvals.can_be_approved(Approval(Policy.COUNTERSIGN, ()))
    assert approvals.can_be_approved(Approval(Policy.AUTO))


def test_a_delegate_and_whom_they_stood_in_for_are_one_voice() -> None:
    groups = (SignerGroup("ops", ("del", "ann")), SignerGroup("finance", ("ann", "fay")))
    state = an_order().signed_by(Policy.COUNTERSIGN, *groups).in_review()
    state.approval.behalf = {"del": "ann"}
    assert do(state, approve("del")).code == "signed"
    assert state.approval.signatures[0].on_behalf_of == "ann"
    assert do(state, approve("ann")).code == "already_signed"
    assert approvals.awaited_people(state.approval, "") == ("fay",)
    assert do(state, approve("fay")).code == "approved"


def test_a_delegate_of_the_submitter_is_refused_even_when_listed() -> None:
    state = an_order().submitted_by("sam").managed().in_review()
    state.approval.behalf = {"mia": "sam"}
    assert do(state, approve("mia")).code == "not_entitled"
    assert do(state, approve("max")).code == "approved"


def test_a_quorum_of_the_plan_holds_in_review() -> None:
    state = an_order().managed().needing(2).in_review()
    assert do(state, approve("mia")).code == "signed"
    assert do(state, approve("max")).code == "approved"


def test_the_stand_in_of_somebody_who_has_signed_makes_no_second_signature_possible() -> None:
    pair = SignerGroup("lead", ("ann", "dan"))
    approval = Approval(Policy.COUNTERSIGN, (pair,), quorum=2, behalf={"dan": "ann"})
    assert approvals.can_be_approved(Approval(Policy.COUNTERSIGN, (pair,), quorum=2))
    _sign(approval, "ann")
    assert approvals.awaited_people(approval, "") == ()
    assert not approvals.can_be_approved(approval)
