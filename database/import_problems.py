"""What of an import became a message, and what did not and why: the error workbook's rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from database.metadata import metadata
from domain.findings import Finding

# More would make a workbook that nobody corrects by hand; the rest is counted.
MOST_KEPT = 50_000

import_orders = Table(
    "import_orders",
    metadata,
    Column("import_id", Text, ForeignKey("imports.import_id"), primary_key=True),
    Column("ordinal", BigInteger, primary_key=True, autoincrement=False),
    Column("inbox_id", BigInteger, ForeignKey("inbox.id"), nullable=False),
)

import_problems = Table(
    "import_problems",
    metadata,
    Column("import_id", Text, ForeignKey("imports.import_id"), primary_key=True),
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("findings", JSONB, nullable=False),
    Column("row", JSONB(none_as_null=True)),
    Column("body", LargeBinary),
    Column("inbox_id", BigInteger, ForeignKey("inbox.id")),
)


@dataclass(frozen=True)
class Problem:
    """Rows that became no order, with what is wrong; `no` is the same when the file is read again.

    A row that belongs to no order is `row` (its sheet, row, headers and cells), an order the `body`
    of a message; one that was sent as a message all the same has its `inbox_id` instead. All of
    them may hold personal data.
    """

    no: int
    findings: Sequence[Finding]
    row: Mapping[str, Any] | None = None
    body: bytes | None = None
    inbox_id: int | None = None


def plain_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as JSON values."""
    return [each.model_dump(mode="json") for each in findings]


_LINK = text("""
INSERT INTO import_orders (import_id, ordinal, inbox_id)
SELECT :import_id, * FROM unnest(CAST(:ordinals AS bigint[]), CAST(:inbox_ids AS bigint[]))
""")


def link(c: Connection, import_id: str, ordinals: Sequence[int], inbox_ids: Sequence[int]) -> None:
    """Note which message each order of the import is, whoever sent it first."""
    values = {"import_id": import_id, "ordinals": list(ordinals), "inbox_ids": list(inbox_ids)}
    c.execute(_LINK, values)


def put(c: Connection, import_id: str, problems: Sequence[Problem]) -> None:
    """Keep problems, each once, up to `MOST_KEPT` of an import."""
    kept = [
        {**vars(problem), "import_id": import_id, "findings": plain_findings(problem.findings)}
        for problem in problems
        if problem.no <= MOST_KEPT
    ]
    if kept:
        c.execute(insert(import_problems).on_conflict_do_nothing(), kept)


# What a corrected file has replaced, or a person has put away, needs no correction any more; what
# the intake put aside for reasons that the file alone did not show needs one all the same.
_UNSOLVED = text("""
SELECT p.no, p.findings, p.row, coalesce(p.body, i.body) AS body, p.inbox_id
FROM import_problems p
LEFT JOIN inbox i ON i.id = p.inbox_id
LEFT JOIN quarantine q ON q.inbox_id = p.inbox_id
WHERE p.import_id = :import_id AND (p.inbox_id IS NULL
    OR (i.state NOT IN ('done', 'merged', 'stored', 'ignored') AND q.resolved_at IS NULL))
UNION ALL
SELECT o.ordinal, q.findings, NULL, i.body, q.inbox_id
FROM import_orders o
JOIN inbox i ON i.id = o.inbox_id AND i.state = 'quarantined'
JOIN quarantine q ON q.inbox_id = o.inbox_id
WHERE o.import_id = :import_id AND q.resolved_at IS NULL
    AND NOT EXISTS (SELECT FROM import_problems p
        WHERE p.import_id = o.import_id AND p.inbox_id = o.inbox_id)
LIMIT :most
""")


def unsolved(c: Connection, import_id: str) -> Iterator[Problem]:
    """Return what is still to be corrected, at most `MOST_KEPT` of it, a few at a time."""
    streamed = c.execution_options(yield_per=200)
    for row in streamed.execute(_UNSOLVED, {"import_id": import_id, "most": MOST_KEPT}):
        yield Problem(
            row.no,
            [Finding.model_validate(each) for each in row.findings],
            row.row,
            None if row.body is None else bytes(row.body),
            row.inbox_id,
        )
