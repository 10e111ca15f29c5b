"""What somebody has to do."""

from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict

from api.schemas.views import ORDER_ID, Priced, View
from database.tasks import TaskRow
from domain.order import Instant


class TaskView(View):
    """One thing that somebody has to do for this order; `people` are the only ones who may."""

    key: str
    kind: str
    role: str
    group: str
    people: tuple[str, ...]
    assignee_person: str
    due_at: Instant | None
    hold_id: str


class TaskOfOrder(TaskView, Priced):
    """A task with what a person needs to see of its order."""

    order_id: str
    opened_at: Instant
    number: str
    external_id: str
    channel: str
    country: str
    stage: str
    red: bool
    escalated: bool
    late: bool
    stalls_at: Instant | None
    priority: int


TASK_EXAMPLE: dict[str, Any] = {
    "key": "in_review:approve:regional_manager",
    "kind": "approve",
    "role": "regional_manager",
    "group": "eu",
    "people": ["li"],
    "assignee_person": "li",
    "due_at": "2026-11-03T10:15:04Z",
    "hold_id": "",
}


class TaskList(View):
    """A page of the caller's tasks, the most pressing first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tasks": [
                        TASK_EXAMPLE
                        | {
                            "order_id": ORDER_ID,
                            "opened_at": "2026-11-03T08:15:04Z",
                            "number": "#1001",
                            "external_id": "1001",
                            "channel": "storefront",
                            "total": "117.95",
                            "currency": "EUR",
                            "country": "DE",
                            "stage": "in_review",
                            "red": False,
                            "escalated": True,
                            "late": False,
                            "stalls_at": "2026-11-03T12:15:04Z",
                            "priority": 2,
                        }
                    ],
                    "next_cursor": None,
                }
            ]
        }
    )

    tasks: list[TaskOfOrder]
    next_cursor: str | None

    @classmethod
    def of(cls, tasks: Sequence[TaskRow], next_cursor: str | None) -> "TaskList":
        """Return a page of tasks."""
        return cls(tasks=[TaskOfOrder.model_validate(t) for t in tasks], next_cursor=next_cursor)
