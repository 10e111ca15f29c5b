"""Commands about absences: who is away, until when, and who stands in."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from database import absences
from database.absences import Absence
from orderflow.console import out
from orderflow.entry_transaction import EntryCommands, EntryError, reading, transaction

absences_app = typer.Typer(cls=EntryCommands, no_args_is_help=True)


@absences_app.command("add")
def add_absence(
    person_id: Annotated[str, typer.Argument(help="who is away 缺勤人员")],
    since: Annotated[datetime, typer.Argument(help="from, UTC 开始时间")],
    until: Annotated[datetime, typer.Argument(help="until before, UTC 结束时间")],
    delegate: Annotated[str, typer.Option(help="who stands in 代理人")] = "",
    note: Annotated[str, typer.Option(help="for colleagues 备注")] = "",
) -> None:
    """Somebody is away; a delegate signs on their behalf. 登记缺勤与委托。"""
    begins_at, ends_at = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    absence = Absence(person_id, begins_at, ends_at, delegate or None, note, "operator")
    with transaction("absence_added", {"person_id": person_id, "delegate": delegate}) as c:
        kept = absences.add(c, absence, datetime.now(UTC))
    out.print(f"absence 缺勤 {kept.absence_id}: {person_id}")


@absences_app.command("list")
def list_absences(
    person: Annotated[str, typer.Option(help="only of this person 仅此人")] = "",
) -> None:
    """List who is or will be away. 列出当前和将来的缺勤。"""
    with reading() as c:
        found = absences.current_and_coming(c, datetime.now(UTC), person or None)
    table = Table("id", "person 人员", "from 开始 (UTC)", "until 结束 (UTC)", "delegate 代理人")
    for each in found:
        table.add_row(
            str(each.absence_id),
            each.person_id,
            f"{each.begins_at:%F %R}",
            f"{each.ends_at:%F %R}",
            each.delegate_id or "",
        )
    out.print(table)


@absences_app.command("cancel")
def cancel_absence(
    absence_id: Annotated[int, typer.Argument(help="see `absences list` 缺勤编号")],
) -> None:
    """Somebody is back early, or does not go. 取消或提前结束缺勤。"""
    with transaction("absence_cancelled", {"absence_id": str(absence_id)}) as c:
        cancelled = absences.cancel(c, absence_id, datetime.now(UTC))
        if cancelled is None:
            raise EntryError(
                f"There is no absence {absence_id} that could be cancelled; see `absences list`.",
                f"没有可取消的缺勤 {absence_id},可用 `absences list` 查看。",
            )
    out.print(f"{cancelled.person_id} is there again. {cancelled.person_id} 已恢复在岗。")
