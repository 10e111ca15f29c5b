"""Refusals in the life of a rule set as problems; some carry both versions or the findings."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from api.problems import ApiProblem, Kind
from database.refusals import Refused
from database.rule_refusals import EditedMeanwhile, FoundWrong, MergeConflict
from domain.rules.diff import diff
from domain.rules.findings import RuleFinding
from domain.rules.ruleset import rule_set_to_json

UNKNOWN_RULE_SET = Kind(
    404,
    "unknown_rule_set",
    ("No such rule set", "规则集不存在"),
    (
        "There is no rule set {value}; list them under /api/v1/rules.",
        "没有规则集 {value}；可在 /api/v1/rules 查看。",
    ),
)
VERSION_TAKEN = Kind(
    409,
    "version_taken",
    ("Version taken", "版本号已占用"),
    (
        "There is another rule set of this version; choose another one.",
        "已存在另一个同版本号的规则集；请使用新的版本号。",
    ),
)
EDITED_MEANWHILE = Kind(
    409,
    "edited_meanwhile",
    ("Edited meanwhile", "已被他人修改"),
    (
        "Somebody saved the draft since you read it; `theirs` and `yours` hold both, `diff` what "
        "differs. Read it again and put your change on top.",
        "您读取后草稿已被他人保存；theirs 与 yours 为两个版本，diff 为差异。请重新读取后再修改。",
    ),
)
NOT_A_DRAFT = Kind(
    409,
    "not_a_draft",
    ("Not a draft", "不是草稿"),
    (
        "Only a draft can be changed, published or discarded; save a new one.",
        "只有草稿可以修改、发布或作废；请另存为新版本。",
    ),
)
OWN_DRAFT = Kind(
    403,
    "own_draft",
    ("Your own draft", "本人编辑的草稿"),
    (
        "Whoever edited a draft may not publish it; ask a second person.",
        "编辑过草稿的人不能发布它；请由他人发布。",
    ),
)
NOT_CHECKED = Kind(
    409,
    "not_checked",
    ("Not checked", "尚未检查"),
    (
        "The draft was not checked since its last change; check it first.",
        "草稿自上次修改后尚未检查，请先检查。",
    ),
)
STALE_BASE = Kind(
    409,
    "stale_base",
    ("Made from an older version", "基于旧版本"),
    (
        "Another version was published since the draft was made; rebase it and check it again.",
        "草稿生成后已发布其他版本；请变基并重新检查。",
    ),
)
REBASE_CONFLICT = Kind(
    409,
    "rebase_conflict",
    ("Both changed the same tables", "同一张表均有修改"),
    (
        "Draft and published version both changed the tables named in `tables`.",
        "草稿与已发布版本都修改了 tables 中的表。",
    ),
)
NOTHING_PUBLISHED = Kind(
    409,
    "nothing_published",
    ("Nothing published", "尚未发布"),
    ("No rule set is published yet; publish one.", "尚未发布任何规则集，请先发布。"),
)
FOUND_WRONG = Kind(
    422,
    "rules_found_wrong",
    ("Rules not valid", "规则有误"),
    (
        "The rule set has {value} error(s); `rule_findings` names table, row, cell and an example.",
        "规则集有 {value} 处错误；rule_findings 给出表、行、单元格与示例。",
    ),
)
NO_REVISION = Kind(
    428,
    "revision_required",
    ("Revision required", "缺少修订号"),
    (
        "Send the revision you read as If-Match (it is the ETag of the draft).",
        "请在 If-Match 中给出所读取的修订号（即草稿的 ETag）。",
    ),
)
BAD_VERSION = Kind(
    422,
    "bad_version",
    ("Version not usable", "版本号无效"),
    (
        "{value} can't be a version: use 1 to 60 letters, digits, '.', '_' or '-', and none of "
        "the words the API uses itself.",
        "{value} 不能作为版本号：请使用 1 至 60 个字母、数字、点、下划线或连字符，且不得为保留字。",
    ),
)
BAD_WORKBOOK = Kind(
    422,
    "bad_workbook",
    ("Workbook not readable", "工作簿无法读取"),
    (
        "The file is no workbook of rule tables; export one and change that.",
        "该文件不是规则表工作簿；请先导出再修改。",
    ),
)

_KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        UNKNOWN_RULE_SET,
        VERSION_TAKEN,
        EDITED_MEANWHILE,
        NOT_A_DRAFT,
        OWN_DRAFT,
        NOT_CHECKED,
        STALE_BASE,
        REBASE_CONFLICT,
        NOTHING_PUBLISHED,
        FOUND_WRONG,
    )
}


@contextmanager
def refusals_as_problems() -> Iterator[None]:
    """Answer what the life of rule sets refuses as problem documents."""
    try:
        yield
    except Refused as refused:
        kind = _KINDS.get(refused.code)
        if kind is None:
            raise
        members = _members(refused)
        raise ApiProblem(kind, refused.message_en, refused.message_zh, members=members) from refused


def found_wrong(findings: Sequence[RuleFinding]) -> ApiProblem:
    """Return the problem for a document with findings."""
    problem = FOUND_WRONG(value=len(findings))
    problem.members = _findings(findings)
    return problem


def _members(refused: Refused) -> Mapping[str, Any]:
    match refused:
        case EditedMeanwhile(theirs=theirs, yours=yours):
            return {
                "revision": theirs.revision,
                "editors": list(theirs.editors),
                "theirs": rule_set_to_json(theirs.rule_set),
                "yours": rule_set_to_json(yours),
                "diff": diff(theirs.rule_set, yours).to_json(),
            }
        case FoundWrong(findings=findings):
            return _findings(findings)
        case MergeConflict(tables=tables):
            return {"tables": list(tables)}
    return {}


def _findings(findings: Sequence[RuleFinding]) -> dict[str, Any]:
    return {"rule_findings": [each.to_json() for each in findings]}
