"""When is an order approved: policies, signatures by distinct entitled people, whose turn it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# What holds an order that cannot be approved by those who are there.
TOO_FEW = "too few people can approve"


class Policy(StrEnum):
    """How the groups of signers combine."""

    AUTO = "auto"
    ANY_OF = "any_of"
    COUNTERSIGN = "countersign"
    SEQUENTIAL = "sequential"


@dataclass(frozen=True)
class SignerGroup:
    """A role whose signature is asked for, and the person ids entitled to give it."""

    role: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    """One person's yes to exactly one content hash; `at` is UTC.

    `on_behalf_of` is the absent person for whom a delegate signed, else empty.
    """

    decision_id: str
    person: str
    content_hash: str
    at: datetime
    on_behalf_of: str = ""


class AddedWhen(StrEnum):
    """When somebody who was added signs, seen from the signer who added them (加签)."""

    BEFORE = "before"
    AFTER = "after"
    PARALLEL = "parallel"


@dataclass(frozen=True)
class AddedSigner:
    """A person whose signature a signer asked for in addition; `at` is UTC."""

    id: str
    person: str
    by: str
    when: AddedWhen
    at: datetime


@dataclass(frozen=True)
class Handover:
    """A signer gave their part to somebody else (转交)."""

    id: str
    giver: str
    taker: str


@dataclass
class Approval:
    """What an order's approval asks for and what it has.

    `quorum` counts the signatures of distinct people that each group (with any-of: all groups
    together) has to give; `behalf` names for each delegate the absent person they stand in for.
    `unvetted` are people who were added or handed a part and are about to be looked up: whether
    they may sign is not known yet, so they may not.
    """

    policy: Policy = Policy.AUTO
    groups: tuple[SignerGroup, ...] = ()
    signatures: list[Signature] = field(default_factory=list)
    quorum: int = 1
    added: list[AddedSigner] = field(default_factory=list)
    behalf: dict[str, str] = field(default_factory=dict)
    unvetted: list[str] = field(default_factory=list)


# --- which signature counts for what -------------------------------------------------------


def slots(policy: Policy, groups: tuple[SignerGroup, ...], quorum: int) -> tuple[SignerGroup, ...]:
    """Return one group for each signature that is asked for; with any-of all groups are one."""
    if policy is Policy.AUTO:
        return ()
    if policy is Policy.ANY_OF:
        everybody = dict.fromkeys(person for group in groups for person in group.people)
        groups = (SignerGroup("", tuple(everybody)),)
    return tuple(group for group in groups for _ in range(quorum))


def asked_of(approval: Approval) -> tuple[SignerGroup, ...]:
    """Return one group for each signature that the policy asks for, in order."""
    return slots(approval.policy, approval.groups, approval.quorum)


def assignment(approval: Approval) -> dict[int, str]:
    """Match signers to the signatures asked for (their index → person), as many as possible.

    A person gives one of them only. Somebody who could sign for two groups is moved to the other
    one when that makes room for a second signer, so the order of signing never blocks approval.
    """
    return matching(asked_of(approval), signers(approval))


def matching(groups: tuple[SignerGroup, ...], people: Iterable[str]) -> dict[int, str]:
    """Match people to the groups they may sign for (group index → person), one group each."""
    matched: dict[int, str] = {}
    for person in people:
        _augment(groups, person, matched, set())
    return matched


def _augment(
    groups: tuple[SignerGroup, ...], person: str, matched: dict[int, str], tried: set[int]
) -> bool:
    for index, group in enumerate(groups):
        if person not in group.people or index in tried:
            continue
        tried.add(index)
        if index not in matched or _augment(groups, matched[index], matched, tried):
            matched[index] = person
            return True
    return False


def steps_done(approval: Approval) -> int:
    """Return how many steps of a sequence, from its first, are covered by distinct signers."""
    asked, given = asked_of(approval), signers(approval)
    return next(
        done for done in range(len(asked), -1, -1) if len(matching(asked[:done], given)) == done
    )


def capacity(approval: Approval) -> int:
    """Return how many of the signatures asked for could be given by distinct people."""
    # One who stands in for a signer has no voice of their own beside the one that was given.
    others = (person for person in everybody(approval) if not has_signed(approval, person))
    return len(matching(asked_of(approval), [*signers(approval), *others]))


def can_be_approved(approval: Approval) -> bool:
    """Tell whether enough distinct people are asked."""
    asked = len(asked_of(approval))
    return approval.policy is Policy.AUTO or 0 < asked == capacity(approval)


def everybody(approval: Approval) -> list[str]:
    """Return everybody in the groups, sorted."""
    return sorted({person for group in approval.groups for person in group.people})


def signers(approval: Approval) -> list[str]:
    """Return who has signed, in that order."""
    return [signature.person for signature in approval.signatures]


def has_signed(approval: Approval, person: str) -> bool:
    """Tell whether this person has signed already: themselves, or one of them for the other."""
    voices = {person, approval.behalf.get(person, person)}
    return any(voices & {given.person, given.on_behalf_of} for given in approval.signatures)


# --- is it enough --------------------------------------------------------------------------


def is_covered(approval: Approval) -> bool:
    """Tell whether the groups have given what the policy asks of them."""
    if approval.policy is Policy.AUTO:
        return True
    asked = asked_of(approval)
    return 0 < len(asked) == len(assignment(approval))


def is_approved(approval: Approval) -> bool:
    """Tell whether the signatures satisfy the policy, and everybody who was added has signed."""
    return is_covered(approval) and not pending(approval)


def pending(approval: Approval) -> tuple[AddedSigner, ...]:
    """Return the added signers who have not signed."""
    given = signers(approval)
    return tuple(added for added in approval.added if added.person not in given)


def outstanding(approval: Approval) -> tuple[SignerGroup, ...]:
    """Return the groups whose signature is awaited now; for a sequence that is one group."""
    if is_covered(approval):
        return ()
    if approval.policy is Policy.ANY_OF:
        return approval.groups
    asked = asked_of(approval)
    if approval.policy is Policy.SEQUENTIAL:
        return asked[steps_done(approval) :][:1]
    covered = assignment(approval)
    return tuple(dict.fromkeys(group for n, group in enumerate(asked) if n not in covered))


# --- whose turn is it ----------------------------------------------------------------------


def awaited_people(approval: Approval, submitter: str) -> tuple[str, ...]:
    """Return the distinct people who may sign next, sorted; never the submitter or a signer."""
    people = {*everybody(approval), *(added.person for added in approval.added)} - {submitter}
    return tuple(sorted(p for p in people if not has_signed(approval, p) and may_sign(approval, p)))


def may_sign(approval: Approval, person: str) -> bool:
    """Tell whether this person's signature would bring the approval forward now."""
    return is_asked(approval, person) and not waits_for(approval, person)


