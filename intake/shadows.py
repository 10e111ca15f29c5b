"""The runner of shadows: reads admissions after they are committed and asks the drafts about them.

It stands beside the admissions and never in their way; what goes wrong with a draft is a note.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from database import past_cases, rules, shadows
from database.shadows import Admitted, Shadow, ShadowResult
from domain.backtest.cases import PastCase
from domain.backtest.judging import Rules, differences, judge, made_ready
from domain.rules.evaluation import RuleError

SECONDS_BETWEEN_LOOKS = 2.0
AT_ONCE = 200

log = structlog.get_logger(__name__)


class Shadows:
    """Asks the drafts in shadow about new admissions until it is cancelled."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if not await asyncio.to_thread(self.run_once):
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def run_once(self) -> bool:
        """Look at the next admissions of every shadow; False when there was none."""
        try:
            now = datetime.now(UTC)
            with self._engine.connect() as c:
                running = shadows.running_at(c)
            # Also those whose time is up: what came in before, nobody may have looked at yet.
            through = [each for each in running if not self._follow(each)]
            with self._engine.begin() as c:
                shadows.stop_ended(c, through, now)
            return len(through) < len(running)
        except OperationalError as error:
            log.warning("shadows wait for Postgres", error=type(error).__name__)
            return False

    def _follow(self, shadow: Shadow) -> int:
        """Look at the next admissions of one shadow and return how many there were."""
        try:
            with self._engine.begin() as c:
                found = shadows.unseen(c, shadow, AT_ONCE)
                if found:
                    shadows.keep(c, shadow, _looked_at(c, shadow, found))
        except OperationalError:
            raise
        except (DBAPIError, RuleError, LookupError, ValueError) as error:
            log.error("shadow broke", shadow_id=shadow.shadow_id, error=type(error).__name__)
            return 0
        return len(found)


def _looked_at(c: Connection, shadow: Shadow, found: Sequence[Admitted]) -> list[ShadowResult]:
    rule_set = rules.get(c, shadow.rule_set_id)
    if rule_set is None:
        raise LookupError(shadow.rule_set_id)
    draft = made_ready(rule_set)
    by_number = {(each.order_id, each.seq): each for each in found}
    return [
        _result(by_number[number], case, draft)
        for number, case in past_cases.admitted(c, list(by_number))
    ]


def _result(admitted: Admitted, case: PastCase, draft: Rules) -> ShadowResult:
    if case.decided is None:
        return ShadowResult(admitted, {}, None, (), None, "never_admitted")
    live = asdict(case.decided)
    if case.base_amount is None:
        return ShadowResult(admitted, live, None, (), None, "no_rate")
    if case.base_currency != draft.rule_set.base_currency:
        return ShadowResult(admitted, live, None, (), case.base_amount, "other_base_currency")
    try:
        verdict = judge(case, draft)
    except RuleError as error:
        return ShadowResult(admitted, live, None, (), case.base_amount, error.en)
    tables = differences(case.decided, verdict)
    return ShadowResult(admitted, live, asdict(verdict), tables, case.base_amount)
