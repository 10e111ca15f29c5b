"""Answers to requests with an Idempotency-Key, so that a repetition gets the same one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, Table, Text, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.metadata import Instant, metadata
from database.refusals import Refused

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("status", Integer),
    Column("response", JSONB(none_as_null=True)),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
)


@dataclass(frozen=True)
class StoredResponse:
    """The HTTP status and JSON body that the first request with a key was answered with."""

    status: int
    response: Any


def begin(c: Connection, person: str, key: str, request_hash: str) -> StoredResponse | None:
    """Reserve a key for a request, or return what it was answered before.

    None means: do it, then `finish` in the same transaction. A second request with the key waits
    for that transaction; one that was cut off before is simply done again. Raises Refused when the
    key was used for a different request.
    """
    values = {"person_id": person, "key": key, "request_hash": request_hash}
    added = c.execute(insert(idempotency_keys).values(values).on_conflict_do_nothing()).rowcount
    if added:
        return None
    row = c.execute(select(idempotency_keys).where(*_is(person, key)).with_for_update()).one()
    if row.request_hash != request_hash:
        raise Refused(
            "idempotency_key_reused",
            f"Idempotency-Key {key!r} was used for a different request; send a new key",
            f"Idempotency-Key {key!r} 已用于其他请求,请使用新的键",
        )
    return StoredResponse(row.status, row.response) if row.status is not None else None


def finish(c: Connection, person: str, key: str, status: int, response: object) -> None:
    """Remember what a request was answered."""
    statement = update(idempotency_keys).where(*_is(person, key))
    c.execute(statement.values(status=status, response=response))


def _is(person: str, key: str) -> tuple[Any, ...]:
    return idempotency_keys.c.person_id == person, idempotency_keys.c.key == key
