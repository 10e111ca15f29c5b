"""Orders in flight under another version, before anybody applies it: read only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from database import past_cases, rules, staffing
from database.order_tables import orders
from database.past_calendars import openings_for
from database.progress_tables import decisions, order_progress
from domain.admission import Assessment, staff_question
from domain.approvals import SignerGroup
from domain.backtest.cases import PastCase, Verdict
from domain.backtest.judging import Rules, assessed, judge, made_ready, verdict_of
from domain.backtest.preview import Previewed, previewed
from domain.backtest.report import UNKNOWN
from domain.rules.evaluation import RuleError
from domain.rules.ruleset import RuleSet

MOST_ORDERS = 5_000
_AT_ONCE = 500


@dataclass(frozen=True)
class Wanted:
    """Which open orders: by id, else those that match; None leaves a condition out.

    `groups` None: of every group; `""` in it stands for orders without a group yet.
    """

    order_ids: Sequence[str] | None = None
    stage: str | None = None
    group: str | None = None
    channel: str | None = None
    tier: str | None = None
    groups: frozenset[str] | None = None


def chosen(c: Connection, wanted: Wanted, version: str) -> tuple[list[str], int]:
    """Return the open orders under another version that match, the oldest first, and how many
    there are: at most MOST_ORDERS of them are returned."""
    query = (
        select(order_progress.c.order_id, func.count().over().label("total"))
        .join(orders, orders.c.order_id == order_progress.c.order_id)
        .where(~order_progress.c.closed, order_progress.c.rule_set != version)
    )
    columns = {
        "stage": order_progress.c.stage,
        "group": order_progress.c.group_code,
        "channel": orders.c.channel,
        "tier": order_progress.c.tier,
    }
    for name, column in columns.items():
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(column == value)
    if wanted.order_ids is not None:
        query = query.where(order_progress.c.order_id.in_(wanted.order_ids))
    if wanted.groups is not None:
        query = query.where(order_progress.c.group_code.in_(sorted(wanted.groups)))
    rows = c.execute(query.order_by(order_progress.c.order_id).limit(MOST_ORDERS)).all()
    return [row.order_id for row in rows], rows[0].total if rows else 0


def preview(
    c: Connection, rule_set: RuleSet, order_ids: Sequence[str], now: datetime
) -> Iterator[Previewed]:
    """Yield for each order what this version would change at `now` (UTC)."""
    known = _RuleSets(c, now)
    after = known.ready(rule_set)
    for start in range(0, len(order_ids), _AT_ONCE):
        ids = order_ids[start : start + _AT_ONCE]
        cases = past_cases.of_orders(c, ids, now)
        signed = _signatures(c, ids)
        for case in cases:
            yield _one(c, case, known.of(case), after, signed, now)


class _RuleSets:
    """The versions that the orders are under, each made ready once."""

    def __init__(self, c: Connection, now: datetime) -> None:
        self._c = c
        self._now = now
        self._known: dict[str, Rules | None] = {}

    def ready(self, rule_set: RuleSet) -> Rules:
        openings = openings_for(self._c, rule_set, self._now, self._now)
        return made_ready(rule_set, openings)

    def of(self, case: PastCase) -> Rules | None:
        if case.rule_set not in self._known:
            found = rules.get(self._c, case.rule_set)
            self._known[case.rule_set] = self.ready(found) if found else None
        return self._known[case.rule_set]


def _one(
    c: Connection,
    case: PastCase,
    before: Rules | None,
    after: Rules,
    signed: Mapping[str, Sequence[tuple[str, str]]],
    now: datetime,
) -> Previewed:
    order_id = case.facts.order_id
    if case.decided is None or before is None:
        return _unknown(case, None, UNKNOWN["never_admitted"])
    if case.base_amount is None:
        return _unknown(case, case.decided, UNKNOWN["no_rate"])
    if case.base_currency != after.rule_set.base_currency:
        return _unknown(case, case.decided, UNKNOWN["other_base_currency"])
    content = case.facts.content_hash
    people = [person for person, of_hash in signed.get(order_id, ()) if of_hash == content]
    try:
        old, said = judge(case, before), assessed(case, after)
    except RuleError as error:
        return _unknown(case, case.decided, (error.en, error.zh))
    signers = _signers(c, case, said, now) if people else None
    return previewed(case, (old, before), (verdict_of(said), after), people, signers)


def _unknown(case: PastCase, before: Verdict | None, why: tuple[str, str]) -> Previewed:
    order_id = case.facts.order_id
    return Previewed(
        order_id, case.rule_set, before, None, (), (), (), 0, None, None, why[0], why[1]
    )


def _signers(
    c: Connection, case: PastCase, said: Assessment, now: datetime
) -> tuple[SignerGroup, ...]:
    question = staff_question(case.facts, said)
    return staffing.entitlements(c, question, now).signers


def _signatures(c: Connection, order_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return who signed which content of these orders and still stands by it."""
    query = (
        select(decisions.c.order_id, decisions.c.person, decisions.c.content_hash)
        .where(decisions.c.order_id.in_(order_ids), decisions.c.verdict == "approve")
        .where(decisions.c.voided_at.is_(None))
        .order_by(decisions.c.at, decisions.c.decision_id)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for order_id, person, content_hash in c.execute(query):
        found.setdefault(order_id, []).append((person, content_hash))
    return found
