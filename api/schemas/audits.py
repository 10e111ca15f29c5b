"""Who did what, when."""

from typing import Any

from pydantic import ConfigDict

from api.schemas.views import View
from database.audit_search import AuditPage
from domain.order import Instant


class AuditEntry(View):
    """One entry of a chain: an order's own, or `system`. `actor` is a person id, `channel:<name>`,
    `system` or `operator`; `subject` the order or what else it is about; `detail` holds codes, ids
    and numbers."""

    chain: str
    seq: int
    at: Instant
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


class AuditList(View):
    """A page of entries, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entries": [
                        {
                            "chain": "system",
                            "seq": 812,
                            "at": "2026-11-03T08:15:04Z",
                            "actor": "wang",
                            "action": "quarantine_fix",
                            "subject": "12",
                            "detail": {"quarantine_id": 12, "corrects": 4711, "inbox_id": 4712},
                        }
                    ],
                    "next_cursor": None,
                }
            ]
        }
    )

    entries: list[AuditEntry]
    next_cursor: str | None

    @classmethod
    def of(cls, page: AuditPage) -> "AuditList":
        """Return the page as it is shown."""
        entries = [AuditEntry.model_validate(entry) for entry in page.entries]
        return cls(entries=entries, next_cursor=page.next_cursor)
