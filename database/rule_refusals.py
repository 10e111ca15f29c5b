"""What is refused in the life of a rule set, each with what to do instead."""

from collections.abc import Sequence

from database.refusals import Refused
from database.rule_versions import StoredRuleSet
from domain.rules.findings import RuleFinding
from domain.rules.ruleset import RuleSet


class EditedMeanwhile(Refused):
    """Somebody else saved the draft since it was read; holds their version and the refused one."""

    def __init__(self, theirs: StoredRuleSet, yours: RuleSet, revision: int) -> None:
        who = theirs.editors[-1]
        super().__init__(
            "edited_meanwhile",
            f"rule set {theirs.rule_set_id!r} is at revision {theirs.revision} (last changed by "
            f"{who!r}) and you read revision {revision}; read it again and put your change on top",
            f"规则集 {theirs.rule_set_id!r} 已是第 {theirs.revision} 次修订（最近由 {who!r} "
            f"修改），您读取的是第 {revision} 次；请重新读取后再修改",
        )
        self.theirs = theirs
        self.yours = yours


class FoundWrong(Refused):
    """The rule set has findings that keep it from being published."""

    def __init__(self, rule_set_id: str, findings: Sequence[RuleFinding]) -> None:
        count = len(findings)
        super().__init__(
            "rules_found_wrong",
            f"rule set {rule_set_id!r} has {count} error(s), the first: {findings[0].message_en}; "
            "correct them and check it again",
            f"规则集 {rule_set_id!r} 有 {count} 处错误，第一处：{findings[0].message_zh}；"
            "请更正后重新检查",
        )
        self.findings = tuple(findings)


class MergeConflict(Refused):
    """Draft and published version changed the same tables, named in `tables`."""

    def __init__(self, rule_set_id: str, base: str, tables: Sequence[str]) -> None:
        named = ", ".join(tables)
        super().__init__(
            "rebase_conflict",
            f"draft {rule_set_id!r} and the published {base!r} both changed {named}; put your "
            f"change of these tables into a new draft made from {base!r}",
            f"草稿 {rule_set_id!r} 与已发布的 {base!r} 都修改了 {named}；"
            f"请基于 {base!r} 新建草稿并重做这些表的修改",
        )
        self.tables = tuple(tables)


def unknown_version(rule_set_id: str) -> Refused:
    """There is no such version."""
    return Refused(
        "unknown_rule_set",
        f"there is no rule set {rule_set_id!r}; `orderflow rules list` names them all",
        f"没有规则集 {rule_set_id!r}；可用 `orderflow rules list` 查看",
    )


def version_taken(version: str) -> Refused:
    """The version's name belongs to something else."""
    return Refused(
        "version_taken",
        f"there is another rule set {version!r} already; save under another version, or name the "
        "revision of the draft you read to change that one",
        f"已存在另一个规则集 {version!r}；请使用新的版本号，或给出所读草稿的修订号以修改它",
    )


def not_a_draft(rule_set_id: str) -> Refused:
    """It is published, superseded, discarded or was never there."""
    return Refused(
        "not_a_draft",
        f"there is no draft {rule_set_id!r}; save the rule set under a new version first",
        f"没有草稿 {rule_set_id!r}，请先将规则集保存为新版本",
    )


def own_draft(rule_set_id: str, publisher: str) -> Refused:
    """Whoever had a hand in a draft may not publish it."""
    return Refused(
        "own_draft",
        f"{publisher!r} edited rule set {rule_set_id!r}; somebody else has to publish it",
        f"{publisher!r} 编辑过规则集 {rule_set_id!r}，须由他人发布",
    )


def not_checked(rule_set_id: str) -> Refused:
    """It was never checked, or changed since."""
    return Refused(
        "not_checked",
        f"rule set {rule_set_id!r} is not checked since its last change; check it first",
        f"规则集 {rule_set_id!r} 自上次修改后尚未检查，请先检查",
    )


def stale_base(rule_set_id: str, base: str | None, published: str | None) -> Refused:
    """Something else was published since the draft was begun."""
    return Refused(
        "stale_base",
        f"draft {rule_set_id!r} was made from {base!r}, but {published!r} is in force now; rebase "
        f"it (rules rebase, or POST /rules/{rule_set_id}/rebase) and check it again",
        f"草稿 {rule_set_id!r} 基于 {base!r}，而现行版本为 {published!r}；"
        f"请先变基（rules rebase 或 POST /rules/{rule_set_id}/rebase）并重新检查",
    )


def nothing_published() -> Refused:
    """There is no version to stand on."""
    return Refused(
        "nothing_published",
        "no rule set is published yet; `orderflow migrate` publishes the default tables",
        "尚未发布任何规则集；`orderflow migrate` 会发布默认规则表",
    )
