"""Taking in a batch: what it would come to, and making exactly that one, once per key."""

import asyncio
import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection, Engine
from temporalio.client import Client
from temporalio.service import RPCError

from api.batch_problems import BATCH_EMPTY, BATCH_TOO_LARGE, PREVIEW_OUTDATED, PREVIEW_REQUIRED
from api.permissions import Scope
from api.problem_kinds import BAD_ACTION_ID, IDEMPOTENCY_KEY_REUSED
from api.refused import problem_of
from api.schemas.actions import KEY_PATTERN
from api.schemas.batches import BatchBody, BatchPreview, BatchView, RepinBody
from database import audit, batch_choice, batches, rules
from database.batch_choice import BatchFilter, Choice, Chosen, Shown
from database.batches import NewBatch
from database.refusals import Refused
from domain.actions import Verdict
from domain.batches import MOST_ITEMS, BatchKind
from domain.refusals import Refusal, RefusalCode
from domain.rules.defaults import default_rule_set
from workflows.batch import start_batch

# A batch that is not started within this time is started by a worker.
SECONDS_TO_START = 3.0
_KEY = re.compile(KEY_PATTERN)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wanted:
    """A batch as asked for; `digest` is that of the preview it was started from, if any."""

    choice: Choice
    note: str
    key: str
    request_hash: str
    digest: str | None


def wanted_decisions(body: BatchBody, person: str, scope: Scope, header_key: str | None) -> Wanted:
    """Return what a body asks for. Raises ApiProblem 422: a key that is none, no note where one is
    due, a filter that nobody has looked at."""
    key = _key(body.id, header_key)
    if body.filter is not None:
        which: BatchFilter | list[Shown] = body.filter.which()
    else:
        which = _once([Shown(each.order_id, each.content_hash) for each in body.orders or ()])
    if not body.preview:
        if body.verdict is not Verdict.APPROVE and not body.note:
            raise problem_of(Refusal(RefusalCode.NOTE_REQUIRED, str(body.verdict)))
        if body.filter is not None and body.preview_digest is None:
            raise PREVIEW_REQUIRED()
    choice = Choice(BatchKind.DECIDE, person, _groups(scope), which, verdict=str(body.verdict))
    return Wanted(choice, body.note, key, _digest(body), body.preview_digest)


def wanted_repins(
    version: str, body: RepinBody, person: str, scope: Scope, header_key: str | None
) -> Wanted:
    """Return what a body asks for; raises ApiProblem 422 for a key that is none."""
    key = _key(body.id, header_key)
    which = _once([Shown(order_id) for order_id in body.orders])
    choice = Choice(BatchKind.REPIN, person, _groups(scope), which, rule_set=version)
    return Wanted(choice, body.note, key, _digest(body, version), None)


def _key(given: str | None, header_key: str | None) -> str:
    keys = {given, header_key} - {None}
    if len(keys) > 1 or not all(_KEY.fullmatch(key or "") for key in keys):
        raise BAD_ACTION_ID()
    return (keys.pop() if keys else None) or uuid.uuid4().hex


def _groups(scope: Scope) -> list[str] | None:
    return None if scope.everywhere else sorted(scope.groups)


def _once(shown: list[Shown]) -> list[Shown]:
    """Leave out orders that are listed again: one order is one item."""
    return list({each.order_id: each for each in reversed(shown)}.values())[::-1]


def _digest(body: BatchBody | RepinBody, version: str = "") -> str:
    said = body.model_dump_json(exclude={"id", "preview"})
    return hashlib.sha256(f"{version}\0{said}".encode()).hexdigest()


def preview(c: Connection, wanted: Wanted) -> BatchPreview:
    """Return what the batch would come to now."""
    return BatchPreview.of(batch_choice.preview(c, wanted.choice), _base_currency(c))


def _base_currency(c: Connection) -> str:
    return (rules.published(c) or default_rule_set()).base_currency


def make(engine: Engine, wanted: Wanted) -> tuple[BatchView, bool]:
    """Make the batch and tell whether it was there already under this key.

    Raises ApiProblem: 409 when the preview is outdated or the key was used for something else, 422
    when no order or too many are chosen; nothing is kept then.
    """
    now = datetime.now(UTC)
    with engine.begin() as c:
        new = NewBatch(
            wanted.choice, wanted.note, wanted.key, wanted.request_hash, _base_currency(c)
        )
        known = _made_before(c, new)
        made = None if known else batches.make(c, new, now)
        if made is not None:
            _check(made[1], wanted.digest)
            entry = _audited(wanted.choice, made)
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        batch_id = known or (made[0] if made else _made_before(c, new))
        row = batches.get(c, batch_id or "")
        if row is None:
            raise LookupError(f"batch of key {wanted.key!r}")
        return BatchView.of(row), made is None


def _made_before(c: Connection, new: NewBatch) -> str | None:
    try:
        return batches.made_before(c, new)
    except Refused as error:
        raise IDEMPOTENCY_KEY_REUSED(value=repr(new.key)) from error


def _check(chosen: Chosen, digest: str | None) -> None:
    if chosen.count > MOST_ITEMS:
        raise BATCH_TOO_LARGE(value=chosen.count, most=MOST_ITEMS)
    if digest not in (None, chosen.digest):
        raise PREVIEW_OUTDATED(value=chosen.count, fit=chosen.fit)
    if not chosen.count:
        raise BATCH_EMPTY()


def _audited(choice: Choice, made: tuple[str, Chosen]) -> audit.Entry:
    batch_id, chosen = made
    detail = {
        "batch_id": batch_id,
        "kind": str(choice.kind),
        "verdict": choice.verdict,
        "rule_set": choice.rule_set,
        "items": str(chosen.count),
        "digest": chosen.digest,
    }
    return audit.Entry(choice.person, "batch_started", detail)


async def start(client: Client | None, batch_id: str) -> None:
    """Start the batch's workflow; a worker does so when Temporal can't be reached from here."""
    if client is None:
        return
    try:
        async with asyncio.timeout(SECONDS_TO_START):
            await start_batch(client, batch_id)
    except (RPCError, RuntimeError, TimeoutError) as error:
        log.warning("batch waits for a worker", error=type(error).__name__)
