"""Commands about working calendars: hours, public holidays, and what they come to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.table import Table

from database import calendars
from database.calendars import KeptCalendar
from domain.calendar_checks import WEEKDAYS, UnreadableHours, hours_text, read_hours
from domain.calendar_preview import preview
from domain.calendars import Calendar, Hours
from orderflow.console import out
from orderflow.entry_transaction import EntryCommands, EntryError, reading, transaction

calendars_app = typer.Typer(cls=EntryCommands, no_args_is_help=True)
DAYS_SHOWN = 14


@calendars_app.command("add")
def add_calendar(
    code: Annotated[str, typer.Argument(help="e.g. berlin 日历代码")],
    zone: Annotated[str, typer.Option(help="e.g. Europe/Berlin 时区")],
    hours: Annotated[str, typer.Option(help="on workdays 工作日时段")] = "09:00-18:00",
    days: Annotated[str, typer.Option(help="workdays, e.g. 1-5 工作日")] = "1-5",
    name_en: Annotated[str, typer.Option(help="name in English 英文名称")] = "",
    name_zh: Annotated[str, typer.Option(help="name in Chinese 中文名称")] = "",
    country: Annotated[str, typer.Option(help="public holidays of 法定假日国家, e.g. DE")] = "",
    subdivision: Annotated[str, typer.Option(help="its part, e.g. BE 地区")] = "",
    off: Annotated[list[str] | None, typer.Option(help="a date off, repeatable 休息日")] = None,
    special: Annotated[
        list[str] | None,
        typer.Option(help="DATE=HOURS, e.g. 2026-12-24=09:00-12:00 特殊日期"),
    ] = None,
) -> None:
    """Add a calendar or replace one; open orders keep their hours. 添加或更新工作日历。"""
    calendar = Calendar(
        code,
        name_en or code,
        name_zh or code,
        zone,
        weekly=dict.fromkeys(_weekdays(days), _hours(hours)),
        holidays=frozenset(map(_date, off or [])),
        special_days={_date(d): _hours(h) for d, _, h in (s.partition("=") for s in special or [])},
    )
    with transaction("calendar_saved", {"code": code}) as c:
        known = calendars.get(c, code)
        kept = KeptCalendar(calendar, country, subdivision, known.version if known else 0)
        saved = calendars.save(c, kept, datetime.now(UTC))
    _show(saved)


def _weekdays(text: str) -> Sequence[int]:
    first, _, last = text.partition("-")
    try:
        found = range(int(first) - 1, int(last or first))
    except ValueError:
        found = range(0)
    if not found or found[0] < 0 or found[-1] > 6:
        raise EntryError(
            f"{text!r} are no weekdays; write 1-5 for Monday to Friday.",
            f"{text!r} 不是工作日范围,周一至周五请写 1-5。",
        )
    return found


def _hours(text: str) -> tuple[Hours, ...]:
    try:
        return read_hours(text)
    except UnreadableHours as error:
        raise EntryError(error.message_en, error.message_zh) from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EntryError(
            f"{text!r} is no date; write it like 2026-12-24.",
            f"{text!r} 不是日期,请写成 2026-12-24 的形式。",
        ) from None


@calendars_app.command("list")
def list_calendars() -> None:
    """List the calendars. 列出工作日历。"""
    with reading() as c:
        found = calendars.all_calendars(c)
    table = Table("code 代码", "name", "名称", "time zone 时区", "holidays 假日")
    for each in found:
        calendar = each.calendar
        names = (calendar.code, calendar.name_en, calendar.name_zh, calendar.time_zone)
        table.add_row(*names, " ".join((each.holiday_country, each.holiday_subdivision)).strip())
    out.print(table)


@calendars_app.command("show")
def show_calendar(code: Annotated[str, typer.Argument(help="code 日历代码")]) -> None:
    """Show a calendar and its next two weeks. 查看工作日历及未来两周。"""
    with reading() as c:
        found = calendars.get(c, code)
    if found is None:
        raise EntryError(
            f"There is no calendar {code!r}; see `orderflow calendars list`.",
            f"没有日历 {code!r},可用 `orderflow calendars list` 查看。",
        )
    _show(found)


def _show(kept: KeptCalendar) -> None:
    today = datetime.now(UTC)
    calendar = calendars.resolved(kept, {today.year, today.year + 1})
    out.print(f"{calendar.code}: {calendar.name_en} {calendar.name_zh} ({calendar.time_zone})")
    table = Table("date 日期", "weekday 星期", "hours 工作时段")
    for day in preview(calendar, today, DAYS_SHOWN):
        hours = hours_text(day.hours) or "–"
        table.add_row(str(day.date), WEEKDAYS[day.date.weekday()], hours)
    out.print(table)
