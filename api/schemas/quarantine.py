"""What waits in quarantine and what became of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.findings import Finding
from domain.order import Instant


class QuarantineEntry(BaseModel):
    """One message that could not become an order. The findings may quote personal data; who may
    not read content gets their messages without them."""

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
                        {
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
