"""`orderflow rules export` and `import`: rule tables that people edit in a spreadsheet."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from api.permissions import Permission
from api.rule_files import json_of, workbook_of
from database import rules
from domain.rules.diff import diff
from orderflow.console import out
from orderflow.persons import acting
from orderflow.rules_desk import (
    SUFFIXES,
    UsageError,
    at_the_desk,
    checked_lang,
    in_file,
    is_file,
    known,
    opened_file,
)
from orderflow.rules_show import diff_table, findings_table


def export(words: list[str], lang: str) -> None:
    """Write a version (else the one in force) to a file."""
    with at_the_desk() as c:
        if not 1 <= len(words) <= 2 or not is_file(words[-1]):
            raise UsageError(
                f"Say [VERSION] FILE, with a file ending in {' or '.join(SUFFIXES)}.",
                f"请写 [版本号] 文件，文件以 {' 或 '.join(SUFFIXES)} 结尾。",
            )
        found, path = known(c, words[0] if len(words) == 2 else ""), Path(words[-1])
        is_workbook = path.suffix.lower() == ".xlsx"
        rule_set = found.rule_set
        data = workbook_of(rule_set, checked_lang(lang)) if is_workbook else json_of(rule_set)
        _write(path, data)
    text = f"{path}: {found.rule_set_id}; change it and import it 修改后请导入"
    out.print(text, highlight=False, markup=False)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(
            f"{path} can't be written ({error.strerror}); name another place.",
            f"无法写入 {path}（{error.strerror}）；请指定其他位置。",
        ) from None


def import_file(
    file: Path, version: str, base: str, revision: int | None, note: str, person: str
) -> None:
    """Keep a file as a draft and print what it says differently from its base."""
    with at_the_desk() as c:
        who = acting(c, person, Permission.RULES_EDIT)
        opened = opened_file(file)
        said = rules.stored(c, opened.exported_from) if not base else None
        made_from = said or known(c, base)
        name = version or _free_version(c)
        rule_set, findings = in_file(opened, made_from.rule_set, name)
        rules.save_draft(c, rule_set, who, note, revision=revision, based_on=made_from.rule_set_id)
        kept = known(c, name)
    if findings:
        out.print(findings_table(findings))
    found = diff(made_from.rule_set, rule_set)
    if not found.is_empty:
        out.print(diff_table(found))
    text = f"draft {name}, revision {kept.revision}: check it 草稿已保存,请检查"
    out.print(text, highlight=False, markup=False)


def _free_version(c: Connection) -> str:
    """Name a draft after today, with a number behind it where that is taken."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    taken = {each.rule_set_id for each in rules.overview(c)}
    names = (today if n == 1 else f"{today}-{n}" for n in count(1))
    return next(name for name in names if name not in taken)
