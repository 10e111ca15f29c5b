"""The demo's live table: how the whole operation stands, read from Postgres every second."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from database import overview
from database.overview import NotableEvent, Overview, StageCounts
from domain.holds import REASONS, ReasonCode
from domain.stages import LABELS, TERMINAL, Stage
from orderflow.demo_channels import ChannelLine, channel_lines, channel_table, plain_channels

REFRESH_SECONDS = 1.0
# All events are read for these, so they are looked at less often.
_TOTALS_SECONDS = 5.0
_PLAIN_SECONDS = 10.0
# Events shown, and the lines that the rest of the table takes.
_FEWEST, _MOST, _OTHER_LINES = 3, 12, 38

Links = Sequence[tuple[str, str]]

_TIERS = {
    "auto": ("auto-passed", "自动通过"),
    "manager": ("manager-approved", "经理审批"),
    "countersign": ("countersigned", "会签"),
    "first_cooperation": ("first order, signed", "首单会签"),
}
_KINDS = {
    "turned_red": ("turned red", "变红"),
    "escalated": ("escalated to", "已上报"),
    "warned": ("warehouse late", "出库超时"),
    "held": ("held", "卡点"),
    "rejected": ("rejected", "驳回"),
    "objected": ("customer objects", "客户异议"),
    "return_requested": ("return", "退货"),
    "group_assigned": ("group picked", "已分派"),
    "signatures_voided": ("signatures void", "签核失效"),
    "stage_entered": ("closed abnormally", "异常关闭"),
}


class DemoTable:
    """Draws the table until cancelled; without a terminal it prints a line now and then."""

    def __init__(self, engine: Engine, links: Links, console: Console) -> None:
        self._engine = engine
        self._links = links
        self._console = console
        self._totals: dict[str, int] = {}
        self._channels: list[ChannelLine] = []
        self._totals_at = float("-inf")

    async def run(self) -> None:
        """Show and refresh; an outage of Postgres shows as a stale table, never as an error."""
        if self._console.is_terminal:
            with Live(console=self._console, auto_refresh=False, transient=False) as live:
                await self._repeat(lambda view: live.update(view, refresh=True), REFRESH_SECONDS)
        else:
            await self._repeat(None, _PLAIN_SECONDS)

    async def _repeat(self, show: Callable[[RenderableType], None] | None, pause: float) -> None:
        while True:
            try:
                seen, events = await asyncio.to_thread(self._look)
            except SQLAlchemyError:
                await asyncio.sleep(pause)
                continue
            if show is None:
                line = plain_line(seen, self._totals, self._channels)
                self._console.print(line, highlight=False, soft_wrap=True)
            else:
                width = self._console.width
                show(drawn(seen, self._totals, self._channels, events, self._links, width))
            await asyncio.sleep(pause)

    def _look(self) -> tuple[Overview, list[NotableEvent]]:
        """Ask Postgres; as many events as the window has room for."""
        room = self._console.height - _OTHER_LINES
        limit = max(_FEWEST, min(_MOST, room))
        now = datetime.now(UTC)
        with self._engine.connect() as c:
            if now.timestamp() - self._totals_at >= _TOTALS_SECONDS:
                self._totals, self._totals_at = overview.happened(c), now.timestamp()
                self._channels = channel_lines(c)
            return overview.overview(c, now), overview.notable(c, limit)


def plain_line(
    seen: Overview, totals: Mapping[str, int], channels: Sequence[ChannelLine] = ()
) -> str:
    """Say everything in one line, for logs and pipes."""
    stages = " ".join(f"{stage}={_of(seen, stage).orders}" for stage in Stage)
    tiers = " ".join(f"{tier}={seen.completed.get(tier, 0)}" for tier in _TIERS)
    return (
        f"{stages} | completed: {tiers} | red={totals.get('turned_red', 0)} "
        f"escalated={totals.get('escalated', 0)} late={totals.get('warned', 0)} "
        f"pool={seen.pool} quarantine={seen.quarantined} | "
        f"closed: {_listed(seen.closed) or '-'} | in {seen.received_per_minute}/min "
        f"done {seen.completed_per_minute}/min | {plain_channels(channels)}"
    )


def drawn(
    seen: Overview,
    totals: Mapping[str, int],
    channels: Sequence[ChannelLine],
    events: Sequence[NotableEvent],
    links: Links,
    width: int,
) -> RenderableType:
    """Return the whole table; below 140 columns its halves stand under each other."""
    left = Group(_stages(seen), _tempo(seen))
    right = Group(_outcomes(seen, totals), _reasons(seen))
    body: RenderableType = Group(left, right)
    if width >= 140:
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(ratio=1)
        grid.add_column(ratio=1)
        grid.add_row(left, right)
        body = grid
    parts = [body, Text(), channel_table(channels), _latest(events), _footer(links)]
    title = "orderflow · month-end rush 月末订单高峰"
    return Panel(Group(*parts), title=title, border_style="cyan", width=width)


def _stages(seen: Overview) -> Table:
    table = Table(expand=True, box=None, pad_edge=False, header_style="dim")
    table.add_column("stage\n阶段", no_wrap=True)
    for heading in ("orders\n订单", "red\n红", "escalated\n上报", "late\n超时", "held\n卡点"):
        table.add_column(heading, justify="right", no_wrap=True)
    for stage in Stage:
        english, chinese = LABELS[stage]
        counts = _of(seen, stage)
        flags = (counts.red, counts.escalated, counts.late, counts.held)
        shown = ("",) * 4 if stage in TERMINAL else tuple(map(_flagged, flags))
        table.add_row(f"{english} {chinese}", str(counts.orders), *shown)
    return table


def _flagged(count: int) -> Text:
    return Text(str(count), style="bold red" if count else "dim")


def _tempo(seen: Overview) -> Text:
    waiting = seen.inbox.get("received", 0) + seen.inbox.get("stored", 0)
    unsent = seen.outbox.get("pending", 0) + seen.outbox.get("failed", 0)
    lines = (
        f"in 接单 {seen.received_per_minute}/min · done 完成 {seen.completed_per_minute}/min",
        f"inbox 待处理 {waiting + seen.starting} · quarantine 隔离 {seen.quarantined} · "
        f"messages 通知 {seen.outbox.get('sent', 0)} (+{unsent})",
    )
    return Text("\n" + "\n".join(lines), style="cyan")


def _outcomes(seen: Overview, totals: Mapping[str, int]) -> Table:
    """Return how orders ended well beside what had to be shouted about."""
    grid = Table.grid(expand=True, padding=(0, 2))
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    ended = _facts("completed 已完成")
    for tier, (english, chinese) in _TIERS.items():
        ended.add_row(f"{english} {chinese}", _good(seen.completed.get(tier, 0)))
    alarms = _facts("so far 累计")
    alarms.add_row("turned red 变红", _flagged(totals.get("turned_red", 0)))
    alarms.add_row("told to a superior 上报主管", _flagged(totals.get("escalated", 0)))
    alarms.add_row("warehouse late 出库超时", _flagged(totals.get("warned", 0)))
    alarms.add_row("in manual pool now 人工分派池", _flagged(seen.pool))
    grid.add_row(ended, alarms)
    return grid


def _facts(heading: str) -> Table:
    table = Table(expand=True, box=None, pad_edge=False, header_style="dim")
    table.add_column(f"\n{heading}", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    return table


def _good(count: int) -> Text:
    return Text(str(count), style="bold green" if count else "dim")


def _reasons(seen: Overview) -> Text:
    held, closed = _listed(seen.held, bilingual=True), _listed(seen.closed, bilingual=True)
    text = Text()
    text.append("\nheld now 卡点: ", style="dim").append(held or "-")
    text.append("\nclosed abnormally 异常关闭: ", style="dim").append(closed or "-")
    return text


def _listed(counts: Mapping[str, int], *, bilingual: bool = False) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{_reason(code) if bilingual else code} {number}" for code, number in ranked)


def _reason(code: str) -> str:
    terms = next((REASONS[reason] for reason in ReasonCode if reason == code), None)
    return f"{terms.label_en} {terms.label_zh}" if terms else code


def _latest(events: Sequence[NotableEvent]) -> Table:
    table = Table(expand=True, box=None, pad_edge=False, header_style="dim")
    table.add_column("\nlatest 最新", no_wrap=True)
    table.add_column("\norder 订单", no_wrap=True)
    table.add_column("\nwhat 事件", no_wrap=True)
    table.add_column("\ndetail 详情", ratio=1, no_wrap=True, overflow="ellipsis")
    for event in events:
        english, chinese = _KINDS[event.kind]
        at = event.at.astimezone().strftime("%H:%M:%S")
        table.add_row(at, event.number, f"{english} {chinese}", _detail(event))
    return table


def _detail(event: NotableEvent) -> str:
    told = f"→ {', '.join(event.told)}" if event.told else ""
    return " ".join(part for part in (_reason(event.detail), told) if part)


def _footer(links: Links) -> Text:
    text = Text("\n")
    for name, url in links:
        text.append(f"{name}  ", style="dim").append(f"{url}\n", style="underline")
    text.append("Ctrl-C stops it; the next start goes on where it stopped. ", style="dim")
    return text.append("Ctrl-C 停止，下次启动从停下处继续。", style="dim")


def _of(seen: Overview, stage: Stage) -> StageCounts:
    return seen.stages.get(stage, StageCounts())
