"""The `orderflow` command."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.panel import Panel
from sqlalchemy.exc import OperationalError
from temporalio.service import RPCError

from database.refusals import Refused
from orderflow import entries, messaging
from orderflow.console import err, out
from orderflow.errors import OperatorError
from orderflow.servers import database_url, temporal_address
from orderflow.settings import Settings, load_settings
from orderflow.supervisor import StopRequestedError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Orders that run by themselves. 让订单自动流转。",
)
for name, group in entries.GROUPS.items():
    app.add_typer(group, name=name)
app.add_typer(messaging.messages, name="messages")

NO_ANSWER = (
    "Postgres or Temporal does not answer; start them with `orderflow up` or check their addresses."
    "\nPostgres 或 Temporal 无响应,请用 `orderflow up` 启动或检查连接地址。"
)


@app.command()
def up() -> None:
    """Start everything on this machine: Postgres, Temporal, api, worker. 在本机启动全部服务。"""
    from orderflow.up import house  # noqa: PLC0415  # keeps the other commands quick to start

    async def live(settings: Settings) -> None:
        with out.status("starting 正在启动 …"):
            context = house(settings)
            running = await context.__aenter__()
        try:
            out.print(_welcome(running))
            await running.supervisor.wait()
            out.print("stopping 正在停止 …")
        finally:
            await context.__aexit__(None, None, None)

    _run(live)


def _welcome(running: Any) -> Panel:
    lines = [
        f"Board 作战地图          {running.api_url}",
        f"Sign in as 登录        admin, with the password in 密码见 {running.password_file}",
        f"API and docs 接口文档   {running.api_url}/docs",
        f"Temporal Web UI       {running.temporal_ui_url or running.temporal_address}",
        f"First API key 首个密钥  {running.key_file}",
        "",
        "For one machine: everything listens on 127.0.0.1 only. 仅供单机使用,只监听本机。",
        "Ctrl-C stops it; the next start goes on where it stopped. Ctrl-C 停止,下次启动继续。",
    ]
    return Panel("\n".join(lines), title="orderflow", expand=False)


@app.command()
def demo(
    orders: Annotated[
        int | None, typer.Option(help="stop sending orders after this many 最多发送的订单数")
    ] = None,
) -> None:
    """Everything of `up`, and a month-end rush to watch. 启动演示:月底订单高峰。"""
    from orderflow.demo import run_demo  # noqa: PLC0415

    _run(lambda settings: run_demo(settings, orders))


@app.command()
def api() -> None:
    """Serve the HTTP API. 运行 HTTP 接口。"""
    from orderflow.serving import run  # noqa: PLC0415

    _run(lambda _settings: run())


@app.command()
def worker() -> None:
    """Run the Temporal worker, the intake relay and the notifier. 运行工作进程。"""
    import worker as process  # noqa: PLC0415

    _guarded(process.run)


@app.command("import")
def import_files(
    files: Annotated[list[Path] | None, typer.Argument(help="xlsx, xls, csv, tsv 文件")] = None,
    shop: Annotated[str, typer.Option(help="whose orders they are 店铺")] = "files",
    history: Annotated[bool, typer.Option(help="a migration 历史迁移")] = False,
    dry_run: Annotated[bool, typer.Option(help="store nothing 试运行,不保存")] = False,
    currency: Annotated[str, typer.Option(help="where the file names none 默认币种")] = "",
    country: Annotated[str, typer.Option(help="where the file names none 默认国家")] = "",
    timezone: Annotated[str, typer.Option(help="of times without one 时区")] = "UTC",
    dates: Annotated[str, typer.Option(help="dmy | mdy, where it can't be told 日期顺序")] = "",
    tax_included: Annotated[
        bool | None, typer.Option(help="whether prices contain the tax 价格是否含税")
    ] = None,
    mapping: Annotated[str, typer.Option(help="saved name or FILE.json 列对应关系")] = "",
    errors: Annotated[
        Path | None, typer.Option(help="where to put the error workbook 错误表")
    ] = None,
    as_person: Annotated[str, typer.Option("--as", help="who sends them 提交人")] = "operator",
    wait: Annotated[
        bool, typer.Option(help="until the worker took every order 等待处理完成")
    ] = False,
    template: Annotated[
        Path | None, typer.Option(help="write the template instead 生成模板")
    ] = None,
    json: Annotated[bool, typer.Option(help="machine-readable 机器可读")] = False,
) -> None:
    """Import spreadsheets of orders; the same command resumes or repeats it. 导入订单表格。"""
    from orderflow import importing  # noqa: PLC0415

    def work() -> None:
        if template is not None:
            importing.save_template(template)
            return
        options = importing.checked_options(
            history=history,
            dry_run=dry_run,
            currency=currency,
            country=country,
            timezone=timezone,
            dates=dates,
            tax_included=tax_included,
        )
        request = importing.Request(
            files or [], shop, options, as_person, mapping, errors, as_json=json, wait=wait
        )
        raise typer.Exit(importing.run(request))

    _guarded(work)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema and publish the default rules. 升级数据库。"""
    from database.engine import create_engine  # noqa: PLC0415
    from database.engine import migrate as upgrade  # noqa: PLC0415
    from orderflow.setup import ensure_defaults  # noqa: PLC0415

    def work() -> None:
        url = database_url(load_settings())
        upgrade(url)
        ensure_defaults(create_engine(url))
        out.print("The database is up to date. 数据库已是最新。")

    _guarded(work)


