"""Why people who hold a role of an order's approval are not asked for their signature."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain import money
from domain.staffing import Member, Staff, StaffQuestion


class Reason(StrEnum):
    """Why somebody is not asked; the first that applies is named."""

    LEFT = "left"
    SUBMITTER = "submitter"
    OTHER_GROUP = "other_group"
    LIMIT = "limit"
    ABSENT = "absent"
    HANDED_OVER = "handed_over"
    CAME_LATER = "came_later"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody with the role who is not asked, why, and in words."""

    person: str
    reason: Reason
    en: str
    zh: str


def left_out(
    question: StaffQuestion,
    staff: Staff,
    signers: Mapping[str, tuple[str, ...]],
    currency: str,
) -> dict[str, tuple[LeftOut, ...]]:
    """For each role, who holds it and is not among `signers`, judged by what is known of `staff`.

    Amounts are in `currency`, the base currency. Whoever would be asked today but was not then
    came later.
    """
    return {
        role: tuple(_of_role(question, staff, role, signers.get(role, ()), currency))
        for role in question.roles
    }


def _of_role(
    question: StaffQuestion, staff: Staff, role: str, signers: tuple[str, ...], currency: str
) -> Iterator[LeftOut]:
    for person in sorted(staff):
        member = staff[person]
        groups = [group for held, group in member.roles if held == role]
        if not groups or person in signers:
            continue
        yield _why(question, member, groups, currency)


def _why(question: StaffQuestion, member: Member, groups: list[str], currency: str) -> LeftOut:
    person, limit, amount = member.person, member.limit, question.amount
    if not member.active:
        return LeftOut(person, Reason.LEFT, f"{person} has left", f"{person} 已离职")
    if person in question.barred:
        return LeftOut(
            person,
            Reason.SUBMITTER,
            f"{person} submitted or changed the order and may not approve it",
            f"{person} 提交或修改过该订单，不能审批",
        )
    if question.group and not {"", question.group} & set(groups):
        theirs = ", ".join(groups)
        return LeftOut(
            person,
            Reason.OTHER_GROUP,
            f"{person} has the role for {theirs}, the order is of group {question.group}",
            f"{person} 的角色属于 {theirs}，而订单属于 {question.group} 组",
        )
    if amount is not None and limit is not None and limit < amount:
        return _over_limit(person, limit, amount, currency)
    if member.absent:
        return _away(member)
    if any(each.giver == person for each in question.handovers):
        return LeftOut(
            person,
            Reason.HANDED_OVER,
            f"{person} handed their part to somebody else",
            f"{person} 已将审批转交他人",
        )
    return LeftOut(
        person,
        Reason.CAME_LATER,
        f"{person} may sign by now, but was not asked when the order was planned",
        f"{person} 现在可以审批，但安排该订单时未被要求",
    )


def _over_limit(person: str, limit: Decimal, amount: Decimal, currency: str) -> LeftOut:
    most, needed = (
        f"{money.plain(money.quantize(x, currency))} {currency}" for x in (limit, amount)
    )
    return LeftOut(
        person,
        Reason.LIMIT,
        f"{person} may approve up to {most}, the order is {needed}",
        f"{person} 的审批额度为 {most}，订单金额为 {needed}",
    )


def _away(member: Member) -> LeftOut:
    person, delegate = member.person, member.delegate
    english = f", {delegate} stands in" if delegate else " and named nobody to stand in"
    chinese = f"，由 {delegate} 代理" if delegate else "，未指定代理人"
    return LeftOut(person, Reason.ABSENT, f"{person} is away{english}", f"{person} 缺勤{chinese}")
