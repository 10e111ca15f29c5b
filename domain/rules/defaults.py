"""The rule set an installation starts with, and copies of a rule set with scaled durations."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from domain.holds import REASONS
from domain.rules.cells import (
    IS_TRUE,
    Cell,
    CellValue,
    ColumnType,
    OutputValue,
    above,
    eq,
    one_of,
)
from domain.rules.ruleset import RuleSet
from domain.rules.shapes import SHAPES
from domain.rules.tables import HitPolicy, Rule, Table
from domain.stages import LABELS, Stage

DEFAULT_VERSION = "default-2"

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_DIRECTOR_AND_FINANCE = ("ops_director", "finance")


def default_rule_set() -> RuleSet:
    """The default tables, thresholds in CNY, durations in seconds of wall time (24 x 7)."""
    tables = (
        _approval(),
        _confirmation(),
        _routing(),
        _stages(),
        _stall(),
        _breaker(),
        _priority(),
        _escalation(),
        _holds(),
    )
    return RuleSet(DEFAULT_VERSION, {table.name: table for table in tables})


def scaled(rule_set: RuleSet, factor: Decimal, version: str | None = None) -> RuleSet:
    """Copy of a rule set with every duration output times `factor`, whole seconds, at least 1 s.

    Empty durations stay empty. The copy is called "<version>*<factor>" unless named; raises
    ValueError for a factor that is not above zero.
    """
    if not factor.is_finite() or factor <= 0:
        raise ValueError(f"a time scale must be above zero, not {factor}; for example 0.01")
    tables = {name: _scaled_table(table, factor) for name, table in rule_set.tables.items()}
    name = version or f"{rule_set.version}*{factor}"
    return RuleSet(name, tables, rule_set.base_currency)


def _scaled_table(table: Table, factor: Decimal) -> Table:
    rules = tuple(
        replace(rule, then=_scaled_outputs(table, rule.then, factor)) for rule in table.rules
    )
    default = None if table.default is None else _scaled_outputs(table, table.default, factor)
    return replace(table, rules=rules, default=default)


def _scaled_outputs(
    table: Table, outputs: Mapping[str, OutputValue], factor: Decimal
) -> dict[str, OutputValue]:
    durations = {column.name for column in table.outputs if column.type is ColumnType.DURATION}
    return {
        name: _scaled_seconds(value, factor) if name in durations else value
        for name, value in outputs.items()
    }


def _scaled_seconds(value: OutputValue, factor: Decimal) -> OutputValue:
    if type(value) is not int:
        return value
    return max(1, int((value * factor).to_integral_value(ROUND_HALF_UP)))


def _table(name: str, hit_policy: HitPolicy, *rules: Rule) -> Table:
    return Table(name, hit_policy, SHAPES[name].inputs, SHAPES[name].outputs, rules)


def _signed_by(tier: str, policy: str, *roles: str) -> dict[str, OutputValue]:
    if_nobody = "superior" if roles else None
    return {
        "tier": tier,
        "policy": policy,
        "roles": roles,
        "quorum": None,
        "if_nobody": if_nobody,
        "rescue": None,
    }


def _approval() -> Table:
    return _table(
        "approval",
        HitPolicy.FIRST,
        Rule(
            "above_10000",
            {"amount": above(Decimal(10000))},
            _signed_by("countersign", "countersign", *_DIRECTOR_AND_FINANCE),
        ),
        Rule(
            "first_cooperation",
            {"first_cooperation": IS_TRUE, "customer_kind": eq("business")},
            _signed_by("first_cooperation", "countersign", *_DIRECTOR_AND_FINANCE),
        ),
        Rule(
            "above_2000",
            {"amount": above(Decimal(2000))},
            _signed_by("manager", "any_of", "regional_manager"),
        ),
        Rule("otherwise", {}, _signed_by("auto", "auto")),
    )


def _confirmation() -> Table:
    clean: dict[str, Cell] = {
        "origin": eq("channel"),
        "settled": IS_TRUE,
        "findings": eq(Decimal(0)),
    }
    return _table(
        "confirmation",
        HitPolicy.FIRST,
        Rule("clean_channel_order", clean, {"mode": "automatic"}),
        Rule("otherwise", {}, {"mode": "customer_service"}),
    )


def _route(row: str, countries: tuple[str, ...], group: str, warehouse: str, carrier: str) -> Rule:
    cells = {"country": one_of(*countries)} if countries else {}
    return Rule(row, cells, {"group": group, "warehouse": warehouse, "carrier": carrier})


def _routing() -> Table:
    return _table(
        "routing",
        HitPolicy.FIRST,
        _route("north_america", ("US", "CA"), "na", "lax", "ups"),
        _route("europe", ("DE", "FR", "IT"), "eu", "de", "dhl"),
        _route("manual_review", (), "", "", ""),
    )


def _only(value: CellValue, column: str, then: Mapping[str, OutputValue]) -> Rule:
    return Rule(str(value), {column: eq(value)}, then)


def _stage(
    stage: Stage,
    entered_when: tuple[str, str],
    owner_role: str,
    *,
    limit: int | None = None,
    on_breach: str = "none",
    stall: int | None = None,
    window: int | None = None,
) -> Rule:
    terms: dict[str, OutputValue] = {
        "label_en": LABELS[stage][0],
        "label_zh": LABELS[stage][1],
        "entered_when_en": entered_when[0],
        "entered_when_zh": entered_when[1],
        "owner_role": owner_role,
        "limit_seconds": limit,
        "on_breach": on_breach,
        "stall_seconds": stall,
        "window_seconds": window,
        "calendar": None,
    }
    return _only(stage.value, "stage", terms)


def _stages() -> Table:
    return _table(
        "stages",
        HitPolicy.UNIQUE,
        _stage(
            Stage.PENDING_CONFIRMATION,
            ("the customer submits", "客户提交订单"),
            "customer_service",
            limit=30 * _MINUTE,
            on_breach="red",
            stall=2 * _HOUR,
        ),
        _stage(
            Stage.IN_REVIEW,
            ("it enters approval", "进入审批"),
            "approvers",
            limit=2 * _HOUR,
            on_breach="escalate",
            stall=8 * _HOUR,
        ),
        _stage(
            Stage.PREPARING,
            ("approval passed", "审批通过"),
            "warehouse_keeper",
            limit=4 * _HOUR,
            on_breach="warn",
            stall=24 * _HOUR,
        ),
        _stage(
            Stage.SHIPPED,
            ("a tracking number came back", "物流单号已回传"),
            "logistics",
            stall=14 * _DAY,
            window=7 * _DAY,
        ),
        _stage(
            Stage.COMPLETED,
            ("delivered and no objection in the window", "已签收且异议期内无异议"),
            "system",
        ),
        _stage(
            Stage.CLOSED_ABNORMALLY,
            ("return, cancel or rejection", "退货、取消或拒绝"),
            "customer_service",
        ),
    )


def _symptom(kind: str, after: int, role: str) -> Rule:
    return _only(kind, "kind", {"after_seconds": after, "role": role})


def _stall() -> Table:
    """Thresholds count from the symptom: overdue since, silent past the stage's stall, ..."""
    return _table(
        "stall",
        HitPolicy.UNIQUE,
        _symptom("overdue_not_escalated", 5 * _MINUTE, "team_lead"),
        _symptom("no_progress", 5 * _MINUTE, "team_lead"),
        _symptom("stuck_retries", 15 * _MINUTE, "administrator"),
        _symptom("reported_problem", 5 * _MINUTE, "administrator"),
        _symptom("inbox_not_taken", 5 * _MINUTE, "administrator"),
    )


