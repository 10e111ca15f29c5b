"""Admissions as explanations: all of an order's, and a sample for the doctor to recompute."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from database import rules
from database.admissions import Admission, admissions
from domain.recomputation import amount_differences, recomputed
from domain.rules.ruleset import RuleSet

SAMPLE = 200
# The sample is drawn from so many of the newest, so that the check stays as quick as it is.
_NEWEST = 5_000
# The same rows every time, yet no rule could have chosen them.
_SEED = "orderflow"

_SAMPLE = text("""
SELECT order_id, seq FROM (
    SELECT order_id, seq FROM admissions ORDER BY at DESC, order_id DESC, seq DESC LIMIT :newest
) AS newest
ORDER BY md5(:seed || order_id || ':' || seq), order_id, seq
LIMIT :sample
""")


class Contradiction(NamedTuple):
    """An explanation that does not follow from its inputs any more, in both languages."""

    order_id: str
    en: str
    zh: str


def of_order(c: Connection, order_id: str) -> list[Admission]:
    """Return every admission of an order, the newest first."""
    query = select(admissions).where(admissions.c.order_id == order_id)
    rows = c.execute(query.order_by(admissions.c.seq.desc()))
    return [Admission(**row._asdict()) for row in rows]


def contradictions(c: Connection, sample: int = SAMPLE) -> Iterator[Contradiction]:
    """Recompute a sample of the newest admissions and yield what comes out differently."""
    known: dict[str, RuleSet | None] = {}
    values = {"newest": _NEWEST, "seed": _SEED, "sample": sample}
    for order_id, seq in c.execute(_SAMPLE, values).all():
        admission = _one(c, order_id, seq)
        version = admission.rule_set_id
        if version not in known:
            known[version] = rules.get(c, version)
        rule_set = known[version]
        found = recomputed(rule_set, admission.explanation) if rule_set else ()
        for each in (*found, *amount_differences(admission.inputs, admission.base_amount)):
            english, chinese = each.sentences
            yield Contradiction(
                order_id,
                f"admission {seq} under {version}: {english}",
                f"第 {seq} 次准入（{version}）：{chinese}",
            )


def _one(c: Connection, order_id: str, seq: int) -> Admission:
    where = (admissions.c.order_id == order_id, admissions.c.seq == seq)
    return Admission(**c.execute(select(admissions).where(*where)).one()._asdict())
