"""From a row of the past to the case it tells of."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from domain.approvals import SignerGroup
from domain.backtest.cases import Ending, HoldSpan, PastCase, Signed, Verdict, Visit
from domain.events import EventKind
from domain.facts import CASH_ON_DELIVERY, SETTLED, OrderFacts
from domain.holds import REASONS, ReasonCode
from domain.stages import Stage

# How the statement separates the events of an order, and what it tells of each.
_EVENT, _PART = "\x1e", "\x1f"
_MISSED = frozenset({EventKind.TURNED_RED, EventKind.ESCALATED, EventKind.WARNED})
_DECIDED = frozenset({EventKind.SIGNED, EventKind.REJECTED})

Happened = tuple[str, str, str, datetime, str]


def case_of(row: Row[Any]) -> PastCase:
    """Return the case that a row of `database.past_cases` tells of."""
    events = list(_events(row.events))
    said: Mapping[str, Mapping[str, Any]] = row.said or {}
    asked = said.get("approval") or {}
    ending, reason = _ending(events)
    return PastCase(
        facts=_facts(row, said, asked),
        rule_set=row.rule_set_id or "",
        base_amount=row.base_amount,
        base_currency=row.base_currency or "",
        first_cooperation=_is_first(row, {**said.get("priority", {}), **asked}),
        picked=_picked(row, events),
        decided=_decided(row),
        signers=tuple(SignerGroup(g["role"], tuple(g["people"])) for g in row.signers or ()),
        visits=tuple(_visits(events)),
        holds=tuple(_holds(row)) if row.holds else (),
        signatures=tuple(
            Signed(actor, at, kind == EventKind.SIGNED)
            for kind, _, actor, at, _ in events
            if kind in _DECIDED
        ),
        ending=ending,
        closed_reason=reason,
    )


def _facts(
    row: Row[Any], said: Mapping[str, Mapping[str, Any]], asked: Mapping[str, Any]
) -> OrderFacts:
    """The facts as they were asked about; what the tables of then did not ask is looked up."""
    confirmed = said.get("confirmation") or {}
    is_paid, terms = row.payment_status in SETTLED, row.payment_terms
    country = (said.get("routing") or {}).get("country")
    return OrderFacts(
        order_id=row.order_id,
        channel=row.channel,
        shop=row.shop,
        external_id=row.external_id,
        origin=row.origin,
        submitter=row.submitter,
        submitted_at=row.received_at,
        content_version=row.content_version or 1,
        content_hash=row.content_hash or "",
        currency=row.currency,
        total=row.total,
        country=row.country if country is None else country,
        customer_kind=asked.get("customer_kind") or row.content_kind or row.customer_kind,
        settled=confirmed.get("settled", is_paid or bool(terms)),
        on_terms=bool(terms) and terms != CASH_ON_DELIVERY and not is_paid,
        findings=int(confirmed.get("findings", row.findings or 0)),
        lines=(),
        priority=row.priority,
        start_stage=row.start_stage,
        fulfilled_by_channel=bool(row.by_channel),
    )


def _is_first(row: Row[Any], asked: Mapping[str, Any]) -> bool:
    if "first_cooperation" in asked:
        return bool(asked["first_cooperation"])
    if row.cooperated_at is None or row.admitted_at is None:
        return True
    return bool(row.cooperated_at > row.admitted_at or row.first_order_id == row.order_id)


def _picked(row: Row[Any], events: list[Happened]) -> tuple[str, str]:
    """Group and warehouse, when a person had picked them before the last admission."""
    picked = any(
        kind == EventKind.GROUP_ASSIGNED and row.admitted_at and at <= row.admitted_at
        for kind, _, _, at, _ in events
    )
    return (row.group_code or "", row.warehouse or "") if picked else ("", "")


def _decided(row: Row[Any]) -> Verdict | None:
    if row.tier is None:
        return None
    return Verdict(
        confirmation="customer_service" if row.needs_confirmation else "automatic",
        tier=row.tier,
        policy=row.policy,
        roles=tuple(group["role"] for group in row.signers or ()),
        quorum=row.quorum or 1,
        group=row.group_code,
        warehouse=row.warehouse,
        # An order that was planned before there was a priority table had its inbox priority.
        priority=row.plan_priority if row.plan_priority is not None else row.priority,
    )


def _events(told: str | None) -> Iterator[Happened]:
    for each in told.split(_EVENT) if told else ():
        kind, stage, actor, at, reason = each.split(_PART)
        yield kind, stage, actor, _instant(at), reason


def _instant(epoch: str) -> datetime:
    return datetime.fromtimestamp(float(epoch), UTC)


def _visits(events: list[Happened]) -> Iterator[Visit]:
    stage, entered, missed = "", None, False
    for kind, at_stage, _, at, _ in events:
        if kind in _MISSED and at_stage == stage:
            missed = True
        if kind in (EventKind.SUBMITTED, EventKind.STAGE_ENTERED):
            if entered is not None:
                yield Visit(stage, entered, at, missed)
            stage, entered, missed = at_stage, at, False
    if entered is not None:
        yield Visit(stage, entered, None, missed)


def _ending(events: list[Happened]) -> tuple[Ending, str]:
    ending, reason, came_back = Ending.OPEN, "", False
    for kind, stage, _, _, why in events:
        came_back = came_back or kind == EventKind.RETURN_REQUESTED
        if kind == EventKind.STAGE_ENTERED and stage == Stage.COMPLETED:
            ending = Ending.COMPLETED
        if kind == EventKind.STAGE_ENTERED and stage == Stage.CLOSED_ABNORMALLY:
            ending, reason = Ending.RETURNED if came_back else Ending.CLOSED, why
    return ending, reason


def _holds(row: Row[Any]) -> Iterator[HoldSpan]:
    told: Mapping[str, Mapping[str, Any]] = row.hold_terms or {}
    for each in row.holds.split(_EVENT):
        name, raised, released, pauses = each.split(_PART)
        reason = ReasonCode(name)
        usual = told[name]["pauses_clock"] if name in told else REASONS[reason].pauses_clock
        yield HoldSpan(
            reason=reason,
            raised_at=_instant(raised),
            released_at=_instant(released) if released != "0" else None,
            paused=pauses == "t",
            usual=bool(usual),
        )
