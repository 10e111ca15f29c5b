"""Changes as browsers hear of them: each is encoded once, whoever it goes to."""

from dataclasses import dataclass
from functools import cached_property

from fastapi.sse import format_sse_event

from api.schemas.changes import ChangeView

_RECONNECT_MILLISECONDS = 2_000


@dataclass(frozen=True)
class Change:
    """An order is at a new version; `resync` instead says that changes may have been missed."""

    order_id: str
    stage: str
    version: int
    group: str = ""
    resync: bool = False

    @cached_property
    def event(self) -> bytes:
        """The server-sent event that tells of it."""
        if self.resync:
            return format_sse_event(event="resync", data_str="{}", retry=_RECONNECT_MILLISECONDS)
        view = ChangeView(order_id=self.order_id, stage=self.stage, version=self.version)
        return format_sse_event(
            event="order", data_str=view.model_dump_json(), id=f"{self.order_id}:{self.version}"
        )


RESYNC = Change(order_id="", stage="", version=0, resync=True)
