"""Drafts put on top of what was published meanwhile, and who did what to a version."""

from datetime import datetime

from sqlalchemy import Connection, select

from database import audit, rule_refusals, rules
from database.audit import AuditRow
from database.rule_refusals import EditedMeanwhile, MergeConflict
from database.rule_versions import StoredRuleSet
from domain.rules.merge import Merged, merged


def rebase(
    c: Connection,
    rule_set_id: str,
    person: str,
    now: datetime,
    *,
    revision: int | None = None,
) -> str | None:
    """Put a draft's changes on top of the version in force; returns what it was based on before.

    Only whole tables are put together. Raises MergeConflict naming those both sides changed,
    EditedMeanwhile when the draft is at another `revision`, Refused for what is no draft.
    """
    draft = rules.stored(c, rule_set_id, lock=True)
    if draft is None or not draft.is_open:
        raise rule_refusals.not_a_draft(rule_set_id)
    if revision is not None and revision != draft.revision:
        raise EditedMeanwhile(draft, draft.rule_set, revision)
    top = rules.in_force(c)
    if top is None:
        raise rule_refusals.nothing_published()
    if draft.based_on != top.rule_set_id:
        _put_on_top(c, draft, top, person, now)
    return draft.based_on


def _put_on_top(
    c: Connection, draft: StoredRuleSet, top: StoredRuleSet, person: str, now: datetime
) -> None:
    base = rules.get(c, draft.based_on) if draft.based_on else None
    # A draft made from nothing answers for every table itself.
    done = merged(base, draft.rule_set, top.rule_set) if base else Merged(draft.rule_set)
    if done.rule_set is None:
        raise MergeConflict(draft.rule_set_id, top.rule_set_id, done.conflicts)
    whole = done.rule_set
    rules.replace_draft(
        c, draft, whole, person, draft.note, top.rule_set_id, now, action="rules_rebased"
    )


def history(c: Connection, rule_set_id: str) -> list[AuditRow]:
    """Return who saved, checked, rebased, published or discarded a version, in its order."""
    entries = audit.audit
    query = select(entries).where(
        entries.c.chain == audit.SYSTEM_CHAIN,
        entries.c.action.like("rules\\_%"),
        entries.c.detail["rule_set_id"].astext == rule_set_id,
    )
    return [AuditRow(**row._asdict()) for row in c.execute(query.order_by(entries.c.seq))]