def is_asked(approval: Approval, person: str) -> bool:
    """Tell whether their signature is wanted, be it that somebody else has to sign before them."""
    if person in approval.unvetted:
        return False
    return is_wanted_in_addition(approval, person) or _brings_groups_forward(approval, person)


def is_wanted_in_addition(approval: Approval, person: str) -> bool:
    """Tell whether they were added and have not signed."""
    return any(added.person == person for added in pending(approval))


def waits_for(approval: Approval, person: str) -> str:
    """Return who has to sign before this person, empty when it is their turn."""
    return next(_sign_before(approval, person), "")


def _sign_before(approval: Approval, person: str) -> Iterator[str]:
    for added in pending(approval):
        if added.by == added.person:
            continue
        if added.by == person and added.when is AddedWhen.BEFORE:
            yield added.person
        elif added.person == person and _goes_first(approval, added):
            yield added.by


def _goes_first(approval: Approval, added: AddedSigner) -> bool:
    """Tell whether who added somebody has yet to sign before them."""
    if added.when is not AddedWhen.AFTER or added.by in signers(approval):
        return False
    # Once colleagues have signed in their place, nobody waits for them.
    return _could_sign(approval, added.by)


def is_tangled(approval: Approval) -> bool:
    """Tell whether people wait for each other in a circle, so that none of them could sign."""
    for start in {person for added in approval.added for person in (added.by, added.person)}:
        reached = set(_sign_before(approval, start))
        while more := {p for each in reached for p in _sign_before(approval, each)} - reached:
            reached |= more
        if start in reached:
            return True
    return False


def _could_sign(approval: Approval, person: str) -> bool:
    if is_wanted_in_addition(approval, person):
        return True
    return _augment(asked_of(approval), person, assignment(approval), set())


def _brings_groups_forward(approval: Approval, person: str) -> bool:
    if approval.policy is Policy.SEQUENTIAL:
        return _brings_sequence_forward(approval, person)
    return _augment(asked_of(approval), person, assignment(approval), set())


def _brings_sequence_forward(approval: Approval, person: str) -> bool:
    """Tell whether they complete the next step and later steps can still be signed by others."""
    asked, step = asked_of(approval), steps_done(approval) + 1
    given = [*signers(approval), person]
    if step > len(asked) or len(matching(asked[:step], given)) < step:
        return False
    done = (
        SignerGroup(group.role, tuple(p for p in group.people if p in given))
        for group in asked[:step]
    )
    people = [*given, *(p for p in everybody(approval) if p not in given)]
    return len(matching((*done, *asked[step:]), people)) == len(asked)
