"""Line 3: the stall sweep. Nothing may stand still without a named person knowing it.

It looks at Postgres and asks Temporal for workflows with reported problems, and relies on neither
alone: an order that is visible in one only is found by the other.
"""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine
from temporalio import activity
from temporalio.client import Client

from activities import signatures as calls
from database import orders, outbox, people, rules, stalls, sweep
from database.outbox import Notification
from database.stalls import Stall
from domain.rules.defaults import default_rule_set
from domain.rules.ruleset import RuleSet, StallTerms, stall_terms
from domain.rules.shapes import STALL_KINDS

PROBLEMS = 'ExecutionStatus = "Running" AND TemporalReportedProblems IS NOT NULL'
DIGEST = "stall_digest"
MAX_LISTED = 50


class Sweep:
    """Finds the stalled and tells each designated person once per stall."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self._engine = engine
        self._client = client

    @activity.defn(name=calls.SWEEP)
    async def sweep(self, sweep_id: str) -> int:
        """Look once; returns how many stalls are new. Repeating under the same id tells no more."""
        problems = [
            workflow.id async for workflow in self._client.list_workflows(PROBLEMS, limit=1000)
        ]
        return await asyncio.to_thread(self._sweep, sweep_id, problems)

    def _sweep(self, sweep_id: str, problems: list[str]) -> int:
        now = datetime.now(UTC)
        with self._engine.begin() as c:
            terms = _terms(rules.published(c) or default_rule_set())
            found = _found(c, now, terms, problems)
            new = stalls.sync(c, found, now, sweep_id)
            _push(c, new, terms, sweep_id)
        return len(new)


def _terms(rule_set: RuleSet) -> dict[str, StallTerms]:
    return {kind: stall_terms(rule_set, kind) for kind in STALL_KINDS}


def _found(
    c: Connection, now: datetime, terms: dict[str, StallTerms], problems: list[str]
) -> list[Stall]:
    after = {kind: row.after for kind, row in terms.items()}
    return [
        *sweep.overdue_not_escalated(c, now, after["overdue_not_escalated"]),
        *sweep.no_progress(c, now, after["no_progress"]),
        *sweep.stuck_calls(c, now, after["stuck_retries"]),
        *sweep.inbox_not_taken(c, now, after["inbox_not_taken"]),
        *_reported(c, problems, now),
    ]


def _reported(c: Connection, workflow_ids: list[str], now: datetime) -> list[Stall]:
    """Orders whose workflow Temporal cannot make progress with: poison, or unversioned code."""
    return [
        Stall(subject=order_id, kind="reported_problem", since=now, detail="workflow task fails")
        for order_id in orders.ids_of_workflows(c, workflow_ids)
    ]


def _push(c: Connection, new: list[Stall], terms: dict[str, StallTerms], sweep_id: str) -> None:
    by_person: dict[str, list[Stall]] = defaultdict(list)
    for stall in new:
        person = people.owner_of(c, terms[stall.kind].role)
        by_person[person].append(stall)
    outbox.enqueue(
        c,
        [
            Notification(
                subject=f"sweep:{sweep_id}",
                event_seq=0,
                event_kind=DIGEST,
                person_id=person,
                medium="default",
                data={"count": str(len(listed)), "stalls": _lines(listed)},
            )
            for person, listed in by_person.items()
            if person
        ],
    )


def _lines(listed: list[Stall]) -> list[dict[str, str]]:
    return [
        {
            "subject": stall.subject,
            "kind": stall.kind,
            "stage": stall.stage,
            "since": stall.since.isoformat(timespec="seconds"),
            "owner": stall.person_id,
            "detail": stall.detail,
        }
        for stall in listed[:MAX_LISTED]
    ]