@app.command()
def namespace() -> None:
    """Create the Temporal namespace and its search attributes. 准备 Temporal 命名空间。"""
    from orderflow.namespace import prepare_namespace  # noqa: PLC0415

    async def prepare(settings: Settings) -> None:
        key = settings.temporal_api_key
        await prepare_namespace(
            temporal_address(settings),
            settings.temporal_namespace,
            api_key=key.get_secret_value() if key else None,
            tls=settings.temporal_encrypted,
        )
        out.print(f"Namespace {settings.temporal_namespace} is ready. 命名空间已就绪。")

    _run(prepare)


@app.command()
def doctor() -> None:
    """Check every invariant; exit 1 on a violation. 检查全部不变量,有违反则退出码为 1。"""
    from orderflow.doctor import examine, report  # noqa: PLC0415

    async def check(settings: Settings) -> None:
        violations = await examine(settings)
        report(violations, out)
        if violations:
            raise typer.Exit(1)

    _run(check)


@app.command()
def backfill(
    channel: Annotated[str, typer.Argument(help="shopify | amazon | woocommerce")],
    shop: Annotated[str, typer.Argument(help="as it was added 登记的店铺名")],
    since: Annotated[
        datetime | None, typer.Option(help="only orders changed since (UTC) 仅此后变更的订单")
    ] = None,
) -> None:
    """Move a shop's whole past here, read from its API. 通过接口迁移店铺的历史订单。"""
    from orderflow.backfilling import run as read_all  # noqa: PLC0415

    _guarded(lambda: read_all(channel, shop, since))


@app.command()
def normalize(
    channel: Annotated[
        str, typer.Argument(help="shopify | amazon | woocommerce | storefront | spreadsheet")
    ],
    files: Annotated[list[Path], typer.Argument(help="files to read 要读取的文件")],
    currency: Annotated[
        str, typer.Option(help="of spreadsheets that name none 表格未注明时的币种")
    ] = "",
    timezone: Annotated[
        str, typer.Option(help="of times without one 未注明时区的时间所用时区")
    ] = "UTC",
    together: Annotated[
        bool, typer.Option(help="several spreadsheets as one: orders, lines … 多个表格合并读取")
    ] = False,
) -> None:
    """Dry run: what files hold as canonical orders, one JSON line each. 试转换文件,不保存。"""
    from channels.spreadsheet.options import ExtractOptions  # noqa: PLC0415
    from orderflow.normalize import normalize as run  # noqa: PLC0415

    options = ExtractOptions(currency=currency.upper(), timezone=timezone)
    _guarded(lambda: run(channel, files, err, options, together=together))


@app.command()
def bench(
    what: Annotated[
        str,
        typer.Argument(
            help="flow | rules | import | backtest | batch | dashboard | viewers | page"
        ),
    ] = "flow",
    json: Annotated[bool, typer.Option(help="machine-readable 机器可读")] = False,
    orders: Annotated[
        int | None,
        typer.Option(help="orders: 120, dashboard 1000000; viewers: 200 订单或观看者数", min=1),
    ] = None,
) -> None:
    """Measure, as ratios within one run. 性能测量。"""
    from bench.run import run_bench  # noqa: PLC0415

    _run(lambda _settings: run_bench(what, orders=orders, as_json=json))


def _run(work: Any) -> None:
    def start() -> None:
        task: Coroutine[Any, Any, None] = work(load_settings())
        asyncio.run(task)

    _guarded(start)


def _guarded(work: Any) -> None:
    """Run a command; what an operator can act on is said in words, without a traceback."""
    try:
        work()
    except OperatorError as error:
        err.print(str(error), style="red", highlight=False)
        raise typer.Exit(2) from None
    except Refused as error:
        err.print(f"{error.message_en}\n{error.message_zh}", style="red", highlight=False)
        raise typer.Exit(2) from None
    except (OperationalError, RPCError):
        err.print(NO_ANSWER, style="red", highlight=False)
        raise typer.Exit(2) from None
    except (KeyboardInterrupt, StopRequestedError):
        raise typer.Exit(130) from None
