"""What a caller may do to an order now: by their rights, and as far as the order goes along."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from api.credit_veil import veiled_refusal
from api.order_state import state_of
from api.permissions import ROUTES, V1, Permission, scope_of
from api.problem_kinds import FORBIDDEN, NOT_STARTED, NOT_YOUR_HOLD, OTHER_GROUP
from api.problems import ApiProblem
from api.records import open_tasks, reaches
from api.refused import problem_of
from api.row_checks import may_release
from api.schemas.possible import PossibleAction, PossibleActions
from database.orders import OrderRow
from database.people import Actor
from database.progress import Progress
from domain.possibilities import ACTIONS, refused
from domain.state import OrderState

_PATHS: Mapping[str, str] = {
    "approve": "decisions",
    "reject": "decisions",
    "return_to_submitter": "decisions",
    "add_signer": "signers",
    "transfer": "transfers",
    "withdraw": "withdrawals",
    "urge": "urges",
    "copy": "copies",
    "ship": "shipments",
    "deliver": "deliveries",
    "hold": "holds",
    "release": "holds/{hold_id}/release",
    "amend": "amendments",
    "cancel": "cancellation",
    "return": "returns",
    "object": "objections",
}


def possible_actions(
    c: Connection, order: OrderRow, at: Progress | None, actor: Actor, now: datetime
) -> PossibleActions:
    """Return every action with whether the actor may do it, and why not."""
    state = state_of(c, order, at, open_tasks(c, order.order_id)) if at else None
    found = {name: _why_not(c, name, order, state, actor, now) for name in ACTIONS}
    return PossibleActions(
        actions=[PossibleAction.of(name, problem) for name, problem in found.items()]
    )


def permission_of(name: str) -> Permission:
    """Return the permission that the route of an action asks for."""
    path = f"{V1}/orders/{{order_id}}/{_PATHS.get(name, name)}"
    permission = ROUTES[("POST", path)]
    if not isinstance(permission, Permission):
        raise TypeError(f"{path} asks for no permission")
    return permission


def _why_not(
    c: Connection,
    name: str,
    order: OrderRow,
    state: OrderState | None,
    actor: Actor,
    now: datetime,
) -> ApiProblem | None:
    permission, group = permission_of(name), state.group if state else ""
    scope = scope_of(actor, permission)
    if not reaches(c, scope, order.order_id, group):
        is_elsewhere = not scope.is_empty
        return OTHER_GROUP(group=group or "-") if is_elsewhere else FORBIDDEN(permission=permission)
    if state is None:
        return NOT_STARTED(value=order.order_id)
    refusal = refused(state, name, actor.person_id, now)
    if refusal is not None:
        return problem_of(veiled_refusal(refusal, actor, group))
    return _not_yours(state, actor) if name == "release" else None


def _not_yours(state: OrderState, actor: Actor) -> ApiProblem | None:
    if any(may_release(actor, hold) for hold in state.holds):
        return None
    first = state.holds[0]
    return NOT_YOUR_HOLD(value=first.id, assignee=first.assignee)
