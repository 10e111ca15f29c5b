"""What the Temporal Web UI shows of an order: search attributes and a readable current state."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

with workflow.unsafe.imports_passed_through():
    from domain.events import Event
    from domain.facts import OrderFacts
    from domain.lifecycle import shown_deadline
    from domain.projection import flags
    from domain.stages import LABELS, Stage
    from domain.state import OrderState
    from domain.tasks import waits_for

STAGE = SearchAttributeKey.for_keyword("OrderStage")
CHANNEL = SearchAttributeKey.for_keyword("OrderChannel")
GROUP = SearchAttributeKey.for_keyword("OrderGroup")
TIER = SearchAttributeKey.for_keyword("ApprovalTier")
COUNTRY = SearchAttributeKey.for_keyword("DestinationCountry")
FLAGS = SearchAttributeKey.for_keyword_list("OrderFlags")
DUE_AT = SearchAttributeKey.for_datetime("SlaDueAt")
STORY_LINES = 12
DETAIL_LINES = 10


def initial_attributes(facts: OrderFacts) -> TypedSearchAttributes:
    """Return the search attributes an order starts with."""
    pairs: list[SearchAttributePair[str]] = [
        SearchAttributePair(STAGE, str(Stage.PENDING_CONFIRMATION)),
        SearchAttributePair(CHANNEL, facts.channel),
        SearchAttributePair(COUNTRY, facts.country or "-"),
    ]
    return TypedSearchAttributes(pairs)


def static_summary(facts: OrderFacts) -> str:
    """Return the one line that names the order in lists of the Web UI."""
    pieces = sum(line.quantity for line in facts.lines)
    return f"{facts.channel} {facts.shop} · {facts.total} {facts.currency} · {pieces} pcs"


def static_details(facts: OrderFacts) -> str:
    """Return what was ordered, in Markdown: codes and numbers only."""
    lines = [f"- {line.sku or '-'} × {line.quantity}" for line in facts.lines[:DETAIL_LINES]]
    if len(facts.lines) > DETAIL_LINES:
        lines.append(f"- … {len(facts.lines)} lines / 行")
    return "\n".join([f"{facts.external_id} → {facts.country or '-'}", "", *lines])


def deadline_summary(state: OrderState) -> str:
    """Return what a timer stands for."""
    if state.clock.rung_at is not None:
        return f"escalation step {state.clock.rungs + 1} of {state.stage}"
    if state.clock.breached or state.clock.due_at is None:
        return "objection window"
    return f"limit of {state.stage}"


class Visibility:
    """Keeps search attributes and current details in step, writing only what changed."""

    def __init__(self, state: OrderState) -> None:
        self._state = state
        self._shown: tuple[object, ...] = ()
        self._story: deque[str] = deque(maxlen=STORY_LINES)

    def follow(self, events: Iterable[Event]) -> None:
        """Keep the newest events as the story that the details tell."""
        self._story.extend(_told(event) for event in events)

    def show(self) -> None:
        """Upsert the attributes when they changed and refresh the details."""
        state = self._state
        workflow.set_current_details(current_details(state, self._story))
        due_at = state.clock.due_at
        marks = flags(state)
        tier = state.plan.tier if state.plan else ""
        now_shown = (state.stage, state.group, tier, tuple(marks), due_at)
        if now_shown == self._shown:
            return
        self._shown = now_shown
        workflow.upsert_search_attributes(
            [
                STAGE.value_set(str(state.stage)),
                GROUP.value_set(state.group or "-"),
                TIER.value_set(tier or "-"),
                FLAGS.value_set(marks),
                DUE_AT.value_set(due_at) if due_at else DUE_AT.value_unset(),
            ]
        )


def current_details(state: OrderState, story: Iterable[str]) -> str:
    """Return the order's state and newest events in Markdown, English and Chinese."""
    english, chinese = LABELS[state.stage]
    lines = [
        f"### {english} · {chinese}",
        f"- waits for / 等待: `{waits_for(state)}`",
        f"- deadline / 时限: {_instant(shown_deadline(state))}",
        f"- group / 分组: {state.group or '-'}, tier / 审批级别: "
        f"{state.plan.tier if state.plan else '-'}",
        f"- flags / 标记: {', '.join(flags(state)) or '-'}",
    ]
    lines += [f"- hold / 卡点: **{hold.reason}** → {hold.assignee}" for hold in state.holds]
    lines += [
        f"- parcel / 包裹 {parcel.ordinal}: {parcel.carrier} {parcel.tracking_number}"
        for parcel in state.parcels
    ]
    lines += ["", "#### story / 经过", *(f"- {line}" for line in story)]
    return "\n".join(lines)


def _told(event: Event) -> str:
    what = event.data.get("to") or event.data.get("reason") or event.data.get("tier")
    return f"{_instant(event.at)} · {event.kind}{f' {what}' if what else ''} · {event.actor}"


def _instant(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC") if at else "-"
