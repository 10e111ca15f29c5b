"""Who was asked for an order's signatures, read from what admission stored, whatever its age."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from domain.approvals import Handover
from domain.left_out import LeftOut, left_out
from domain.staffing import Staff, StaffQuestion


@dataclass(frozen=True, slots=True)
class Asked:
    """Who may sign for each role, and for whom a delegate stands in."""

    signers: Mapping[str, tuple[str, ...]]
    behalf: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RoleExplained:
    """One role of the approval: who is asked, on whose behalf, and who is not and why."""

    role: str
    asked: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOut, ...]


def stored_question(
    inputs: Mapping[str, object],
    plan: Mapping[str, object],
    amount: Decimal | None,
    submitter: str,
) -> StaffQuestion:
    """Return what was asked about the staff; of an old admission, what follows from its plan."""
    question = _staff(inputs, "question")
    if not question:
        roles = tuple(stored_answer(inputs, plan).signers)
        barred = (submitter,) if submitter else ()
        return StaffQuestion(roles, amount, str(plan.get("group", "")), barred)
    return question_of(question)


def question_of(question: Mapping[str, object]) -> StaffQuestion:
    """Return a stored question in its own type."""
    return StaffQuestion(
        roles=_texts(question.get("roles")),
        amount=_amount(question.get("amount")),
        group=str(question.get("group") or ""),
        barred=tuple(person for person in _texts(question.get("barred")) if person),
        if_nobody=str(question.get("if_nobody") or "superior"),
        rescue=str(question.get("rescue") or ""),
        handovers=tuple(_handovers(question.get("handovers"))),
        asked=_texts(question.get("asked")),
    )


def stored_answer(inputs: Mapping[str, object], plan: Mapping[str, object]) -> Asked:
    """Return who was found; of an old admission, whom its plan names."""
    return asked_in(_staff(inputs, "answer") or plan)


def asked_in(answer: Mapping[str, object]) -> Asked:
    """Return who may sign by an answer, or a plan, as it was stored."""
    groups = answer.get("signers")
    behalf = answer.get("behalf")
    return Asked(
        {
            str(group.get("role", "")): _texts(group.get("people"))
            for group in (groups if isinstance(groups, list) else ())
            if isinstance(group, Mapping)
        },
        {str(k): str(v) for k, v in behalf.items()} if isinstance(behalf, Mapping) else {},
    )


def explained(
    question: StaffQuestion, asked: Asked, staff: Staff | None, currency: str
) -> tuple[RoleExplained, ...]:
    """Put both together; without `staff` nobody is named as left out. Amounts in `currency`."""
    roles = tuple(dict.fromkeys((*question.roles, *asked.signers)))
    missing = left_out(question, staff, asked.signers, currency) if staff is not None else {}
    return tuple(
        RoleExplained(
            role,
            tuple((each, asked.behalf.get(each, "")) for each in asked.signers.get(role, ())),
            missing.get(role, ()),
        )
        for role in roles
    )


def _staff(inputs: Mapping[str, object], part: str) -> Mapping[str, object]:
    staff = inputs.get("staff")
    found = staff.get(part) if isinstance(staff, Mapping) else inputs.get(f"staff_{part}")
    return found if isinstance(found, Mapping) else {}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _handovers(value: object) -> list[Handover]:
    items = value if isinstance(value, list | tuple) else ()
    return [
        Handover(*(str(item.get(name, "")) for name in ("id", "giver", "taker")))
        for item in items
        if isinstance(item, Mapping)
    ]


def _amount(value: object) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str | int) else None
    except InvalidOperation:
        return None
