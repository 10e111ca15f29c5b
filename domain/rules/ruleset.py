"""A rule set: one immutable version of all tables, and the typed questions the code asks it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from domain.rules.cells import ColumnType
from domain.rules.checks import check
from domain.rules.evaluation import CompiledTable, NoMatch, RuleError, compile_table, evaluate
from domain.rules.explanation import Evaluation
from domain.rules.findings import RuleCode, RuleFinding, finding
from domain.rules.held_orders import held_findings
from domain.rules.monotonic import monotonicity_findings
from domain.rules.reading import DocumentReader
from domain.rules.senses import sense_findings
from domain.rules.serialization import TableFormatError, table_from_json, table_to_json
from domain.rules.shapes import LATER, SHAPES, shape_findings
from domain.rules.tables import Table

_Derived = TypeVar("_Derived")


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of all tables; amounts in money columns are in `base_currency`.

    Tables are compiled on first use and kept, so hold on to a rule set instead of rebuilding it.
    """

    version: str
    tables: Mapping[str, Table]
    base_currency: str = "CNY"
    _compiled: dict[str, CompiledTable] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def compiled(self, name: str) -> CompiledTable:
        """The compiled table of this name; raises RuleError when the set has none."""
        if name not in self._compiled:
            table = self.tables.get(name)
            if table is None:
                raise RuleError(
                    f"rule set {self.version} has no table {name!r}; publish one that has",
                    f"规则集 {self.version} 没有表“{name}”，请发布包含该表的版本",
                )
            self._compiled[name] = compile_table(table)
        return self._compiled[name]

    def derived(self, name: str, derive: Callable[[], _Derived]) -> _Derived:
        """What follows from the tables alone, worked out once; treat it as immutable."""
        if name not in self._derived:
            self._derived[name] = derive()
        found: _Derived = self._derived[name]
        return found

    def evaluate(self, name: str, inputs: Mapping[str, object]) -> Evaluation:
        """Answer of a table, explained; raises NoMatch when no row matches, else as `evaluate`."""
        evaluation = evaluate(self.compiled(name), inputs, self.version)
        if evaluation.matched is None:
            raise NoMatch(
                f"rule set {self.version}, table {name}: no row matches; add a catch-all row",
                f"规则集 {self.version} 表 {name}：没有行命中，请增加兜底行",
            )
        return evaluation

    def digest(self) -> str:
        """SHA-256 (hex) of the content; the version is not part of it, so copies are recognised."""
        content = {key: value for key, value in rule_set_to_json(self).items() if key != "version"}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class StageTerms:
    """What the stages table says of one stage; `stall` is the deadline where there is no limit."""

    owner_role: str
    limit: timedelta | None
    on_breach: str
    stall: timedelta | None
    window: timedelta | None
    label_en: str
    label_zh: str
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class StallTerms:
    """How long a symptom may last before the sweep reports it, and to whom."""

    after: timedelta
    role: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where an order is made ready; an empty group means the manual review pool."""

    group: str
    warehouse: str
    carrier: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Which signatures an order needs: `policy` is auto, any_of, countersign or sequential.

    Each role (with any_of: all of them together) gives `quorum` signatures. Where nobody is
    available, `if_nobody` says who is asked: superior, rescue (the person named) or hold.
    """

    tier: str
    policy: str
    roles: tuple[str, ...]
    quorum: int = 1
    if_nobody: str = "superior"
    rescue: str = ""


def stage_terms(rule_set: RuleSet, stage: str) -> StageTerms:
    """Owner, limit and thresholds of a stage."""
    found = rule_set.evaluate("stages", {"stage": stage})
    return StageTerms(
        owner_role=_text(found, "owner_role"),
        limit=_duration(found, "limit_seconds"),
        on_breach=_text(found, "on_breach"),
        stall=_duration(found, "stall_seconds"),
        window=_duration(found, "window_seconds"),
        label_en=_text(found, "label_en"),
        label_zh=_text(found, "label_zh"),
        calendar=_optional_text(found, "calendar"),
    )


def stall_terms(rule_set: RuleSet, kind: str) -> StallTerms:
    """Threshold and recipient of one kind of stall that the sweep looks for."""
    found = rule_set.evaluate("stall", {"kind": kind})
    after = _duration(found, "after_seconds")
    if after is None:
        raise _wrong_output(found, "after_seconds")
    return StallTerms(after, _text(found, "role"))


def routing_for(rule_set: RuleSet, country: str) -> tuple[Route, Evaluation]:
    """Group, warehouse and carrier for a destination country, with the explanation."""
    found = rule_set.evaluate("routing", {"country": country})
    route = Route(_text(found, "group"), _text(found, "warehouse"), _text(found, "carrier"))
    return route, found


