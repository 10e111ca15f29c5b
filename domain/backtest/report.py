"""The result of a backtest as JSON, and the digest by which two results are known to be equal."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain import money
from domain.backtest.deadlines import LIMITED
from domain.backtest.hours import hours_report
from domain.backtest.tally import Sum, Tally
from domain.rules.ruleset import RuleSet

AS_DECIDED = ""
UNKNOWN = {
    "never_admitted": (
        "never admitted, so nothing was decided to compare with",
        "从未受理，没有可比较的决定",
    ),
    "no_rate": ("no exchange rate, so its amount is not known", "缺少汇率，金额未知"),
    "other_base_currency": (
        "admitted under rules with another base currency",
        "受理时规则的本位币不同",
    ),
    "no_answer": ("a table has no answer for it", "规则表对其没有答案"),
}
_FATES = ("met", "missed", "missed_to_met", "met_to_missed", "unknown", "not_reached")


@dataclass(frozen=True)
class Question:
    """What was asked: which rules, against what, and the newest of the orders (empty: no order).

    `against` None compares with what was decided then.
    """

    draft: RuleSet
    against: RuleSet | None
    wanted: int
    last_order: str


def report(tally: Tally, question: Question) -> dict[str, object]:
    """Return the result: plain JSON values, the same for the same orders however it was counted."""
    currency = question.draft.base_currency
    found = _Report(tally, currency)
    against = question.against
    return {
        "rule_set": {"version": question.draft.version, "digest": question.draft.digest()},
        "against": {
            "version": against.version if against else AS_DECIDED,
            "digest": against.digest() if against else "",
        },
        "base_currency": currency,
        "orders": {
            "wanted": question.wanted,
            "found": tally.of("found").orders,
            "judged": tally.of("judged").orders,
            "changed": found.sum(tally.of("changed"), with_examples=True),
            "last_order": question.last_order,
        },
        "tables": {key[0]: each.orders for key, each in tally.below("changed_table")},
        "unknown": found.unknown(),
        "tiers": found.tiers(),
        "amount_moved": found.moved(),
        "signing": found.changes("approval"),
        "now_automatic": found.now_automatic(),
        "now_people": found.sum(tally.of("now_people"), with_examples=True),
        "hours": hours_report(tally),
        "deadlines": found.deadlines(),
        "confirmation": found.changes("confirmation"),
        "routing": found.changes("routing"),
        "priority": found.changes("priority"),
    }


def canonical(result: Mapping[str, object]) -> str:
    """Return the one text of a result: equal results give equal text."""
    return json.dumps(result, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(result: Mapping[str, object]) -> str:
    """Return the SHA-256 (hex) of a result; nothing in it depends on when or how it was run."""
    return hashlib.sha256(canonical(result).encode()).hexdigest()


class _Report:
    def __init__(self, tally: Tally, currency: str) -> None:
        self._tally = tally
        self._currency = currency

    def amount(self, amount: Decimal) -> str:
        return money.plain(money.quantize(amount, self._currency))

    def sum(self, found: Sum, *, with_examples: bool) -> dict[str, object]:
        told: dict[str, object] = {"orders": found.orders, "amount": self.amount(found.amount)}
        return told | {"examples": found.examples} if with_examples else told

    def changes(self, name: str) -> list[dict[str, object]]:
        """Answers of one table that differ, as from → to."""
        return [
            {"from": before, "to": after, **self.sum(found, with_examples=True)}
            for (before, after), found in self._tally.below(name)
        ]

    def tiers(self) -> list[dict[str, object]]:
        """The whole matrix; what stays where it was needs no examples."""
        return [
            {"from": old, "to": new, **self.sum(found, with_examples=old != new)}
            for (old, new), found in self._tally.below("tier")
        ]

    def moved(self) -> str:
        moved = (found.amount for (old, new), found in self._tally.below("tier") if old != new)
        return self.amount(sum(moved, Decimal(0)))

    def unknown(self) -> list[dict[str, object]]:
        told: list[dict[str, object]] = []
        for (reason,), found in self._tally.below("unknown"):
            english, chinese = UNKNOWN[reason]
            told.append(
                {
                    "reason": reason,
                    "en": english,
                    "zh": chinese,
                    **self.sum(found, with_examples=True),
                    "messages": [
                        {"en": key[0], "zh": key[1], "orders": each.orders}
                        for key, each in self._tally.below("no_answer")
                    ]
                    if reason == "no_answer"
                    else [],
                }
            )
        return told

    def now_automatic(self) -> dict[str, object]:
        """What would now pass by itself, and what became of it in truth."""
        return {
            **self.sum(self._tally.of("now_automatic"), with_examples=True),
            "ended": [
                {"ending": ending, "reason": reason, **self.sum(found, with_examples=True)}
                for (ending, reason), found in self._tally.below("ended")
            ],
            "rejected_then": self.sum(self._tally.of("rejected_then"), with_examples=True),
        }

    def deadlines(self) -> list[dict[str, object]]:
        return [
            {
                "stage": stage.value,
                **{fate: self._tally.of("deadline", stage.value, fate).orders for fate in _FATES},
                "examples": {
                    fate: self._tally.of("deadline", stage.value, fate).examples
                    for fate in ("missed_to_met", "met_to_missed")
                },
            }
            for stage in LIMITED
        ]
