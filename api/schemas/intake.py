"""What comes in at the front door and what is answered."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.findings import Finding
from domain.order import EXAMPLE, CanonicalOrder

# The channel of orders that programs and people of our own send.
DEFAULT_CHANNEL = "api"

SUBMITTED_EXAMPLE: dict[str, Any] = EXAMPLE | {
    "channel": DEFAULT_CHANNEL,
    "external_id": "PO-2026-17",
}


class WebhookAnswer(BaseModel):
    """The message lies in the inbox; `duplicate` says that it did before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "accepted", "id": 4711}]})

    status: Literal["accepted", "duplicate"]
    id: int


class SubmittedOrder(CanonicalOrder):
    """A canonical order; `channel` is `api` unless the order is known under another one."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUBMITTED_EXAMPLE]})

    channel: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,31}$")] = DEFAULT_CHANNEL


class SubmissionAnswer(BaseModel):
    """The order is kept and will start; the findings are warnings that customer service sees."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "accepted", "inbox_id": 4711, "findings": []}]}
    )

    status: Literal["accepted"] = "accepted"
    inbox_id: int
    findings: list[Finding] = Field(default_factory=list)
