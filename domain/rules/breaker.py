"""What the rule table `breaker` says for a channel."""

from datetime import timedelta
from decimal import Decimal

from domain.breaker import BreakerTerms
from domain.rules.cells import OutputValue
from domain.rules.evaluation import RuleError
from domain.rules.questions import asked
from domain.rules.ruleset import RuleSet


def breaker_terms(rule_set: RuleSet, channel: str) -> BreakerTerms:
    """Thresholds and owner for a channel; those of the default table where the set has none.

    Sets published before there were breakers stay in force as they are. Raises RuleError as
    `RuleSet.evaluate` does.
    """
    said = asked(rule_set, "breaker").evaluate("breaker", {"channel": channel}).outputs
    return BreakerTerms(
        window=timedelta(seconds=_whole(said["window_seconds"])),
        min_count=_whole(said["min_count"]),
        max_share=_number(said["max_share"]),
        pause=timedelta(seconds=_whole(said["pause_seconds"])),
        probes=_whole(said["probes"]),
        remind=timedelta(seconds=_whole(said["remind_seconds"])),
        role=str(said["role"]),
    )


def _whole(value: OutputValue) -> int:
    if type(value) is not int:
        raise _wrong(value)
    return value


def _number(value: OutputValue) -> Decimal:
    if not isinstance(value, Decimal):
        raise _wrong(value)
    return value


def _wrong(value: OutputValue) -> RuleError:
    return RuleError(
        f"table breaker gives {value!r} where a number is due; check the set before publishing it",
        f"表 breaker 的输出 {value!r} 不是数字，请在发布前检查",
    )