def _breaker() -> Table:
    """Twenty refused orders are a day's work for one person; a third of them is no accident."""
    anywhere: dict[str, OutputValue] = {
        "window_seconds": 10 * _MINUTE,
        "min_count": 20,
        "max_share": Decimal(30),
        "pause_seconds": 5 * _MINUTE,
        "probes": 5,
        "remind_seconds": 30 * _MINUTE,
        "role": "customer_service",
    }
    return _table("breaker", HitPolicy.FIRST, Rule("every_channel", {}, anywhere))


def _priority() -> Table:
    """Large orders first, then those of business customers; 1 comes first, 5 last."""
    return _table(
        "priority",
        HitPolicy.FIRST,
        Rule("large", {"amount": above(Decimal(10000))}, {"priority": 1}),
        Rule("first_cooperation", {"first_cooperation": IS_TRUE}, {"priority": 2}),
        Rule("business", {"customer_kind": eq("business")}, {"priority": 2}),
        Rule("otherwise", {}, {"priority": 3}),
    )


def _escalation() -> Table:
    """What follows a limit that has passed: the limit itself tells the superiors (level 1)."""
    nothing: dict[str, OutputValue] = dict.fromkeys(("after_seconds", "tell", "level", "role"))

    def rung(step: int, after: int, **tells: OutputValue) -> Rule:
        cells: dict[str, Cell] = {"stage": eq(Stage.IN_REVIEW.value), "step": eq(Decimal(step))}
        return Rule(f"in_review_{step}", cells, nothing | {"after_seconds": after} | tells)

    return _table(
        "escalation",
        HitPolicy.FIRST,
        rung(1, 2 * _HOUR, tell="superiors", level=2),
        rung(2, 4 * _HOUR, tell="role", role="ops_director"),
        Rule("end", {}, nothing),
    )


def _holds() -> Table:
    """Who follows a hold up, and whether the clock stands still meanwhile."""
    return _table(
        "holds",
        HitPolicy.UNIQUE,
        *(
            _only(reason.value, "reason", {"role": terms.role, "pauses_clock": terms.pauses_clock})
            for reason, terms in REASONS.items()
        ),
    )
