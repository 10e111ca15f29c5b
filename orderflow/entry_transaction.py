"""One transaction of a command that adds or changes entries, with its audit entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import typer
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError
from typer.core import TyperGroup

from database import audit
from database.engine import create_engine
from database.refusals import Refused
from orderflow.console import err
from orderflow.errors import OperatorError
from orderflow.servers import database_url
from orderflow.settings import load_settings


class EntryError(OperatorError):
    """An entry that cannot be made as it was given."""


class EntryCommands(TyperGroup):
    """Commands whose refusals are said in words, with exit code 2 and no traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (OperatorError, Refused) as error:
            both = (error.en, error.zh) if isinstance(error, OperatorError) else _words(error)
            err.print("\n".join(both), style="red", highlight=False)
            raise typer.Exit(2) from None


def _words(error: Refused) -> tuple[str, str]:
    return error.message_en, error.message_zh


@contextmanager
def transaction(action: str, detail: dict[str, str]) -> Iterator[Connection]:
    """One transaction with its audit entry; database errors are said in words."""
    with reading() as c:
        try:
            with c.begin():
                yield c
                now = datetime.now(UTC)
                entry = audit.Entry("operator", action, detail, now)
                audit.append(c, audit.SYSTEM_CHAIN, [entry], now)
        except IntegrityError as error:
            constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
            raise EntryError(
                f"The database refuses this entry (rule {constraint}); check the ids you gave.",
                f"数据库拒绝此条目(约束 {constraint}),请检查输入的编号。",
            ) from None


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection; that Postgres is away is said in words."""
    engine = create_engine(database_url(load_settings()))
    try:
        with engine.connect() as c:
            yield c
    except OperationalError:
        raise EntryError(
            "Postgres does not answer; start it with `orderflow up` or check its URL.",
            "Postgres 无响应,请用 `orderflow up` 启动或检查连接地址。",
        ) from None
    finally:
        engine.dispose()


def amount_of(text: str) -> Decimal:
    """Return an amount as it was typed; raises EntryError for anything else."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise EntryError(f"{text!r} is no amount, e.g. 50000.", f"{text!r} 不是金额。") from None
    if not amount.is_finite() or amount < 0:
        raise EntryError(f"{text!r} must be zero or more.", f"{text!r} 不能为负。")
    return amount
