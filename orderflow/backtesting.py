"""`orderflow rules backtest|whatif|preview|shadow`: rules proved before they are in force."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from orderflow.persons import OPERATOR

# Merged into `orderflow rules`.
proofs = typer.Typer(no_args_is_help=True)
shadow = typer.Typer(
    no_args_is_help=True, help="A draft asked beside the rules in force. 影子评估。"
)
proofs.add_typer(shadow, name="shadow")

Version = Annotated[str, typer.Argument(help="version 版本号")]
As = Annotated[str, typer.Option("--as", help="who does it 操作人")]
Json = Annotated[bool, typer.Option("--json", help="machine-readable 机器可读")]


@proofs.command()
def backtest(
    what: Annotated[str, typer.Argument(metavar="VERSION_OR_FILE", help="版本号或文件")],
    orders: Annotated[int, typer.Option(min=1, help="the last so many 最近的订单数")] = 10_000,
    against: Annotated[
        str, typer.Option(help="a version, else as decided then 对照版本,默认为当时的决定")
    ] = "",
    repeat: Annotated[
        str, typer.Option(help="id of a backtest whose very orders to take 重复此回测的订单")
    ] = "",
    as_json: Json = False,
    workbook: Annotated[
        Path | None, typer.Option(help="write the result as FILE.xlsx 结果工作簿")
    ] = None,
    as_person: As = OPERATOR,
) -> None:
    """Judge past orders by other rules; nothing changes. 用历史订单回测规则,不产生任何影响。"""
    from orderflow import proving  # noqa: PLC0415  # keeps the other commands quick to start

    asked = proving.Asked(what, orders, against, repeat, as_person)
    proving.backtest(asked, as_json=as_json, workbook=workbook)


@proofs.command()
def whatif(
    order: Annotated[str, typer.Argument(help="order id 订单编号")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help='approval.above_2000.amount=">5000", repeatable 可重复'),
    ] = None,
    rule_set: Annotated[str, typer.Option(help="a version instead 或指定版本")] = "",
    as_json: Json = False,
) -> None:
    """Say what other rules would do to one order; nothing changes. 单个订单的假设分析。"""
    from orderflow import proving  # noqa: PLC0415

    proving.whatif(order, changes or [], rule_set, as_json=as_json)


@proofs.command()
def preview(
    version: Version,
    stage: Annotated[str | None, typer.Option(help="only in this stage 阶段")] = None,
    group: Annotated[str | None, typer.Option(help="only of this group 作业组")] = None,
    channel: Annotated[str | None, typer.Option(help="only of this channel 渠道")] = None,
    tier: Annotated[str | None, typer.Option(help="only of this tier 审批档位")] = None,
    as_json: Json = False,
) -> None:
    """Say what a version would change for open orders. 预览新版本对未完成订单的影响。"""
    from database.previews import Wanted  # noqa: PLC0415
    from orderflow import proving  # noqa: PLC0415

    wanted = Wanted(stage=stage, group=group, channel=channel, tier=tier)
    proving.preview(version, wanted, as_json=as_json)


@shadow.command("start")
def start_shadow(
    version: Version,
    days: Annotated[int, typer.Option(min=1, max=14, help="for how long 天数")] = 7,
    as_person: As = OPERATOR,
) -> None:
    """Ask a draft about every new admission, without effect. 启动影子评估,不产生影响。"""
    from orderflow import proving  # noqa: PLC0415

    proving.start_shadow(version, datetime.now(UTC) + timedelta(days=days), as_person)


@shadow.command("stop")
def stop_shadow(version: Version, as_person: As = OPERATOR) -> None:
    """End it; what it found stays. 停止影子评估,结果保留。"""
    from orderflow import proving  # noqa: PLC0415

    proving.stop_shadow(version, as_person)


@shadow.command("show")
def show_shadow(version: Version, as_json: Json = False) -> None:
    """Say what it found. 显示影子评估结果。"""
    from orderflow import proving  # noqa: PLC0415

    proving.show_shadow(version, as_json=as_json)
