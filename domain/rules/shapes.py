"""The tables that the code asks, and their columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.approvals import Policy
from domain.holds import ReasonCode
from domain.rules.cells import Column, ColumnType
from domain.rules.findings import RuleCode, RuleFinding, finding
from domain.rules.tables import Table
from domain.stages import Stage

STAGES = tuple(stage.value for stage in Stage)
ROLES = (
    "customer_service",
    "sales",
    "regional_manager",
    "ops_director",
    "finance",
    "warehouse_keeper",
    "logistics",
    "team_lead",
    "rules_editor",
    "auditor",
    "administrator",
)
STALL_KINDS = (
    "overdue_not_escalated",
    "no_progress",
    "stuck_retries",
    "reported_problem",
    "inbox_not_taken",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of one table: inputs the code can give, outputs it reads."""

    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]


def _column(
    name: str,
    kind: ColumnType,
    label_en: str,
    label_zh: str,
    allowed: tuple[str, ...] | None = None,
    *,
    optional: bool = False,
) -> Column:
    return Column(name, kind, label_en, label_zh, allowed, None, optional)


_TEXT, _BOOLEAN, _DURATION = ColumnType.TEXT, ColumnType.BOOLEAN, ColumnType.DURATION

_APPROVAL = Shape(
    inputs=(
        Column("amount", ColumnType.MONEY, "order amount", "订单金额", unit="CNY"),
        _column("first_cooperation", _BOOLEAN, "first cooperation", "首次合作"),
        _column("customer_kind", _TEXT, "customer kind", "客户类型", ("business", "consumer")),
        _column("country", ColumnType.COUNTRY, "destination country", "目的国家"),
    ),
    outputs=(
        _column("tier", _TEXT, "tier", "审批档位"),
        _column(
            "policy",
            _TEXT,
            "signing policy",
            "审批方式",
            tuple(policy.value for policy in Policy),
        ),
        _column("roles", ColumnType.TEXT_LIST, "signing roles", "审批角色", ROLES),
        _column("quorum", ColumnType.INTEGER, "signatures per role", "每角色签核数", optional=True),
        _column(
            "if_nobody",
            _TEXT,
            "when nobody is available",
            "无人可审时",
            ("superior", "rescue", "hold"),
            optional=True,
        ),
        _column("rescue", _TEXT, "named rescue person", "指定代审人", optional=True),
    ),
)
_PRIORITY = Shape(
    inputs=_APPROVAL.inputs,
    outputs=(_column("priority", ColumnType.INTEGER, "priority (1 first)", "优先级（1 最先）"),),
)
_CONFIRMATION = Shape(
    inputs=(
        _column("origin", _TEXT, "origin", "订单来源", ("channel", "api", "form", "file")),
        _column("settled", _BOOLEAN, "paid or on accepted terms", "已付款或账期已认可"),
        _column("findings", ColumnType.NUMBER, "findings of the form check", "表单校验问题数"),
    ),
    outputs=(
        _column("mode", _TEXT, "confirmation", "确认方式", ("automatic", "customer_service")),
    ),
)
_ROUTING = Shape(
    inputs=(_column("country", ColumnType.COUNTRY, "destination country", "目的国家"),),
    outputs=(
        _column("group", _TEXT, "group", "作业组"),
        _column("warehouse", _TEXT, "warehouse", "仓库"),
        _column("carrier", _TEXT, "carrier", "承运商"),
    ),
)
_STAGES = Shape(
    inputs=(_column("stage", _TEXT, "stage", "阶段", STAGES),),
    outputs=(
        _column("label_en", _TEXT, "name in English", "英文名称"),
        _column("label_zh", _TEXT, "name in Chinese", "中文名称"),
        _column("entered_when_en", _TEXT, "entered when", "触发条件（英文）"),
        _column("entered_when_zh", _TEXT, "entered when (Chinese)", "触发条件"),
        _column("owner_role", _TEXT, "owner", "责任人", (*ROLES, "approvers", "system")),
        _column("limit_seconds", _DURATION, "time limit", "时限", optional=True),
        _column(
            "on_breach",
            _TEXT,
            "when the limit passes",
            "超时提醒",
            ("red", "escalate", "warn", "none"),
        ),
        _column("stall_seconds", _DURATION, "stall threshold", "停滞阈值", optional=True),
        _column("window_seconds", _DURATION, "objection window", "异议期", optional=True),
        _column("calendar", _TEXT, "working calendar", "工作日历", optional=True),
    ),
)
_ESCALATION = Shape(
    inputs=(
        _column("stage", _TEXT, "stage", "阶段", STAGES),
        _column("step", ColumnType.NUMBER, "step", "升级步骤"),
    ),
    outputs=(
        _column("after_seconds", _DURATION, "after the step before", "距上一步", optional=True),
        _column("tell", _TEXT, "tells", "通知对象", ("superiors", "role"), optional=True),
        _column("level", ColumnType.INTEGER, "levels up", "上溯层级", optional=True),
        _column("role", _TEXT, "role", "角色", ROLES, optional=True),
    ),
)
_HOLDS = Shape(
    inputs=(
        _column("reason", _TEXT, "reason", "原因", tuple(reason.value for reason in ReasonCode)),
    ),
    outputs=(
        _column("role", _TEXT, "followed up by", "跟进角色", ROLES),
        _column("pauses_clock", _BOOLEAN, "pauses the clock", "暂停计时"),
    ),
)
_STALL = Shape(
    inputs=(_column("kind", _TEXT, "kind of stall", "停滞类型", STALL_KINDS),),
    outputs=(
        _column("after_seconds", _DURATION, "reported after", "上报阈值"),
        _column("role", _TEXT, "pushed to", "通知角色", ROLES),
    ),
)
_BREAKER = Shape(
    inputs=(_column("channel", _TEXT, "channel", "渠道"),),
    outputs=(
        _column("window_seconds", _DURATION, "looks back", "统计窗口"),
        _column("min_count", ColumnType.INTEGER, "rejected orders at least", "最少拒收单数"),
        Column("max_share", ColumnType.NUMBER, "rejected share above", "拒收占比上限", unit="%"),
        _column("pause_seconds", _DURATION, "tries again after", "熔断后重试间隔"),
        _column("probes", ColumnType.INTEGER, "orders to try with", "试探单数"),
        _column("remind_seconds", _DURATION, "superiors are told after", "上报上级阈值"),
        _column("role", _TEXT, "owner", "责任人", ROLES),
    ),
)

