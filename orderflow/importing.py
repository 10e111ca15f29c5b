"""`orderflow import`: spreadsheets into orders, straight on the database, with a progress bar."""

import json
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine

from api.import_errors import write_errors
from channels.spreadsheet.template import template_workbook
from database import audit, column_mappings, import_reports, imports, people
from database.engine import create_engine
from database.import_arrivals import Arrival, Consignment, packed, take_in
from database.import_reports import ImportReport
from database.imports import CANCELLED, FAILED, INTERRUPTED, Import, ImportOptions, ShopName
from domain.validation import findings_of
from intake.import_lease import LEASE_SECONDS
from intake.imports import run_import
from intake.one_by_one import new_owner
from orderflow.console import err, out
from orderflow.errors import OperatorError
from orderflow.import_show import Bar, as_json, show, wait_for_orders
from orderflow.servers import database_url
from orderflow.settings import load_settings

# Who sends a file when nobody says so; not a person, so it signs nothing.
OPERATOR = "operator"
UNREADABLE = 1


class BadImportError(OperatorError):
    """An import that cannot begin as it was asked for."""


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    files: Sequence[Path]
    shop: str
    options: ImportOptions
    submitter: str
    mapping: str
    errors: Path | None
    as_json: bool
    wait: bool


def save_template(path: Path) -> None:
    """Write the workbook that people fill in."""
    path.write_bytes(template_workbook())
    out.print(f"{path}: fill it in and import it 填写后导入", highlight=False)


def checked_options(**told: object) -> ImportOptions:
    """Return how to read the files; raises BadImportError with what is wrong."""
    try:
        return ImportOptions.model_validate(told)
    except ValidationError as error:
        found = findings_of(error)
        raise BadImportError(
            "\n".join(each.message_en for each in found),
            "\n".join(each.message_zh for each in found),
        ) from None


def run(request: Request) -> int:
    """Import, show what became of it, and return the exit code: 0, or 1 when a file is no good."""
    engine = create_engine(database_url(load_settings()), pool_size=4)
    try:
        owner = new_owner()
        with ExitStack() as stack:
            sent = _packed(engine, request, stack)
            taken = _taken(engine, sent, request.submitter, owner)
        state = _read(engine, request, taken, owner)
        if state == INTERRUPTED:
            _say_how_to_resume(taken)
            return 130
        if request.wait and not request.options.dry_run:
            _wait(engine, request, taken.import_id)
        _report(engine, request, taken.import_id)
        return UNREADABLE if state in (FAILED, CANCELLED) else 0
    finally:
        engine.dispose()


def _packed(engine: Engine, request: Request, stack: ExitStack) -> Consignment:
    if not request.files:
        raise BadImportError(
            "Name the files to import, or --template FILE.xlsx.",
            "请指定要导入的文件,或使用 --template FILE.xlsx 生成模板。",
        )
    try:
        TypeAdapter(ShopName).validate_python(request.shop)
    except ValidationError:
        raise BadImportError(
            f"{request.shop!r} is no shop name; use letters, digits, '.', '_' and '-'.",
            f"{request.shop!r} 不是有效的店铺名,只能用字母、数字和 . _ -。",
        ) from None
    arrivals = []
    for path in request.files:
        if not path.is_file():
            raise BadImportError(f"There is no file {path}.", f"文件 {path} 不存在。")
        arrivals.append(Arrival(path.name, stack.enter_context(path.open("rb"))))
    with engine.connect() as c:
        mapping = _mapping(c, request.mapping)
        if request.submitter != OPERATOR and people.get(c, request.submitter) is None:
            raise BadImportError(
                f"There is no person {request.submitter!r}; add one with `orderflow users add`.",
                f"没有人员 {request.submitter!r},可用 `orderflow users add` 添加。",
            )
    options = checked_options(**request.options.model_dump(exclude={"mapping"}), mapping=mapping)
    return packed(arrivals, request.shop, options)


def _mapping(c: Connection, told: str) -> object:
    """Return a mapping by its name, or from a JSON file."""
    if not told:
        return {}
    if told.endswith(".json"):
        try:
            return json.loads(Path(told).read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise BadImportError(
                f"{told} holds no column mapping: {error}", f"{told} 不是列对应关系:{error}"
            ) from None
    saved = column_mappings.get(c, told)
    if saved is None:
        names = ", ".join(each.name for each in column_mappings.all_mappings(c)) or "–"
        raise BadImportError(
            f"There is no saved mapping {told!r}; there are: {names}.",
            f"没有已保存的列对应关系 {told!r},现有:{names}。",
        )
    return dict(saved.mapping)


def _taken(engine: Engine, sent: Consignment, submitter: str, owner: str) -> Import:
    """Keep the files and claim their import in one transaction, before a worker can have it."""
    now = datetime.now(UTC)
    with engine.begin() as c:
        found, is_new = take_in(c, sent, submitter, now)
        imports.release(c, found.import_id)
        taken = imports.claim(c, owner, now, LEASE_SECONDS, found.import_id)
        if taken is None:
            raise BadImportError(
                f"These files are being imported already, as {found.import_id}.",
                f"这些文件正在导入中({found.import_id})。",
            )
        if is_new:
            detail = {"import_id": found.import_id, "shop": sent.shop}
            entry = audit.Entry(submitter, "import_sent", detail)
            audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
    if taken.next_ordinal > 1:
        err.print(
            f"resuming after order {taken.next_ordinal - 1} 从第 {taken.next_ordinal} 个订单继续"
        )
    return taken


def _read(engine: Engine, request: Request, taken: Import, owner: str) -> str:
    with (
        _stopping() as stop,
        Bar(err, "reading 读取", quiet=request.as_json) as bar,
    ):
        return run_import(
            engine,
            taken,
            owner,
            paths=request.files,
            told=bar.show,
            stop=stop,
            when_stopped=INTERRUPTED,
        )


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into an orderly stop; the second one ends the process."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say_how_to_resume(taken: Import) -> None:
    err.print(
        f"Interrupted; give the same command to go on ({taken.import_id}).\n"
        f"已中断;再次执行相同命令即可继续。",
        style="yellow",
        highlight=False,
    )


def _wait(engine: Engine, request: Request, import_id: str) -> None:
    _, report = _outcome(engine, import_id)
    with Bar(err, "taking over 处理", quiet=request.as_json) as bar:
        wait_for_orders(engine, import_id, report.orders - report.refused, bar)


def _outcome(engine: Engine, import_id: str) -> tuple[Import, ImportReport]:
    with engine.connect() as c:
        found = imports.get(c, import_id)
        if found is None:
            raise LookupError(import_id)
        return found, import_reports.report(c, found)


def _report(engine: Engine, request: Request, import_id: str) -> None:
    found, report = _outcome(engine, import_id)
    errors = _error_book(engine, request, import_id)
    if request.as_json:
        print(as_json(found, report, str(errors) if errors else None))
        return
    show(out, found, report)
    if errors:
        out.print(f"{errors}: correct the rows there and import it 更正后重新导入", highlight=False)
    if report.waiting:
        out.print(
            "A running worker takes the orders over from here; --wait shows how it ends.\n"
            "后续由工作进程处理;使用 --wait 可等待结果。",
            highlight=False,
        )


def _error_book(engine: Engine, request: Request, import_id: str) -> Path | None:
    """Write what is to be corrected, if anything, beside where the command was given."""
    path = request.errors or Path(f"{request.files[0].stem}-errors.xlsx")
    with engine.connect() as c:
        return path if write_errors(c, import_id, path) else None
