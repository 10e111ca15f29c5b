"""`orderflow rules`: the versions of the rule tables, from a spreadsheet to orders and back."""

from pathlib import Path
from typing import Annotated

import typer

from orderflow.persons import OPERATOR

rules_app = typer.Typer(
    no_args_is_help=True,
    help="Rule tables: versions, checks, publishing. 规则表：版本、检查与发布。",
)

Version = Annotated[str, typer.Argument(help="version 版本号")]
As = Annotated[str, typer.Option("--as", help="who does it 操作人")]
Note = Annotated[str, typer.Option(help="why 说明")]
Lang = Annotated[str, typer.Option(help="en | zh, of headings and words 表头语言")]


@rules_app.command("list")
def list_versions() -> None:
    """List every version, the newest first. 列出全部版本。"""
    from orderflow import rules_life  # noqa: PLC0415  # keeps the other commands quick to start

    rules_life.list_versions()


@rules_app.command()
def show(
    version: Annotated[str, typer.Argument(help="version, else the one in force 版本号")] = "",
    table: Annotated[str, typer.Option(help="only this table 只显示此表")] = "",
    lang: Lang = "en",
) -> None:
    """Show the tables of a version. 显示规则表。"""
    from orderflow import rules_life  # noqa: PLC0415

    rules_life.show(version, table, lang)


@rules_app.command()
def check(
    what: Annotated[str, typer.Argument(metavar="FILE_OR_VERSION", help="文件或版本号")],
    as_person: As = OPERATOR,
) -> None:
    """Say what is wrong, each with an example; exit 1 on an error. 检查规则,有错误则退出码为 1。"""
    from orderflow import rules_life  # noqa: PLC0415

    rules_life.check(what, as_person)


@rules_app.command()
def export(
    words: Annotated[
        list[str], typer.Argument(metavar="[VERSION] FILE", help=".xlsx | .json 版本号与文件")
    ],
    lang: Lang = "en",
) -> None:
    """Write a version, else the one in force, as a workbook or JSON. 导出规则表。"""
    from orderflow import rules_files  # noqa: PLC0415

    rules_files.export(words, lang)


@rules_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help=".xlsx | .json 文件")],
    version: Annotated[str, typer.Option(help="name of the draft 草稿版本号")] = "",
    base: Annotated[str, typer.Option(help="made from, else the one in force 基于版本")] = "",
    revision: Annotated[
        int | None, typer.Option(min=1, help="of the draft to replace 要替换的草稿修订号")
    ] = None,
    note: Note = "",
    as_person: As = OPERATOR,
) -> None:
    """Keep a changed workbook as a draft. 将修改后的表格导入为草稿。"""
    from orderflow import rules_files  # noqa: PLC0415

    rules_files.import_file(file, version, base, revision, note, as_person)


@rules_app.command()
def publish(
    version: Version,
    as_person: Annotated[str, typer.Option("--as", help="who publishes it 发布人")],
    note: Note = "",
) -> None:
    """Put a checked draft into force; none of its editors may. 发布草稿,编辑者本人不得发布。"""
    from orderflow import rules_life  # noqa: PLC0415

    rules_life.publish(version, as_person, note)


@rules_app.command()
def discard(version: Version, note: Note = "", as_person: As = OPERATOR) -> None:
    """Give a draft up for good. 作废草稿。"""
    from orderflow import rules_life  # noqa: PLC0415

    rules_life.discard(version, as_person, note)


@rules_app.command()
def rebase(version: Version, as_person: As = OPERATOR) -> None:
    """Put a draft on top of what was published meanwhile. 将草稿变基到现行版本。"""
    from orderflow import rules_life  # noqa: PLC0415

    rules_life.rebase(version, as_person)


@rules_app.command()
def history(
    version: Annotated[str, typer.Argument(help="version, else all of them 版本号")] = "",
) -> None:
    """Say who saved, checked, published what. 显示操作历史。"""
    from orderflow import rules_life  # noqa: PLC0415

    rules_life.history(version)


@rules_app.command()
def diff(
    before: Annotated[str, typer.Argument(help="file or version 文件或版本号")],
    after: Annotated[str, typer.Argument(help="file or version 文件或版本号")],
) -> None:
    """Say what the second says differently, cell by cell. 比较两个版本。"""
    from orderflow import rules_life  # noqa: PLC0415

    rules_life.show_diff(before, after)


@rules_app.command()
def explain(
    order: Annotated[str, typer.Argument(help="id, number or the channel's id 订单编号")],
    lang: Annotated[str, typer.Option(help="en | zh")] = "en",
) -> None:
    """Say why an order has its tier, people, group and deadlines. 解释订单为何如此安排。"""
    from orderflow import rules_explain  # noqa: PLC0415

    rules_explain.explain(order, lang)
