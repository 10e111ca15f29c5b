"""`orderflow backfill`: a shop's whole past, read from its own API."""

from datetime import UTC, datetime

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Engine

from channels.errors import ChannelError
from channels.port import Polling
from channels.registry import CHANNELS
from database import histories, shops
from database.engine import create_engine
from database.shops import Shop
from intake.backfill import Backfill
from orderflow.console import out
from orderflow.errors import OperatorError
from orderflow.servers import database_url
from orderflow.settings import load_settings


class BackfillError(OperatorError):
    """A backfill that cannot begin, or that the shop refuses."""


def run(channel: str, shop_name: str, since: datetime | None) -> None:
    """Read a shop's past into the inbox and say what became of what it read so far.

    Raises BackfillError; what was read by then stays, and the same command goes on.
    """
    engine = create_engine(database_url(load_settings()), pool_size=2)
    try:
        shop, polling = _shop(engine, channel, shop_name)
        aware = since.replace(tzinfo=UTC) if since and since.tzinfo is None else since
        read, new = _read(engine, Backfill(shop, polling), aware)
        out.print(f"{read} orders read, {new} of them new. 已读取 {read} 张，其中新增 {new} 张。")
        with engine.connect() as c:
            out.print(_summary(histories.fates(c, channel, shop_name)))
    finally:
        engine.dispose()


def _shop(engine: Engine, channel: str, name: str) -> tuple[Shop, Polling]:
    with engine.connect() as c:
        shop = shops.find(c, channel, name)
    known = CHANNELS.get(channel)
    if shop is None or known is None or not shop.base_url:
        raise BackfillError(
            f"There is no shop {channel}/{name} with a base URL; use `orderflow shops add`.",
            f"没有带 base URL 的店铺 {channel}/{name}，请用 `orderflow shops add` 添加。",
        )
    if known.polling is None:
        raise BackfillError(
            f"{channel} cannot be read; import its orders from a file with --history.",
            f"{channel} 无法读取，请用 --history 从文件导入。",
        )
    return shop, known.polling


def _read(engine: Engine, backfill: Backfill, since: datetime | None) -> tuple[int, int]:
    read = new = 0
    words = TextColumn("reading 正在读取 {task.completed} orders 张")
    try:
        with Progress(SpinnerColumn(), words, TimeElapsedColumn(), console=out) as progress:
            bar = progress.add_task("", total=None)
            for batch, created in backfill.run(engine, since):
                read, new = read + batch, new + created
                progress.update(bar, completed=read)
    except ChannelError as error:
        raise BackfillError(
            f"The shop stopped it after {read} orders: {error}. Run the command again to go on.",
            f"读取 {read} 张后店铺中断：{error}。再次执行该命令即可继续。",
        ) from None
    return read, new


def _summary(found: histories.Fates) -> Table:
    table = Table(title="moved here so far 目前迁入情况")
    table.add_column("")
    table.add_column("orders 订单", justify="right")
    for label, count in (
        ("read 已读取", found.read),
        ("waiting to be taken in 等待处理", found.waiting),
        ("moved 已迁入", found.moved),
        ("merged 已合并", found.merged),
        ("ignored 已忽略", found.ignored),
        ("quarantined 已隔离", found.quarantined),
    ):
        table.add_row(label, str(count))
    for code, count in found.reasons.items():
        table.add_row(f"  {code}", str(count), style="dim")
    share = f"{found.share:.2f} %" if found.share is not None else "–"
    table.add_row("moved or merged 迁入或合并", share, style="bold")
    return table
