"""Everything about one order."""

from collections.abc import Sequence

from pydantic import ConfigDict

from api.schemas.tasks import TASK_EXAMPLE, TaskView
from api.schemas.views import ORDER_ID, Priced, StageLabel, View, stage_label
from database.likeness import SimilarOrder
from database.orders import Content, OrderRow
from database.progress import Decision, ParcelRow, Progress
from domain.cleansing import Cleansed
from domain.findings import Finding
from domain.holds import REASONS, Hold, ReasonCode
from domain.order import EXAMPLE, CanonicalOrder, Instant
from domain.stages import Stage


class HoldView(View):
    """An open hold; `note` is null for those who may not read content."""

    id: str
    reason: ReasonCode
    label_en: str
    label_zh: str
    assignee: str
    raised_by: str
    raised_at: Instant
    pauses_clock: bool
    detail: str
    note: str | None

    @classmethod
    def of(cls, hold: Hold, note: str | None) -> "HoldView":
        """Return a hold with its note."""
        terms = REASONS[hold.reason]
        return cls(
            id=hold.id,
            reason=hold.reason,
            label_en=terms.label_en,
            label_zh=terms.label_zh,
            assignee=hold.assignee,
            raised_by=hold.raised_by,
            raised_at=hold.raised_at,
            pauses_clock=hold.pauses_clock,
            detail=hold.detail,
            note=note,
        )


class ParcelLineView(View):
    """Pieces of one order line in a parcel."""

    line_id: str
    quantity: int


class ParcelView(View):
    """A parcel that left."""

    ordinal: int
    tracking_number: str
    carrier: str
    lines: tuple[ParcelLineView, ...]
    shipped_at: Instant
    delivered_at: Instant | None
    channel_told: bool


class DecisionView(View):
    """What a signer said about one content."""

    decision_id: str
    person: str
    verdict: str
    content_hash: str
    at: Instant


class IdentityView(Priced):
    """Whose order this is and how it came in."""

    order_id: str
    channel: str
    shop: str
    external_id: str
    number: str
    origin: str
    submitter: str
    customer_id: str
    country: str
    placed_at: Instant
    received_at: Instant
    source_updated_at: Instant | None
    priority: int


class SimilarOrderView(View):
    """An order of another shop with the same buyer, goods and total, placed within a day of this
    one; `stage` is empty before its workflow has begun."""

    order_id: str
    channel: str
    shop: str
    number: str
    placed_at: Instant
    stage: str


class ContentView(View):
    """The content in force and its hash, which a decision has to name; `cleansing` says step by
    step what came in, what the order holds instead, and why."""

    version: int
    content_hash: str
    findings: tuple[Finding, ...]
    cleansing: tuple[Cleansed, ...]
    order: CanonicalOrder


class ProgressView(View):
    """Where the order stands. `waits_for` is a code: a task, `hold:<reason>`, `call:<effect>`;
    `priority` is 1 (first) to 5 as the rules say, that of `order` as it came in."""

    version: int
    content_version: int
    stage: Stage
    entered_at: Instant
    group: str
    warehouse: str
    tier: str
    rule_set: str
    waits_for: str
    due_at: Instant | None
    stalls_at: Instant | None
    paused: bool
    red: bool
    escalated: bool
    late: bool
    held: bool
    closed: bool
    closed_reason: str
    owner_person: str
    owner_label: str
    updated_at: Instant
    priority: int


class OrderDetail(View):
    """Everything about one order; `content` is null for those who may not read personal data,
    `progress` until its workflow has begun. `similar_orders` may be the same purchase."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "order": {
                        "order_id": ORDER_ID,
                        "channel": "storefront",
                        "shop": "main",
                        "external_id": "1001",
                        "number": "#1001",
                        "origin": "channel",
                        "submitter": "",
                        "customer_id": "cus_1",
                        "currency": "EUR",
                        "total": "117.95",
                        "country": "DE",
                        "placed_at": "2026-11-03T08:15:00Z",
                        "received_at": "2026-11-03T08:15:03Z",
                        "source_updated_at": "2026-11-03T08:15:02Z",
                        "priority": 3,
                    },
                    "content_hash": "9f86d081884c7d659a2feaa0c55ad015"
                    "a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "content": {
                        "version": 1,
                        "content_hash": "9f86d081884c7d659a2feaa0c55ad015"
                        "a3bf4f1b2b0b822cd15d6c15b0f00a08",
                        "findings": [],
                        "cleansing": [
                            {
                                "field": "shipping_address.phone",
                                "code": "PHONE",
                                "before": "030 901820",
                                "after": "+4930901820",
                                "why_en": "the number in international form (E.164)",
                                "why_zh": "电话统一为国际格式（E.164）",
                            }
                        ],
                        "order": EXAMPLE,
                    },
                    "progress": None,
                    "holds": [],
                    "parcels": [],
                    "decisions": [],
                    "similar_orders": [
                        {
                            "order_id": "ord_019a4b5c6d7e7f009123456789abcdef",
                            "channel": "shopify",
                            "shop": "main",
                            "number": "#77",
                            "placed_at": "2026-11-03T08:02:00Z",
                            "stage": "in_review",
                        }
                    ],
                    "tasks": [TASK_EXAMPLE],
                    "temporal_url": "http://127.0.0.1:8233/namespaces/orderflow/workflows/"
                    "order%3Astorefront%3Amain%3A1001",
                }
            ]
        }
    )

    order: IdentityView
    content_hash: str
    content: ContentView | None
    progress: ProgressView | None
    stage_label: StageLabel | None = None
    holds: list[HoldView]
    parcels: list[ParcelView]
    decisions: list[DecisionView]
    similar_orders: list[SimilarOrderView]
    tasks: list[TaskView]
    temporal_url: str | None

    @classmethod
    def of(
        cls,
        order: OrderRow,
        content: Content,
        progress: Progress | None,
        *,
        may_read_content: bool,
        holds: list[HoldView],
        parcels: Sequence[ParcelRow],
        decisions: Sequence[Decision],
        similar_orders: Sequence[SimilarOrder],
        tasks: list[TaskView],
        temporal_url: str | None,
    ) -> "OrderDetail":
        """Put together what the caller may see."""
        return cls(
            order=IdentityView.model_validate(order),
            content_hash=content.content_hash,
            content=ContentView.model_validate(content) if may_read_content else None,
            progress=ProgressView.model_validate(progress) if progress else None,
            stage_label=stage_label(progress.stage if progress else ""),
            holds=holds,
            parcels=[ParcelView.model_validate(parcel) for parcel in parcels],
            decisions=[DecisionView.model_validate(decision) for decision in decisions],
            similar_orders=[SimilarOrderView.model_validate(each) for each in similar_orders],
            tasks=tasks,
            temporal_url=temporal_url,
        )
