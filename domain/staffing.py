"""Who may sign an order now: roles, groups, limits, absences, delegates and those handed a part."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.approvals import Handover, SignerGroup


@dataclass(frozen=True)
class StaffQuestion:
    """Whose signatures an order may get.

    `amount` is in the base currency of the rule set (None: no limit applies); `group` is empty
    while no route is known. `barred` are the people who submitted or changed the order: neither
    they nor anybody on their behalf may sign. `if_nobody` is superior, rescue or hold.
    `asked` are people whose signature somebody wants in addition.
    """

    roles: tuple[str, ...]
    amount: Decimal | None
    group: str
    barred: tuple[str, ...]
    if_nobody: str = "superior"
    rescue: str = ""
    handovers: tuple[Handover, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class StaffAnswer:
    """Who may sign: one group per role, in the order of the question.

    `behalf` names for each delegate the absent person they stand in for; `unfit` lists those of
    `asked` and of the takers of handovers who may not sign this order.
    """

    signers: tuple[SignerGroup, ...]
    behalf: dict[str, str]
    unfit: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """What is known of one person at an instant.

    `roles` are (role, group) pairs, an empty group is all of them; `limit` is in the base currency
    of the rule set, None is unlimited; `delegate` stands in for them while they are absent.
    """

    person: str
    active: bool = True
    roles: tuple[tuple[str, str], ...] = ()
    limit: Decimal | None = None
    superior: str = ""
    absent: bool = False
    delegate: str = ""


Staff = Mapping[str, Member]
"""Everybody a question may concern, by person id."""


def answer(question: StaffQuestion, staff: Staff) -> StaffAnswer:
    """Return who may sign, decided from this staff alone; sorted, so the same every time.

    A role that nobody may sign for stays empty: whoever asked holds the order, it never passes.
    """
    return _Sitting(question, staff).answer()


class _Sitting:
    """One question while it is being answered."""

    def __init__(self, question: StaffQuestion, staff: Staff) -> None:
        self._question = question
        self._staff = staff
        self._barred = frozenset(question.barred)
        # Whoever stands in for the submitter would sign what the submitter wants signed.
        self._suspect = {each for barred in self._barred for each in self._stand_ins(barred)}
        self._handovers = [each for each in question.handovers if self._is_fit(each.taker)]
        self._own: set[str] = set()
        self._behalf: dict[str, str] = {}

    def answer(self) -> StaffAnswer:
        seats = self._seats(tuple(dict.fromkeys(self._question.roles)))
        groups = tuple(SignerGroup(role, self._handed_over(seats[role])) for role in seats)
        signing = {person for group in groups for person in group.people}
        asked = {*self._question.asked, *(each.taker for each in self._question.handovers)}
        return StaffAnswer(
            groups,
            {who: self._behalf[who] for who in sorted(signing & self._behalf.keys())},
            tuple(sorted(person for person in asked if not self._is_fit(person))),
        )

    def _seats(self, roles: tuple[str, ...]) -> dict[str, set[str]]:
        """Return who has a part in each role, before anybody gave theirs away."""
        entitled = {role: self._entitled(role) for role in roles}
        seats = {role: {m.person for m in entitled[role] if not m.absent} for role in roles}
        # On their own behalf anywhere in this order, nobody is a delegate in it as well.
        self._own = {person for people in seats.values() for person in people}
        # Roles without anybody present choose first among the delegates.
        for role in sorted(roles, key=lambda role: bool(seats[role])):
            seats[role] |= self._in_place_of([m for m in entitled[role] if m.absent])
            seats[role] |= set() if seats[role] else self._fallback(role)
        return seats

    def _entitled(self, role: str) -> list[Member]:
        """Return who has the authority themselves, present or not."""
        return [
            member
            for member in self._holders(role)
            if member.active and member.person not in self._barred and self._covers(member)
        ]

    def _holders(self, role: str) -> list[Member]:
        held = (member for member in self._staff.values() if self._holds(member, role))
        return sorted(held, key=lambda member: member.person)

    def _holds(self, member: Member, role: str = "") -> bool:
        """Tell whether they have this role (empty: any) for the group of the order."""
        group = self._question.group
        return any(
            (not role or role == held) and (not group or at in ("", group))
            for held, at in member.roles
        )

    def _covers(self, member: Member) -> bool:
        amount = self._question.amount
        return amount is None or member.limit is None or member.limit >= amount

    def _in_place_of(self, absent: Iterable[Member]) -> set[str]:
        """Return who stands in for these; each for one person only, who is named with it."""
        found = set()
        for member in absent:
            if any(each.giver == member.person for each in self._handovers):
                found.add(member.person)  # gave their part to somebody else before they went
                continue
            person = self._stand_in(member)
            if not person or person in self._own:
                continue
            if self._behalf.setdefault(person, member.person) == member.person:
                found.add(person)
        return found

    def _stand_in(self, absent: Member) -> str:
        """Return who is there at the end of the chain of delegates, empty when nobody is."""
        for person in self._stand_ins(absent.person):
            member = self._staff.get(person)
            # Authority flows neither to the barred nor through them.
            if member is None or not member.active or person in self._barred:
                return ""
            if not member.absent:
                return person
        return ""

    def _stand_ins(self, person: str) -> Iterator[str]:
        """Yield the chain of delegates of a person, each once."""
        passed = {person}
        member = self._staff.get(person)
        while member is not None and member.absent and member.delegate not in {"", *passed}:
            passed.add(member.delegate)
            yield member.delegate
            member = self._staff.get(member.delegate)

    def _is_fit(self, person: str) -> bool:
        """Tell whether somebody who was named may sign this order."""
        member = self._staff.get(person)
        return (
            member is not None
            and self._can_sign(member)
            and person not in self._suspect
            and self._holds(member)
        )

    def _can_sign(self, member: Member) -> bool:
        is_there = member.active and not member.absent
        return is_there and member.person not in self._barred and self._covers(member)

    def _handed_over(self, seats: set[str]) -> tuple[str, ...]:
        people = set(seats)
        for each in self._handovers:
            if each.giver not in people:
                continue
            people = people - {each.giver} | {each.taker}
            if each.giver in self._behalf and each.taker not in self._own:
                self._behalf.setdefault(each.taker, self._behalf[each.giver])
        return tuple(sorted(people))

    def _fallback(self, role: str) -> set[str]:
        """Return whom the table names for a role that nobody may sign for."""
        match self._question.if_nobody:
            case "superior":
                return self._superiors(role)
            case "rescue":
                member = self._staff.get(self._question.rescue)
                return {member.person} if member and self._can_sign(member) else set()
            case _:
                return set()

    def _superiors(self, role: str) -> set[str]:
        """Return the nearest superiors of the role's holders who are there and may sign it."""
        level = {member.superior for member in self._holders(role)}
        passed = {""}
        while level := level - passed:
            members = [self._staff[person] for person in level if person in self._staff]
            if found := {each.person for each in members if self._can_sign(each)}:
                return found
            passed |= level
            level = {member.superior for member in members}
        return set()
