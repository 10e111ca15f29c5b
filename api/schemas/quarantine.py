"""What waits in quarantine and what became of it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.findings import Finding
from domain.order import Instant, Notes

ENTRY_EXAMPLE: dict[str, Any] = {
    "id": 12,
    "inbox_id": 4711,
    "channel": "shopify",
    "shop": "main",
    "external_id": "820982911946154508",
    "findings": [
        {
            "field": "shipping_address.postal_code",
            "code": "REQUIRED",
            "message_en": "shipping_address.postal_code is missing; add it",
            "message_zh": "缺少 shipping_address.postal_code；请补充",
            "severity": "error",
        }
    ],
    "owner_role": "customer_service",
    "owner_person": "wang",
    "created_at": "2026-11-03T08:15:03Z",
    "resolved_at": None,
    "resolution": None,
    "resolved_by": None,
}


class QuarantineEntry(BaseModel):
    """One message that could not become an order. The findings may quote personal data; who may
    not read content gets their messages without them. `resolution` is retry, discard, replaced (by
    a later message) or fix (a person sent it corrected)."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    inbox_id: int
    channel: str
    shop: str
    external_id: str
    findings: tuple[Finding, ...]
    owner_role: str
    owner_person: str
    created_at: Instant
    resolved_at: Instant | None
    resolution: str | None
    resolved_by: str | None


class QuarantineList(BaseModel):
    """A page of the quarantine, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        ENTRY_EXAMPLE,
                    ],
                    "next_cursor": None,
                }
            ]
        }
    )

    items: list[QuarantineEntry]
    next_cursor: int | None


class ResolutionAnswer(BaseModel):
    """The message goes back to the relay (`retry`) or is put away for good (`discard`)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": 12, "resolution": "retry"}]})

    id: int
    resolution: Literal["retry", "discard"]


class QuarantineDetail(QuarantineEntry):
    """One message with its text as it came in. `why_not_fixable` says what to do instead where a
    corrected text can't be sent. `corrected_inbox_id` is the message that was sent in its place,
    `corrects_entry_id` the entry of the message that this one was sent in place of."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                ENTRY_EXAMPLE
                | {
                    "topic": "orders/create",
                    "content_type": "application/json",
                    "body": '{"id": 820982911946154508, "shipping_address": {}}',
                    "fixable": True,
                    "why_not_fixable_en": "",
                    "why_not_fixable_zh": "",
                    "note": "",
                    "corrected_inbox_id": None,
                    "corrects_entry_id": None,
                }
            ]
        }
    )

    topic: str
    content_type: str
    body: str
    fixable: bool
    why_not_fixable_en: str
    why_not_fixable_zh: str
    note: str
    corrected_inbox_id: int | None
    corrects_entry_id: int | None


class FixBody(BaseModel):
    """The whole text of the message as it should have been, and why it was changed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "body": '{"id": 820982911946154508, "shipping_address": {"zip": "10115"}}',
                    "note": "Asked the customer for the postal code",
                }
            ]
        },
    )

    body: Annotated[str, Field(min_length=1)]
    note: Annotated[Notes, Field(min_length=1)]


class FixAnswer(BaseModel):
    """The corrected message `inbox_id` goes the ordinary way in; the original is kept."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": 12, "resolution": "fix", "inbox_id": 4712}]}
    )

    id: int
    resolution: Literal["fix"] = "fix"
    inbox_id: int
