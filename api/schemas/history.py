"""What happened to an order."""

from pydantic import ConfigDict

from api.schemas.views import ORDER_ID, View
from domain.events import Event
from domain.order import Instant
from domain.stages import Stage


class TimelineEntry(View):
    """One thing that happened; `data` holds codes and ids, `note` what a person wrote."""

    seq: int
    at: Instant
    kind: str
    stage: Stage
    actor: str
    data: dict[str, str]
    note: str | None = None

    @classmethod
    def of(cls, event: Event, note: str | None) -> "TimelineEntry":
        """Return an event with its note."""
        return cls.model_validate(event).model_copy(update={"note": note})


class Timeline(View):
    """Everything that happened to an order, in its order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "order_id": ORDER_ID,
                    "events": [
                        {
                            "seq": 1,
                            "at": "2026-11-03T08:15:03Z",
                            "kind": "submitted",
                            "stage": "pending_confirmation",
                            "actor": "channel:storefront",
                            "data": {},
                            "note": None,
                        }
                    ],
                }
            ]
        }
    )

    order_id: str
    events: list[TimelineEntry]
