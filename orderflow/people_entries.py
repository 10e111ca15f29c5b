"""Commands about people: who works here, in which groups, who leaves and who comes back."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api import passwords
from database import absences, credentials, people, sessions, staff_edits
from database.people import Group, Person, RoleGrant
from domain.people import Company
from domain.people_checks import PersonFinding, findings_on
from domain.people_sheet import read_people
from orderflow.console import out
from orderflow.entry_transaction import EntryCommands, EntryError, amount_of, reading, transaction
from orderflow.people_files import people_file, sheet_in

users, groups_app = (typer.Typer(cls=EntryCommands, no_args_is_help=True) for _ in "12")

PersonId = Annotated[str, typer.Argument(help="id, e.g. li 人员编号")]


@users.command("add")
def add_user(
    person_id: PersonId,
    name: Annotated[str, typer.Option(help="name 姓名")] = "",
    email: Annotated[str, typer.Option(help="e-mail 邮箱")] = "",
    phone: Annotated[str, typer.Option(help="with country code 电话,含国家区号")] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="role or role@group, repeatable 角色或 角色@分组")
    ] = None,
    superior: Annotated[str, typer.Option(help="id of the superior 上级编号")] = "",
    limit: Annotated[str, typer.Option(help="approval limit in CNY 审批额度")] = "",
    locale: Annotated[str, typer.Option(help="en | zh")] = "en",
) -> None:
    """Add a person or replace what is known of one. 添加或更新人员。"""
    person = Person(
        person_id=person_id,
        name=name or person_id,
        email=email,
        phone=phone,
        locale=locale,
        superior_id=superior or None,
        approval_limit=amount_of(limit) if limit else None,
        roles=tuple(_grant(text) for text in role or []),
    )
    with transaction("user_saved", {"person_id": person_id, "roles": ",".join(role or [])}) as c:
        staff_edits.lock(c)
        _check([person], people.company(c))
        staff_edits.keep(c, [person], datetime.now(UTC))
    out.print(f"{person_id}: {', '.join(role or ['no role 无角色'])}")


def _grant(text: str) -> RoleGrant:
    role, _, group = text.partition("@")
    return RoleGrant(role, group)


def _check(edited: Sequence[Person], company: Company) -> None:
    found: tuple[PersonFinding, ...] = findings_on(edited, company)
    if found:
        english = "\n".join(f"{each.field}: {each.message_en}" for each in found)
        chinese = "\n".join(f"{each.field}: {each.message_zh}" for each in found)
        raise EntryError(english, chinese)


@users.command("list")
def list_users(
    everybody: Annotated[bool, typer.Option("--all", help="who left, too 含离职人员")] = False,
) -> None:
    """List who works here. 列出人员。"""
    with reading() as c:
        found = [person for person in people.all_people(c) if person.active or everybody]
        now = datetime.now(UTC)
        away = {each.person_id: each for each in absences.current_and_coming(c, now)[::-1]}
    table = Table("id 编号", "name 姓名", "roles 角色", "limit 额度", "superior 上级", "away 缺勤")
    for person in found:
        absence = away.get(person.person_id)
        table.add_row(
            person.person_id if person.active else f"({person.person_id})",
            person.name,
            ", ".join(map(str, person.roles)),
            "" if person.approval_limit is None else f"{person.approval_limit.normalize():f}",
            person.superior_id or "",
            f"{absence.begins_at:%Y-%m-%d} – {absence.ends_at:%Y-%m-%d}" if absence else "",
        )
    out.print(table)


@users.command("show")
def show_user(person_id: PersonId) -> None:
    """Show one person. 查看人员。"""
    with reading() as c:
        person = _known(people.get(c, person_id), person_id)
        coming = absences.current_and_coming(c, datetime.now(UTC), person_id)
    for name, value in vars(person).items():
        shown = ", ".join(map(str, value)) if name == "roles" else value
        out.print(f"{name}: {'' if shown is None else shown}", highlight=False)
    for each in coming:
        delegate = f" → {each.delegate_id}" if each.delegate_id else ""
        out.print(f"away 缺勤: {each.begins_at:%F %R} – {each.ends_at:%F %R} UTC{delegate}")


def _known(person: Person | None, person_id: str) -> Person:
    if person is None:
        raise EntryError(
            f"There is nobody with the id {person_id!r}; see `orderflow users list --all`.",
            f"没有编号为 {person_id!r} 的人员;可用 `orderflow users list --all` 查看。",
        )
    return person


@users.command("password")
def set_password(
    person_id: PersonId,
    from_stdin: Annotated[
        bool, typer.Option("--stdin", help="read one line instead of asking 从标准输入读取")
    ] = False,
) -> None:
    """Set a person's password; their sessions end. 设置密码,现有登录随即失效。"""
    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else _asked_twice()
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        raise EntryError(
            f"A password has {passwords.SHORTEST} to {passwords.LONGEST} characters; this one has "
            f"{len(password)}.",
            f"密码长 {passwords.SHORTEST} 至 {passwords.LONGEST} 个字符,现为 {len(password)} 个。",
        )
    kept = passwords.hashed(password)
    with transaction("password_set", {"person_id": person_id}) as c:
        _known(people.get(c, person_id), person_id)
        credentials.set_password(c, person_id, kept, datetime.now(UTC))
        sessions.end_all(c, person_id)
    out.print(f"{person_id}: the password is set. 密码已设置。")


