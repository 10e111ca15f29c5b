"""Who has to do what now: the tasks and the owner that follow from an order's state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain import approvals, signing
from domain.lifecycle import is_held_by, shown_deadline, terms
from domain.signing import RETURNED
from domain.stages import Stage
from domain.state import OrderState


class TaskKind(StrEnum):
    """What is asked of a person."""

    CONFIRM = "confirm"
    APPROVE = "approve"
    PICK_GROUP = "pick_group"
    PREPARE = "prepare"
    FOLLOW_DELIVERY = "follow_delivery"
    RESOLVE_HOLD = "resolve_hold"


@dataclass(frozen=True)
class Task:
    """One thing to do; `key` is unique and stable within the order.

    `role` is a role code, or a person id where a hold names a person. `group` narrows the role,
    `people` are the only ones who may do it (empty: anybody in the role). `due_at` is UTC.
    """

    key: str
    kind: TaskKind
    role: str
    group: str
    people: tuple[str, ...]
    due_at: datetime | None
    hold_id: str = ""


def tasks_for(state: OrderState) -> tuple[Task, ...]:
    """Return the open tasks of an order, the most pressing first; none when it has ended."""
    return (*_hold_tasks(state), *_stage_tasks(state))


def _hold_tasks(state: OrderState) -> tuple[Task, ...]:
    return tuple(
        Task(
            key=f"hold:{hold.id}",
            kind=TaskKind.PICK_GROUP if hold.reason == "NO_ROUTE" else TaskKind.RESOLVE_HOLD,
            role=hold.assignee,
            group=state.group,
            people=(),
            due_at=shown_deadline(state),
            hold_id=hold.id,
        )
        for hold in state.holds
    )


def _stage_tasks(state: OrderState) -> tuple[Task, ...]:
    if state.closing is not None:
        return ()
    match state.stage:
        case Stage.PENDING_CONFIRMATION if _waits_for_confirmation(state):
            return (_task(state, TaskKind.CONFIRM),)
        case Stage.IN_REVIEW:
            return _approval_tasks(state)
        case Stage.PREPARING if not state.facts.fulfilled_by_channel:
            return (_task(state, TaskKind.PREPARE),)
        case Stage.PREPARING:
            return (_task(state, TaskKind.FOLLOW_DELIVERY),)
        case Stage.SHIPPED:
            return (_task(state, TaskKind.FOLLOW_DELIVERY),)
        case _:
            return ()


def _waits_for_confirmation(state: OrderState) -> bool:
    return state.plan is None or (state.plan.needs_confirmation and not state.confirmed)


def _task(state: OrderState, kind: TaskKind) -> Task:
    return Task(
        key=f"{state.stage}:{kind}",
        kind=kind,
        role=terms(state).owner_role,
        group=state.group,
        people=(),
        due_at=shown_deadline(state),
    )


def _approval_tasks(state: OrderState) -> tuple[Task, ...]:
    if is_held_by(state, RETURNED):
        return ()  # it lies with its submitter, who has the hold's task
    awaited = signing.awaited(state)
    added = [a.person for a in approvals.pending(state.approval) if a.person in awaited]
    return (*_group_tasks(state, awaited, added), *(_added_task(state, p) for p in added))


def _group_tasks(state: OrderState, awaited: Sequence[str], added: Sequence[str]) -> list[Task]:
    members = approvals.everybody(state.approval)
    asked = tuple(person for person in awaited if person in members)
    return [
        Task(
            key=f"{state.stage}:approve:{group.role}",
            kind=TaskKind.APPROVE,
            role=group.role,
            group=state.group,
            # A signer in two groups is moved over by a colleague, who then is the one asked.
            people=tuple(p for p in asked if p in group.people) or asked,
            due_at=shown_deadline(state),
        )
        for group in approvals.outstanding(state.approval)
        # Where a group waits for somebody who was added, the task is theirs.
        if asked or not added
    ]


def _added_task(state: OrderState, person: str) -> Task:
    return Task(
        key=f"{state.stage}:approve:+{person}",
        kind=TaskKind.APPROVE,
        role=person,
        group=state.group,
        people=(person,),
        due_at=shown_deadline(state),
    )


def waits_for(state: OrderState) -> str:
    """Return the code of what the order waits for: a hold, a call that is being made, a task."""
    if state.closing is not None:
        return "closing"
    if state.holds:
        return f"hold:{state.holds[0].reason}"
    if state.calling:
        return f"call:{state.calling}"
    tasks = _stage_tasks(state)
    return str(tasks[0].kind) if tasks else "system"
