"""How an approval changes: somebody is added, hands their part over, or takes a signature back."""

from dataclasses import replace
from datetime import datetime

from domain import approvals
from domain.actions import AddSign
from domain.approvals import AddedSigner, Approval, Policy, Signature, SignerGroup


def with_added(approval: Approval, action: AddSign, now: datetime) -> Approval:
    """Return the approval with one more person to sign."""
    added = AddedSigner(action.id, action.person, action.actor, action.when, now)
    return replace(
        approval,
        added=[*approval.added, added],
        unvetted=[*approval.unvetted, action.person],
    )


def handed_over(approval: Approval, giver: str, taker: str) -> Approval:
    """Return the approval with the taker wherever the giver was asked."""
    groups = tuple(
        SignerGroup(group.role, _replaced(group.people, giver, taker)) for group in approval.groups
    )
    added = renamed(approval.added, giver, taker)
    unvetted = [*(person for person in approval.unvetted if person != giver), taker]
    return replace(approval, groups=groups, added=added, unvetted=unvetted)


def renamed(added: list[AddedSigner], giver: str, taker: str) -> list[AddedSigner]:
    """Return who was added, with the taker in the place of the giver, each person once."""
    found: dict[str, AddedSigner] = {}
    for each in added:
        person = taker if each.person == giver else each.person
        by = taker if each.by == giver else each.by
        found.setdefault(person, replace(each, person=person, by=by))
    return list(found.values())


def _replaced(people: tuple[str, ...], giver: str, taker: str) -> tuple[str, ...]:
    if giver not in people:
        return people
    return tuple(dict.fromkeys(taker if person == giver else person for person in people))


def in_sequence(
    approval: Approval, given: list[Signature], kept: list[Signature]
) -> list[Signature]:
    """Return which of the kept signatures still count.

    In a sequence, what follows a lost signature has to be given again: it was given in the belief
    that those before it had agreed. Only who was asked in addition does not stand in the row.
    """
    if approval.policy is not Policy.SEQUENTIAL:
        return kept
    lost = next((n for n, signature in enumerate(given) if signature not in kept), len(given))
    added = {each.person for each in approval.added}
    row = replace(approval, signatures=[])
    for signature in kept:
        is_first = given.index(signature) < lost
        wanted = signature.person in added or approvals.may_sign(row, signature.person)
        if wanted and (is_first or signature.person in added):
            row.signatures.append(signature)
    return row.signatures
