"""What people ask of an order, and the answer they get."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.actions import Verdict
from domain.holds import ReasonCode
from domain.order import MAX_LINES, MAX_QUANTITY, Identifier, Notes, Short

KEY_PATTERN = r"^[\x21-\x7e]{1,200}$"

ActionKey = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
Note = Annotated[Notes, Field(min_length=1)]
ContentHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def _examples(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(examples)})


class ActionBody(BaseModel):
    """`id` makes repeating safe, as the Idempotency-Key header does; left out, one is made."""

    model_config = _examples({"id": "c0ffee-1"})

    id: ActionKey | None = None


class ParcelLineBody(BaseModel):
    """Pieces of one order line in a parcel."""

    model_config = _examples({"line_id": "1", "quantity": 2})

    line_id: Identifier
    quantity: Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY)]


class ConfirmBody(ActionBody):
    """Confirms the order towards the customer."""


class DecisionBody(ActionBody):
    """Approves, rejects or returns the content whose hash the signer has seen; rejecting and
    returning need a note."""

    model_config = _examples(
        {"id": "c0ffee-2", "verdict": "approve", "content_hash": _HASH},
        {"verdict": "reject", "content_hash": _HASH, "note": "Price below the agreed minimum."},
    )

    verdict: Verdict
    content_hash: ContentHash
    note: Notes = ""


class ShipmentBody(ActionBody):
    """A parcel left the warehouse; without lines it holds everything that was still inside."""

    model_config = _examples(
        {"tracking_number": "00340434161094015902", "carrier": "dhl"},
        {
            "tracking_number": "1Z999AA10123456784",
            "carrier": "ups",
            "lines": [{"line_id": "1", "quantity": 1}],
        },
    )

    tracking_number: Identifier
    carrier: Short = ""
    lines: Annotated[tuple[ParcelLineBody, ...], Field(max_length=MAX_LINES)] = ()


class DeliveryBody(ActionBody):
    """A parcel arrived; without a tracking number all of them did."""

    model_config = _examples({"tracking_number": "00340434161094015902"})

    tracking_number: Short = ""


class HoldBody(ActionBody):
    """Keeps the order in its stage until released. `assignee` is a person id or a role (by default
    the reason's role); `pauses_clock` overrules whether waiting on this reason stops the clock."""

    model_config = _examples(
        {"reason": "CUSTOMS_DOC", "note": "Commercial invoice missing", "assignee": "li"}
    )

    reason: ReasonCode
    note: Note
    assignee: Short = ""
    pauses_clock: bool | None = None


class ReleaseBody(ActionBody):
    """Ends a hold; what it stopped is tried again."""

    model_config = _examples({"note": "Invoice came in"})

    note: Notes = ""


class CancellationBody(ActionBody):
    """Closes the order abnormally; stock and credit are given back and the channel is told."""

    model_config = _examples({"reason": "BUYER_CANCEL", "note": "Customer called at noon"})

    reason: ReasonCode
    note: Note


class ReturnBody(ActionBody):
    """Goods come back; without lines all of them."""

    model_config = _examples({"note": "Wrong size", "lines": [{"line_id": "1", "quantity": 1}]})

    note: Note
    lines: Annotated[tuple[ParcelLineBody, ...], Field(max_length=MAX_LINES)] = ()


class GroupBody(ActionBody):
    """Gives an order that no route matched to a group and its warehouse."""

    model_config = _examples({"group": "eu"})

    group: Identifier


class ObjectionBody(ActionBody):
    """The customer objects to what was delivered, or not."""

    model_config = _examples({"reason": "DELIVERY_FAILED", "note": "Parcel never arrived"})

    reason: ReasonCode
    note: Note


class ActionAnswer(BaseModel):
    """What became of an action. `accepted` is final; `pending` means it was handed over and its
    outcome shows on the timeline: repeat it with the same key to hear it. `id` is what the
    timeline calls it, `idempotency_key` what a repetition must name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "act_5f0c6dbbd1c84a0c9d3f5b3c1d0e2f4a",
                    "idempotency_key": "c0ffee-2",
                    "status": "accepted",
                    "code": "approved",
                    "stage": "in_review",
                }
            ]
        }
    )

    id: str
    idempotency_key: str
    status: Literal["accepted", "pending"]
    code: str = ""
    stage: str = ""
