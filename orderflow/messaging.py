"""Commands about messages to people: a test message, and how somebody is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from database import audit, contacts, people
from database.contacts import ADDRESSED, MEDIA, MessageSettings
from database.engine import create_engine
from database.people import Person
from notifications.senders import DeliveryFailed, Media, Recipient
from notifications.templates import rendered
from notifications.urgency import Urgency
from orderflow.console import out
from orderflow.errors import OperatorError
from orderflow.message_media import media_of
from orderflow.servers import database_url
from orderflow.settings import load_settings

messages = typer.Typer(
    no_args_is_help=True, help="Messages to people: test and settings. 消息:测试与设置。"
)
TEST = "test_message"


class MessageError(OperatorError):
    """Something about messages that cannot be done as it was asked for."""


@contextmanager
def _database() -> Iterator[Connection]:
    engine = create_engine(database_url(load_settings()))
    try:
        with engine.begin() as c:
            yield c
    except OperationalError:
        raise MessageError(
            "Postgres does not answer; start it with `orderflow up` or check its URL.",
            "Postgres 无响应,请用 `orderflow up` 启动或检查连接地址。",
        ) from None
    finally:
        engine.dispose()


def _person(c: Connection, person_id: str) -> Person:
    found = people.get(c, person_id)
    if found is None:
        raise MessageError(
            f"There is no person {person_id!r}; add them with `orderflow users add`.",
            f"没有人员 {person_id!r},请先用 `orderflow users add` 添加。",
        )
    return found


@messages.command("test")
def send_test(
    person_id: Annotated[str, typer.Argument(metavar="PERSON", help="id 人员编号")],
) -> None:
    """Send a test message by every medium; exit 1 when one fails. 逐渠道发送测试消息。"""
    media = media_of(load_settings())
    with _database() as c:
        person = _person(c, person_id)
        reach = contacts.reach_of(c, person_id, person.email)
    results = try_all(media, Recipient(person_id, TEST, reach.addresses), person.locale)
    for medium, code in results.items():
        out.print(f"{medium}: {code}", highlight=False)
    if set(results.values()) != {"ok"}:
        raise typer.Exit(1)


def try_all(media: Media, to: Recipient, locale: str) -> dict[str, str]:
    """Send a test message by each medium; returns `ok` or the error code of each."""
    text = rendered(TEST, "", {}, locale)
    results = {}
    for medium, sender in media.senders.items():
        try:
            sender.send(to, text)
        except DeliveryFailed as failure:
            results[medium] = failure.code
        else:
            results[medium] = "ok"
    return results


@messages.command("settings")
def settings(
    person_id: Annotated[str, typer.Argument(metavar="PERSON", help="id 人员编号")],
    quiet: Annotated[
        str | None, typer.Option(help="22:00-07:30, or none 免打扰时段,none 为不设")
    ] = None,
    time_zone: Annotated[str | None, typer.Option(help="e.g. Asia/Shanghai 时区")] = None,
    digest: Annotated[
        int | None, typer.Option(min=0, max=1440, help="minutes, 0: none 汇总间隔(分钟)")
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option(help="MEDIUM=ADDRESS, repeatable 渠道=地址,可重复;空地址为删除"),
    ] = None,
    media: Annotated[
        list[str] | None,
        typer.Option(help="URGENCY=MEDIUM,MEDIUM; urgent | normal | low 按紧急程度选渠道"),
    ] = None,
) -> None:
    """Show how somebody is told, after changing what is given. 查看或修改接收设置。"""
    with _database() as c:
        _person(c, person_id)
        contacts.lock(c, person_id)
        before = contacts.settings_of(c, person_id)
        wanted = _changed(before, quiet, time_zone, digest, media or [])
        now = datetime.now(UTC)
        if wanted != before:
            contacts.save_settings(c, person_id, wanted, now)
        for medium, value in map(_address, address or []):
            contacts.save_address(c, person_id, medium, value)
        if wanted != before or address:
            detail = {"person_id": person_id}
            entry = audit.Entry("operator", "message_settings_saved", detail, now)
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        _show(wanted, contacts.addresses_of(c, person_id))


def _changed(
    before: MessageSettings,
    quiet: str | None,
    time_zone: str | None,
    digest: int | None,
    media: list[str],
) -> MessageSettings:
    begin, end = (before.quiet_from, before.quiet_until) if quiet is None else quiet_hours(quiet)
    return replace(
        before,
        media={**before.media, **dict(map(_choice, media))},
        quiet_from=begin,
        quiet_until=end,
        time_zone=before.time_zone if time_zone is None else _zone(time_zone),
        digest_minutes=before.digest_minutes if digest is None else digest,
    )


def quiet_hours(said: str) -> tuple[time | None, time | None]:
    """Read quiet hours as they are typed; raises MessageError."""
    if said == "none":
        return None, None
    begin, _, end = said.partition("-")
    try:
        return time.fromisoformat(begin), time.fromisoformat(end)
    except ValueError:
        raise MessageError(
            f"{said!r} are no quiet hours; write e.g. 22:00-07:30, or none.",
            f"{said!r} 不是有效时段,请写如 22:00-07:30,或 none。",
        ) from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise MessageError(
            f"{name!r} is no time zone; write e.g. Asia/Shanghai.",
            f"{name!r} 不是有效时区,请写如 Asia/Shanghai。",
        ) from None
    return name


def _choice(said: str) -> tuple[str, tuple[str, ...]]:
    urgency, _, names = said.partition("=")
    chosen = tuple(name for name in names.split(",") if name)
    if urgency not in list(Urgency) or not set(chosen) <= set(MEDIA):
        raise MessageError(
            f"{said!r} chooses no media; write URGENCY=MEDIUM,... with {', '.join(Urgency)} and "
            f"{', '.join(MEDIA)}.",
            f"{said!r} 无法识别;请写 紧急程度=渠道,...,紧急程度:{', '.join(Urgency)};"
            f"渠道:{', '.join(MEDIA)}。",
        )
    return urgency, chosen


def _address(said: str) -> tuple[str, str]:
    medium, sign, value = said.partition("=")
    if medium not in ADDRESSED or not sign or not contacts.is_address(value):
        raise MessageError(
            f"{said!r} is no address; write MEDIUM=ADDRESS with {', '.join(ADDRESSED)} and the id "
            "or e-mail by which the person is known there.",
            f"{said!r} 不是有效地址;请写 渠道=地址,渠道:{', '.join(ADDRESSED)}。",
        )
    return medium, value


def _show(shown: MessageSettings, addresses: dict[str, str]) -> None:
    quiet = f"{shown.quiet_from:%H:%M}-{shown.quiet_until:%H:%M}" if shown.quiet_from else "-"
    out.print(f"quiet hours 免打扰: {quiet} ({shown.time_zone})", highlight=False)
    out.print(f"digest 汇总: {shown.digest_minutes} min", highlight=False)
    for urgency, names in sorted(shown.media.items()):
        out.print(f"{urgency}: {', '.join(names) or '-'}", highlight=False)
    for medium, value in sorted(addresses.items()):
        out.print(f"{medium}: {value}", highlight=False)
