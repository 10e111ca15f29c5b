"""What is said of an order to somebody who may not see that it waits on its customer's credit.

They see that it is held and who looks after it; the reason reads as any other.
"""

from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from api.permissions import Permission, Scope, scope_of
from api.problem_kinds import FORBIDDEN
from database.order_lists import OrderListRow
from database.people import Actor
from domain.holds import REASONS, ReasonCode
from domain.refusals import Refusal

_CREDIT, _OTHER = ReasonCode.CREDIT_LIMIT, ReasonCode.OTHER
_LABELS = {"label_en": REASONS[_OTHER].label_en, "label_zh": REASONS[_OTHER].label_zh}

V = TypeVar("V", bound=BaseModel)


def veiled(view: V, actor: Actor, group: str) -> V:
    """Return a view of an order of this group as the caller may see it."""
    if sees_credit(actor, group):
        return view
    return type(view).model_validate(_without_credit(view.model_dump()))


def veiled_refusal(refusal: Refusal, actor: Actor, group: str) -> Refusal:
    """Return why something is refused as the caller may know it."""
    if refusal.value != _CREDIT or sees_credit(actor, group):
        return refusal
    return Refusal(refusal.code, str(_OTHER))


def veiled_row(row: OrderListRow, actor: Actor) -> OrderListRow:
    """Return a row of a list as the caller may see it."""
    if sees_credit(actor, row.group):
        return row
    names = ("waits_for", "closed_reason", "held_reasons")
    return replace(row, **{name: _without_credit(getattr(row, name)) for name in names})


def scope_asking(reason: str | None, actor: Actor, scope: Scope) -> Scope:
    """Return for which groups the caller may ask what this reason holds; raises ApiProblem."""
    if reason != _CREDIT:
        return scope
    credit = scope_of(actor, Permission.CREDIT_READ)
    if credit.is_empty:
        raise FORBIDDEN(permission=Permission.CREDIT_READ)
    return credit


def sees_credit(actor: Actor, group: str) -> bool:
    """Tell whether the caller may see what concerns credit in orders of this group."""
    return scope_of(actor, Permission.CREDIT_READ).covers(group)


def _without_credit(value: Any) -> Any:
    match value:
        case dict():
            bare = {name: _without_credit(each) for name, each in value.items()}
            return bare | _plain_words(bare) if _is_about_credit(value) else bare
        case list() | tuple():
            return type(value)(map(_without_credit, value))
        case str():
            return str(_OTHER).join(value.split(_CREDIT)) if _names_credit(value) else value
        case _:
            return value


def _names_credit(text: str) -> bool:
    return text in (_CREDIT, f"hold:{_CREDIT}")


def _is_about_credit(value: dict[str, Any]) -> bool:
    data = value.get("data")
    told = data.get("reason") if isinstance(data, dict) else None
    return _CREDIT in (value.get("reason"), told)


def _plain_words(value: dict[str, Any]) -> dict[str, Any]:
    """Return what takes the place of labels, details and notes."""
    words: dict[str, Any] = {**_LABELS, "detail": "", "note": None}
    return {name: words[name] for name in words if name in value}
