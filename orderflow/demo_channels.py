"""The demo's channels in numbers: what came in by which way, and what was kept from going on."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, text

_NAMES = {
    "shopify": "Shopify",
    "amazon": "Amazon 亚马逊",
    "woocommerce": "WooCommerce",
    "storefront": "storefront 商城",
    "spreadsheet": "files 表格",
}
_BREAKERS = {
    "closed": ("closed 正常", "green"),
    "half_open": ("half 试探", "bold yellow"),
    "open": ("open 熔断", "bold red"),
}


@dataclass(frozen=True)
class ChannelLine:
    """One channel over all its shops: orders there are, how many of them a poll or a file brought,
    what lies in quarantine or is parked now, webhooks that are amiss, and the worst breaker."""

    channel: str
    orders: int = 0
    found_by_poll: int = 0
    from_files: int = 0
    quarantined: int = 0
    parked: int = 0
    amiss: int = 0
    breaker: str = "closed"


_LINES = text("""
WITH brought AS (
    SELECT channel, count(*) FILTER (WHERE found_by = 'poll') AS found_by_poll,
        count(*) FILTER (WHERE found_by IN ('file', 'history')) AS from_files
    FROM inbox WHERE found_by <> 'push' AND signals @> '[{"name": "start"}]' GROUP BY channel
), bought AS (
    SELECT channel, count(*) AS orders FROM orders GROUP BY channel
), aside AS (
    SELECT channel, count(*) AS quarantined FROM quarantine
    WHERE resolved_at IS NULL GROUP BY channel
), waiting AS (
    SELECT channel, count(*) AS parked FROM inbox WHERE state = 'parked' GROUP BY channel
), hooks AS (
    SELECT channel, sum(jsonb_array_length(amiss)) AS amiss FROM channel_syncs GROUP BY channel
), broken AS (
    SELECT channel, bool_or(state = 'open') AS is_open, bool_or(state = 'half_open') AS is_probing
    FROM breakers GROUP BY channel
)
SELECT c.channel, coalesce(b.orders, 0) AS orders,
    coalesce(r.found_by_poll, 0) AS found_by_poll, coalesce(r.from_files, 0) AS from_files,
    coalesce(q.quarantined, 0) AS quarantined, coalesce(w.parked, 0) AS parked,
    coalesce(h.amiss, 0) AS amiss,
    CASE WHEN k.is_open THEN 'open' WHEN k.is_probing THEN 'half_open' ELSE 'closed' END AS breaker
FROM unnest(CAST(:channels AS text[])) WITH ORDINALITY AS c (channel, place)
LEFT JOIN brought r USING (channel) LEFT JOIN bought b USING (channel)
LEFT JOIN aside q USING (channel) LEFT JOIN waiting w USING (channel)
LEFT JOIN hooks h USING (channel) LEFT JOIN broken k USING (channel)
ORDER BY c.place
""")


def channel_lines(c: Connection) -> list[ChannelLine]:
    """Return a line per channel; reads the inbox, so ask for it every few seconds only."""
    return [ChannelLine(**row._asdict()) for row in c.execute(_LINES, {"channels": list(_NAMES)})]


def plain_channels(lines: Sequence[ChannelLine]) -> str:
    """Say it in one line."""
    return " ".join(
        f"{line.channel}={line.orders}(poll {line.found_by_poll}, file {line.from_files},"
        f" quarantine {line.quarantined}, breaker {line.breaker})"
        for line in lines
    )


def channel_table(lines: Sequence[ChannelLine]) -> Table:
    """Return the channels under each other."""
    table = Table(expand=True, box=None, pad_edge=False, header_style="dim")
    table.add_column("channel\n渠道", no_wrap=True)
    headings = (
        "orders\n订单",
        "by poll\n补单",
        "files\n导入",
        "aside\n隔离",
        "parked\n暂存",
    )
    for heading in (*headings, "hooks\n回调"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("breaker\n熔断", justify="right", no_wrap=True)
    for line in lines:
        wording, style = _BREAKERS[line.breaker]
        table.add_row(
            _NAMES.get(line.channel, line.channel),
            str(line.orders),
            _count(line.found_by_poll, "bold cyan"),
            _count(line.from_files, "bold cyan"),
            _count(line.quarantined, "bold red"),
            _count(line.parked, "bold red"),
            _count(line.amiss, "bold red"),
            Text(wording, style=style),
        )
    return table


def _count(number: int, style: str) -> Text:
    return Text(str(number), style=style if number else "dim")
