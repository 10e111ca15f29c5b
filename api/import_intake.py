"""Taking an upload in: one transaction that keeps the files and lets a worker have them."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from api.permissions import V1
from api.problem_kinds import IDEMPOTENCY_KEY_REUSED, UNKNOWN_MAPPING
from api.schemas.imports import ImportForm
from api.uploads import mapping_in, options_of
from database import audit, column_mappings, idempotency, imports
from database.import_arrivals import Arrival, packed, take_in
from database.people import Actor
from database.refusals import Refused


def accept(
    engine: Engine, actor: Actor, arrivals: list[Arrival], fields: ImportForm, key: str | None
) -> tuple[str, bool]:
    """Keep the files durably; the import's id, and whether these files had begun it before.

    Raises ApiProblem for a mapping that nobody saved and for a key used for other files.
    """
    with engine.connect() as c:
        mapping = _mapping(c, fields.mapping)
    sent = packed(arrivals, fields.shop, options_of(fields, mapping))
    now = datetime.now(UTC)
    with engine.begin() as c:
        answered = _answered(c, actor, key, sent.fingerprint)
        if answered is not None:
            return answered, True
        found, is_new = take_in(c, sent, actor.person_id, now)
        imports.release(c, found.import_id)
        if is_new:
            detail = {"import_id": found.import_id, "shop": fields.shop}
            entry = audit.Entry(actor.person_id, "import_sent", detail)
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        if key is not None:
            idempotency.finish(c, actor.person_id, _slot(key), 202, {"id": found.import_id})
    return found.import_id, not is_new


def _mapping(c: Connection, told: str) -> Any:
    written = mapping_in(told) if told else {}
    if written is not None:
        return written
    saved = column_mappings.get(c, told)
    if saved is None:
        raise UNKNOWN_MAPPING(value=repr(told[:80]))
    return dict(saved.mapping)


def _answered(c: Connection, actor: Actor, key: str | None, fingerprint: str) -> str | None:
    if key is None:
        return None
    digest = hashlib.sha256(fingerprint.encode()).hexdigest()
    try:
        stored = idempotency.begin(c, actor.person_id, _slot(key), digest)
    except Refused as error:
        raise IDEMPOTENCY_KEY_REUSED(value=repr(key)) from error
    return str(stored.response["id"]) if stored else None


def _slot(key: str) -> str:
    return f"{V1}/imports:{key}"
