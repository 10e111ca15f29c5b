"""Many orders at once: what is asked, what it would come to, and what became of each."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.actions import ActionBody, ContentHash, Note
from api.schemas.views import ORDER_ID, View, tidy
from database.batch_choice import BatchFilter, Chosen
from database.batches import BatchRow, ItemRow
from domain.actions import Verdict
from domain.batches import MOST_ITEMS, BatchKind, ItemState, reason, said
from domain.order import Amount, Identifier, Instant, NonNegative, Notes
from domain.stages import Stage

BATCH_ID = "bat_018f2f6c7a5b7cc0b1d2e3f4a5b6c7d8"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def _examples(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(examples)})


def _example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class FilterBody(BaseModel):
    """Orders whose approval is pending; conditions add up, amounts are in the base currency."""

    model_config = _examples({"group": "eu", "max_amount": "10000"})

    stage: Stage | None = None
    group: Identifier | None = None
    tier: Identifier | None = None
    channel: Identifier | None = None
    country: Identifier | None = None
    min_amount: NonNegative | None = None
    max_amount: NonNegative | None = None
    red: bool | None = None

    def which(self) -> BatchFilter:
        """Return it as what orders are looked up by."""
        return BatchFilter(**dict(self))


class ShownOrder(BaseModel):
    """An order with the content the signer has seen."""

    model_config = _examples({"order_id": ORDER_ID, "content_hash": _HASH})

    order_id: Identifier
    content_hash: ContentHash


class BatchBody(ActionBody):
    """Decides on many orders: those listed, or all that match a filter, which has to be looked at
    first. With `preview` it only answers what it would come to; `preview_digest` of that answer
    then starts exactly this. Rejecting and returning need a note."""

    model_config = _examples(
        {"verdict": "approve", "filter": {"group": "eu", "max_amount": "10000"}, "preview": True},
        {
            "id": "c0ffee-9",
            "verdict": "approve",
            "filter": {"group": "eu", "max_amount": "10000"},
            "preview_digest": _HASH,
        },
        {
            "verdict": "reject",
            "note": "Quota of this quarter is used up.",
            "orders": [{"order_id": ORDER_ID, "content_hash": _HASH}],
        },
    )

    verdict: Verdict
    note: Notes = ""
    filter: FilterBody | None = None
    orders: Annotated[list[ShownOrder], Field(min_length=1, max_length=MOST_ITEMS)] | None = None
    preview: bool = False
    preview_digest: ContentHash | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.filter is None) == (self.orders is None):
            raise ValueError("give either 'filter' or 'orders' / 请填写 filter 或 orders 之一")
        return self


class RepinBody(ActionBody):
    """Puts open orders under the published rules, whatever they were admitted under."""

    model_config = _examples({"orders": [ORDER_ID], "note": "Threshold raised for the fair"})

    orders: Annotated[list[Identifier], Field(min_length=1, max_length=MOST_ITEMS)]
    note: Note


class ReasonView(View):
    """So many orders are expected to refuse, for this reason."""

    code: str
    count: int
    en: str
    zh: str


class BatchPreview(View):
    """What a batch would come to: `count` orders, of which `fit` wait for the caller's signature,
    the others refuse for the `reasons`. `money` sums per currency; `base_amount`, in
    `base_currency`, lacks the `unconverted`. The oldest is in its stage since `oldest`."""

    model_config = _example(
        {
            "count": 214,
            "fit": 209,
            "reasons": [
                {
                    "code": "already_signed",
                    "count": 5,
                    "en": "signed by you already",
                    "zh": "您已签核",
                }
            ],
            "money": {"EUR": "41250.00", "USD": "9800.50"},
            "base_amount": "398600.00",
            "base_currency": "CNY",
            "unconverted": 0,
            "oldest": "2026-11-03T08:15:02Z",
            "reds": 3,
            "most": MOST_ITEMS,
            "preview_digest": _HASH,
        }
    )

    count: int
    fit: int
    reasons: list[ReasonView]
    money: dict[str, Amount]
    base_amount: Amount
    base_currency: str
    unconverted: int
    oldest: Instant | None
    reds: int
    most: int
    preview_digest: str

    @classmethod
    def of(cls, chosen: Chosen, base_currency: str) -> "BatchPreview":
        """Return what people see before they start."""
        return cls(
            count=chosen.count,
            fit=chosen.fit,
            reasons=[_reason(code, count) for code, count in sorted(chosen.reasons.items())],
            money=_tidied(chosen.money),
            base_amount=tidy(chosen.base_amount or Decimal(0), base_currency),
            base_currency=base_currency,
            unconverted=chosen.unconverted,
            oldest=chosen.oldest,
            reds=chosen.reds,
            most=MOST_ITEMS,
            preview_digest=chosen.digest,
        )


def _reason(code: str, count: int) -> ReasonView:
    english, chinese = reason(code)
    return ReasonView(code=code, count=count, en=english, zh=chinese)


def _tidied(money: dict[str, Decimal]) -> dict[str, Decimal]:
    return {currency: tidy(total, currency) for currency, total in sorted(money.items())}


_BATCH: dict[str, Any] = {
    "batch_id": BATCH_ID,
    "kind": "decide",
    "verdict": "approve",
    "rule_set": "",
    "note": "",
    "started_by": "wang",
    "filter": {"group": "eu", "max_amount": "10000"},
    "state": "running",
    "items": 214,
    "answered": 60,
    "counts": {
        "pending": 154,
        "accepted": 58,
        "refused": 2,
        "failed": 0,
        "unknown": 0,
        "cancelled": 0,
    },
    "money": {"EUR": "41250.00", "USD": "9800.50"},
    "base_amount": "398600.00",
    "base_currency": "CNY",
    "created_at": "2026-11-03T09:00:00Z",
    "cancelled_at": None,
    "finished_at": None,
}


class BatchView(View):
    """A batch and how far it is: `answered` of its `items` have a result, `counts` says which.

    The sums are those of when it was started. It is done when every item has a result.
    """

    model_config = _example(_BATCH)

    batch_id: str
    kind: BatchKind
    verdict: str
    rule_set: str
    note: str
    started_by: str
    filter: dict[str, Any] | None
    state: Literal["running", "done"]
    items: int
    answered: int
    counts: dict[str, int]
    money: dict[str, Amount]
    base_amount: Amount
    base_currency: str
    created_at: Instant
    cancelled_at: Instant | None
    finished_at: Instant | None

    @classmethod
    def of(cls, row: BatchRow) -> "BatchView":
        """Return what people see of a batch."""
        counts = {str(state): row.counts.get(state, 0) for state in ItemState}
        is_done = row.finished_at is not None
        open_items = 0 if is_done else counts[ItemState.PENDING] + counts[ItemState.UNKNOWN]
        changed = {
            "counts": counts,
            "answered": row.items - open_items,
            "money": _tidied(row.money),
            "base_amount": tidy(row.base_amount or Decimal(0), row.base_currency),
            "filter": row.filter and {k: v for k, v in row.filter.items() if v is not None},
        }
        return cls.model_validate(vars(row) | changed)


class BatchList(View):
    """Batches, the newest first; `next_cursor` leads on."""

    model_config = _example({"batches": [_BATCH], "next_cursor": None})

    batches: list[BatchView]
    next_cursor: int | None


_ITEM: dict[str, Any] = {
    "ordinal": 7,
    "order_id": ORDER_ID,
    "number": "#1007",
    "content_hash": _HASH,
    "action_id": "act_5f0c6dbbd1c84a0c9d3f5b3c1d0e2f4a",
    "state": "refused",
    "code": "already_signed",
    "en": "wang has signed this order already; the other signature must be another person's.",
    "zh": "wang 已签核此订单,其余签核须由他人完成。",
    "tries": 1,
    "decided_at": "2026-11-03T09:00:03Z",
}


class ItemView(View):
    """What became of one order: the code and the words are those of a single decision. On the
    order's timeline it is called `action_id`."""

    model_config = _example(_ITEM)

    ordinal: int
    order_id: str
    number: str
    content_hash: str
    action_id: str
    state: ItemState
    code: str
    en: str
    zh: str
    tries: int
    decided_at: Instant | None

    @classmethod
    def of(cls, row: ItemRow) -> "ItemView":
        """Return what people see of an item."""
        english, chinese = said(row.result, row.order_id)
        words = {"en": english, "zh": chinese, "state": row.result.state, "code": row.result.code}
        return cls.model_validate(vars(row) | words)


class ItemList(View):
    """Items of a batch in their order; `next_cursor` leads on."""

    model_config = _example({"items": [_ITEM], "next_cursor": None})

    items: list[ItemView]
    next_cursor: int | None