def _asked_twice() -> str:
    password: str = typer.prompt("password 密码", hide_input=True, confirmation_prompt=True)
    return password


@users.command("leave")
def leave(person_id: PersonId) -> None:
    """Somebody leaves: no key works any more, open tasks move. 离职:密钥失效,任务移交。"""
    _change_activity(person_id, "user_left", is_active=False)
    out.print(
        f"{person_id} has left; their keys are revoked and their open tasks move.\n"
        f"{person_id} 已离职,密钥已失效,未完成任务将移交。"
    )


@users.command("return")
def come_back(person_id: PersonId) -> None:
    """Somebody who left works here again; give them a new key. 复职,请另发密钥。"""
    _change_activity(person_id, "user_returned", is_active=True)
    out.print(f"{person_id} works here again. {person_id} 已复职。")


def _change_activity(person_id: str, action: str, *, is_active: bool) -> None:
    with transaction(action, {"person_id": person_id}) as c:
        staff_edits.lock(c)
        person = _known(people.get(c, person_id), person_id)
        staff_edits.keep(c, [replace(person, active=is_active)], datetime.now(UTC))


@users.command("export")
def export_users(
    path: Annotated[Path, typer.Argument(help="FILE.xlsx | FILE.csv 文件")],
) -> None:
    """Write everybody to a sheet to be edited and imported. 导出人员表,可编辑后导入。"""
    with reading() as c:
        everybody = people.all_people(c)
        codes = [group.code for group in people.all_groups(c)]
    path.write_bytes(people_file(path.name, everybody, codes))
    out.print(f"{path}: {len(everybody)}")


@users.command("import")
def import_users(
    path: Annotated[Path, typer.Argument(exists=True, help="xlsx | csv 文件")],
    dry_run: Annotated[bool, typer.Option(help="only check 仅检查,不保存")] = False,
) -> None:
    """Add and change people from a sheet; one wrong cell and nothing is kept. 从表格导入人员。"""
    grid = sheet_in(path.read_bytes(), path.name)
    with transaction("users_imported", {"file": path.name}) as c:
        staff_edits.lock(c)
        read = read_people(grid, people.company(c))
        for each in read.findings:
            out.print(f"{each.cell or '-'}: {each.message_en}\n    {each.message_zh}")
        if read.findings:
            raise EntryError(
                f"{len(read.findings)} cell(s) are wrong, so nothing was kept; correct them.",
                f"{len(read.findings)} 个单元格有误,未保存任何内容,请更正。",
            )
        if dry_run:
            out.print(f"{len(read.people)} people, nothing wrong. {len(read.people)} 人,无误。")
            raise typer.Exit
        changed = staff_edits.keep(c, read.people, datetime.now(UTC))
    out.print(f"{len(changed)} changed, {len(read.people)} read. 变更 {len(changed)} 人。")


@groups_app.command("add")
def add_group(
    code: Annotated[str, typer.Argument(help="e.g. eu 分组代码")],
    name_en: Annotated[str, typer.Option(help="name in English 英文名称")],
    name_zh: Annotated[str, typer.Option(help="name in Chinese 中文名称")],
    warehouse: Annotated[str, typer.Option(help="warehouse, e.g. de 仓库")],
    calendar: Annotated[str, typer.Option(help="working calendar 工作日历")] = "",
) -> None:
    """Add a group or replace what is known of one. 添加或更新作业组。"""
    with transaction("group_saved", {"code": code, "calendar": calendar}) as c:
        people.save_group(c, Group(code, name_en, name_zh, warehouse, calendar))
    out.print(f"{code}: {warehouse}")


@groups_app.command("list")
def list_groups() -> None:
    """List the groups. 列出作业组。"""
    with reading() as c:
        found = people.all_groups(c)
    table = Table("code 代码", "name", "名称", "warehouse 仓库", "calendar 日历")
    for group in found:
        table.add_row(*vars(group).values())
    out.print(table)
