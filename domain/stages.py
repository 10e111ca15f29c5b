"""The six stages of an order and the only edges along which it moves."""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """Where an order stands; the codes are fixed names of the API and of search attributes."""

    PENDING_CONFIRMATION = "pending_confirmation"
    IN_REVIEW = "in_review"
    PREPARING = "preparing"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CLOSED_ABNORMALLY = "closed_abnormally"


LABELS: Mapping[Stage, tuple[str, str]] = {
    Stage.PENDING_CONFIRMATION: ("Pending confirmation", "待确认"),
    Stage.IN_REVIEW: ("In review", "审核中"),
    Stage.PREPARING: ("Preparing", "备货中"),
    Stage.SHIPPED: ("Shipped", "已发货"),
    Stage.COMPLETED: ("Completed", "已完成"),
    Stage.CLOSED_ABNORMALLY: ("Closed abnormally", "异常关闭"),
}

# A change of content voids signatures, so an order being prepared goes back to review: the one
# edge that points backwards. A return closes a shipped or completed order.
EDGES: Mapping[Stage, frozenset[Stage]] = {
    Stage.PENDING_CONFIRMATION: frozenset({Stage.IN_REVIEW, Stage.CLOSED_ABNORMALLY}),
    Stage.IN_REVIEW: frozenset({Stage.PREPARING, Stage.CLOSED_ABNORMALLY}),
    Stage.PREPARING: frozenset({Stage.SHIPPED, Stage.IN_REVIEW, Stage.CLOSED_ABNORMALLY}),
    Stage.SHIPPED: frozenset({Stage.COMPLETED, Stage.CLOSED_ABNORMALLY}),
    Stage.COMPLETED: frozenset({Stage.CLOSED_ABNORMALLY}),
    Stage.CLOSED_ABNORMALLY: frozenset(),
}

# The stages in their order; the abnormal end is none of them.
WAY = (
    Stage.PENDING_CONFIRMATION,
    Stage.IN_REVIEW,
    Stage.PREPARING,
    Stage.SHIPPED,
    Stage.COMPLETED,
)

TERMINAL = frozenset({Stage.COMPLETED, Stage.CLOSED_ABNORMALLY})


def way_to(stage: Stage) -> tuple[Stage, ...]:
    """Return the stages that an order has been through when it stands in `stage`, which is last."""
    return WAY[: WAY.index(stage) + 1]


def is_edge(source: Stage, target: Stage) -> bool:
    """Tell whether an order may move from `source` to `target`."""
    return target in EDGES[source]