def approval_for(
    rule_set: RuleSet,
    *,
    amount: Decimal,
    first_cooperation: bool,
    customer_kind: str,
    country: str,
) -> tuple[Approval, Evaluation]:
    """Signatures an order needs, with the explanation; `amount` is in the base currency."""
    found = rule_set.evaluate(
        "approval",
        {
            "amount": amount,
            "first_cooperation": first_cooperation,
            "customer_kind": customer_kind,
            "country": country,
        },
    )
    roles = found.outputs.get("roles")
    if not isinstance(roles, tuple):
        raise _wrong_output(found, "roles")
    quorum = found.outputs.get("quorum")
    approval = Approval(
        tier=_text(found, "tier"),
        policy=_text(found, "policy"),
        roles=roles,
        quorum=quorum if type(quorum) is int else 1,
        if_nobody=_optional_text(found, "if_nobody") or "superior",
        rescue=_optional_text(found, "rescue"),
    )
    return approval, found


def confirmation_for(
    rule_set: RuleSet, *, origin: str, settled: bool, findings: int
) -> tuple[str, Evaluation]:
    """How an order is confirmed, "automatic" or "customer_service", with the explanation.

    `origin` is channel, api, form or file; `settled` means paid or on accepted terms; `findings`
    counts what the form check found.
    """
    inputs = {"origin": origin, "settled": settled, "findings": findings}
    found = rule_set.evaluate("confirmation", inputs)
    return _text(found, "mode"), found


def check_rule_set(rule_set: RuleSet) -> tuple[RuleFinding, ...]:
    """Everything wrong or strange with a rule set; it may be published when none is an error."""
    found = [
        finding(RuleCode.TABLE_MISSING, name, value=name)
        for name in SHAPES
        if name not in rule_set.tables and name not in LATER
    ]
    for name, table in rule_set.tables.items():
        if name != table.name:
            found.append(finding(RuleCode.TABLE_MISSING, name, value=name))
        found += _table_findings(rule_set, table)
    return tuple(found)


def rule_set_to_json(rule_set: RuleSet) -> dict[str, object]:
    """Plain JSON form of a rule set."""
    return {
        "version": rule_set.version,
        "base_currency": rule_set.base_currency,
        "tables": {name: table_to_json(table) for name, table in rule_set.tables.items()},
    }


def rule_set_from_json(document: object) -> RuleSet:
    """Rule set of a parsed JSON document; raises TableFormatError with every finding."""
    reader = DocumentReader("")
    parts = reader.mapping(document, "")
    reader.only(parts, "", ("version", "base_currency", "tables"))
    version = reader.text(parts, "version", "")
    currency = reader.text(parts, "base_currency", "")
    tables: dict[str, Table] = {}
    for name, item in reader.mapping(parts.get("tables"), "tables").items():
        try:
            tables[name] = table_from_json(item, f"tables.{name}")
        except TableFormatError as error:
            reader.findings.extend(error.findings)
    if reader.findings:
        raise TableFormatError(tuple(reader.findings))
    return RuleSet(version, tables, currency)


def _table_findings(rule_set: RuleSet, table: Table) -> list[RuleFinding]:
    found = [*check(table), *shape_findings(table), *_currency_findings(rule_set, table)]
    # What the outputs mean together is only worth asking of a table that is well-formed.
    found = found or list(sense_findings(table))
    return found or [*monotonicity_findings(table), *held_findings(table)]


def _currency_findings(rule_set: RuleSet, table: Table) -> list[RuleFinding]:
    return [
        finding(
            RuleCode.WRONG_CURRENCY,
            table.name,
            column=column.name,
            value=column.unit or "no currency",
            wanted=rule_set.base_currency,
        )
        for column in (*table.inputs, *table.outputs)
        if column.type is ColumnType.MONEY and column.unit != rule_set.base_currency
    ]


def _text(found: Evaluation, name: str) -> str:
    value = found.outputs.get(name)
    if not isinstance(value, str):
        raise _wrong_output(found, name)
    return value


def _optional_text(found: Evaluation, name: str) -> str:
    return _text(found, name) if found.outputs.get(name) is not None else ""


def _duration(found: Evaluation, name: str) -> timedelta | None:
    value = found.outputs.get(name)
    if value is None:
        return None
    if type(value) is not int:
        raise _wrong_output(found, name)
    return timedelta(seconds=value)


def _wrong_output(found: Evaluation, name: str) -> RuleError:
    where = f"{found.table.name}/{found.matched}/{name}"
    return RuleError(
        f"rule set {found.version}, {where}: the output is missing or of the wrong type; "
        "check the set before publishing it",
        f"规则集 {found.version} {where}：输出缺失或类型错误，请在发布前检查",
    )