SHAPES: Mapping[str, Shape] = {
    "approval": _APPROVAL,
    "confirmation": _CONFIRMATION,
    "routing": _ROUTING,
    "stages": _STAGES,
    "stall": _STALL,
    "breaker": _BREAKER,
    "priority": _PRIORITY,
    "escalation": _ESCALATION,
    "holds": _HOLDS,
}
# Tables that came later: a rule set of before has none, and the default table answers for it.
LATER = frozenset({"breaker", "priority", "escalation", "holds"})


def shape_findings(table: Table) -> Iterator[RuleFinding]:
    """What keeps the code from asking this table: an input it can't give, an output it misses."""
    shape = SHAPES.get(table.name)
    if shape is None:
        return
    given = {column.name: column for column in shape.inputs}
    for column in table.inputs:
        if column.name not in given:
            wanted = f"one of the inputs {', '.join(given)}"
            yield _column_finding(table, column.name, wanted)
        elif not _same(given[column.name], column):
            yield _column_finding(table, column.name, _described(given[column.name]))
    for needed in shape.outputs:
        held = table.output(needed.name)
        if held is None and needed.optional:
            continue  # a column that came later: an older table says nothing about it
        if held is None or not _same(needed, held):
            yield _column_finding(table, needed.name, _described(needed))


def _column_finding(table: Table, name: str, wanted: str) -> RuleFinding:
    return finding(RuleCode.WRONG_COLUMN, table.name, column=name, value=name, wanted=wanted)


def _same(needed: Column, held: Column) -> bool:
    return (needed.type, needed.allowed, needed.optional) == (
        held.type,
        held.allowed,
        held.optional,
    )


def _described(column: Column) -> str:
    choice = f" {{{', '.join(column.allowed)}}}" if column.allowed else ""
    return f"{'optional ' if column.optional else ''}{column.type.value}{choice}"
