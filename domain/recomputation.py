"""Whether a stored explanation still follows from its own inputs under its own rule set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from domain import money
from domain.rules.evaluation import RuleError, inputs_from_json
from domain.rules.questions import asked
from domain.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that comes out differently: `what` names it within `table`, both values as JSON."""

    table: str
    what: str
    stored: object
    computed: object

    @property
    def sentences(self) -> tuple[str, str]:
        """The difference in English and Chinese."""
        return (
            f"{self.table} {self.what}: stored {self.stored!r}, computed {self.computed!r}",
            f"{self.table} {self.what}：保存值 {self.stored!r}，重算值 {self.computed!r}",
        )


def recomputed(rule_set: RuleSet, explanation: Sequence[object]) -> tuple[Difference, ...]:
    """Evaluate the stored inputs again; empty when matched rows, outputs and reasons are the same.

    `rule_set` is the version that was stored with it. A table that it did not have was answered by
    the default tables of their time and is compared only while these are still the default.
    """
    found: list[Difference] = []
    for stored in explanation:
        if isinstance(stored, Mapping):
            found += _differences(rule_set, stored)
    return tuple(found)


def _differences(rule_set: RuleSet, stored: Mapping[str, object]) -> list[Difference]:
    name = str(stored.get("table", ""))
    answering = asked(rule_set, name)
    if stored.get("version") != answering.version and name not in rule_set.tables:
        return []
    inputs = stored.get("inputs")
    table = answering.tables.get(name)
    if table is None or not isinstance(inputs, Mapping):
        return [Difference(name, "inputs", inputs, None)]
    try:
        again = answering.evaluate(name, inputs_from_json(table, inputs)).to_json()
    except RuleError as error:
        return [Difference(name, "answer", stored.get("matched"), error.en)]
    return [
        Difference(name, what, stored.get(what), again[what])
        for what in ("matched", "outputs", "rejected")
        if stored.get(what) != again[what]
    ]


def amount_differences(
    inputs: Mapping[str, object], base_amount: Decimal | None
) -> tuple[Difference, ...]:
    """Convert the stored total at the stored rate again, to the amount in base currency."""
    total, rate = _number(inputs.get("total")), _number(inputs.get("fx_rate"))
    currency, base = inputs.get("currency"), inputs.get("base_currency")
    if total is None or rate is None or not isinstance(currency, str) or not isinstance(base, str):
        return ()
    again = money.convert(total, currency, rate, base)
    if again == base_amount:
        return ()
    stored = None if base_amount is None else money.plain(base_amount)
    return (Difference("amount", "base_amount", stored, money.plain(again)),)


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str | int) else None
    except InvalidOperation:
        return None
