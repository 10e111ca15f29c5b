"""What other rules would change for an order in flight, before anybody applies them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.approvals import Policy, SignerGroup, matching, slots
from domain.backtest.cases import PastCase, Verdict
from domain.backtest.deadlines import clock_of, limit_of
from domain.backtest.judging import Rules, differences


@dataclass(frozen=True)
class Deadline:
    """The limit of a stage in seconds and when it passes (UTC); None: there is none."""

    stage: str
    limit_seconds: int | None
    due_at: datetime | None


@dataclass(frozen=True)
class Previewed:
    """One order under its own rules and under others.

    `signed` have signed the content in force; the signatures of `lost` would no longer count, and
    `needed` more would be asked for. `tables` are those that answer differently; "stages" is among
    them when the deadline of the current stage moves. `en` and `zh` say why there is no `after`.
    """

    order_id: str
    rule_set: str
    before: Verdict | None
    after: Verdict | None
    tables: tuple[str, ...]
    signed: tuple[str, ...]
    lost: tuple[str, ...]
    needed: int
    deadline_before: Deadline | None
    deadline_after: Deadline | None
    en: str = ""
    zh: str = ""

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        return bool(self.tables or self.lost)


def previewed(
    case: PastCase,
    before: tuple[Verdict, Rules],
    after: tuple[Verdict, Rules],
    signed: Sequence[str],
    signers: Sequence[SignerGroup] | None,
) -> Previewed:
    """Compare an order under two sets of rules.

    `signers` may sign under the new ones; None when nobody has signed, then nothing can be lost.
    """
    (old, old_rules), (new, new_rules) = before, after
    was = deadline(case, old.group, old_rules)
    will = deadline(case, new.group, new_rules)
    tables = differences(old, new)
    if was != will:
        tables = (*tables, "stages")
    lost, needed = _signatures(new, signed, signers)
    return Previewed(
        case.facts.order_id, case.rule_set, old, new, tables, tuple(signed), lost, needed, was, will
    )


def deadline(case: PastCase, group: str, rules: Rules) -> Deadline | None:
    """Return the deadline of the stage an order is in; None when it is in none."""
    if not case.visits or case.visits[-1].stage not in rules.terms:
        return None
    visit = case.visits[-1]
    due_at = clock_of(case, visit, group, rules).due_at
    return Deadline(visit.stage, limit_of(case, visit.stage, rules), due_at)


def _signatures(
    verdict: Verdict, signed: Sequence[str], signers: Sequence[SignerGroup] | None
) -> tuple[tuple[str, ...], int]:
    """Return whose signatures are lost, and how many are still needed."""
    policy = Policy(verdict.policy)
    groups = tuple(signers) if signers is not None else ()
    asked = slots(
        policy, groups or tuple(SignerGroup(r, ()) for r in verdict.roles), verdict.quorum
    )
    if policy is Policy.AUTO:
        return (), 0
    given = matching(asked, signed)
    lost = tuple(person for person in signed if person not in given.values())
    return lost, len(asked) - len(given)
