"""`orderflow doctor`: what must always hold, checked against Postgres and Temporal."""

import asyncio
import json
from datetime import timedelta

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from database import doctor, explanations, orders
from database.doctor import Violation
from database.engine import create_engine
from orderflow.servers import servers
from orderflow.serving import lazy_client
from orderflow.settings import Settings

RUNNING = 'WorkflowType = "OrderWorkflow" AND ExecutionStatus = "Running"'
QUERY_TIMEOUT = timedelta(seconds=5)
# An order that moves while it is looked at is looked at again before it counts.
LOOKS = 5
AT_ONCE = 16
# Histories that are searched for personal data; all of them would take as long as the orders did.
SAMPLE = 20
# Stands for the version of a workflow that runs but does not answer: busy, or poison.
NO_ANSWER = -1
# Temporal refuses a query with FAILED_PRECONDITION while the last workflow task has failed.
_SILENT = frozenset(
    {
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.FAILED_PRECONDITION,
    }
)


async def examine(settings: Settings) -> list[Violation]:
    """Return every violation; empty means that all invariants hold."""
    found = servers(settings)
    engine = create_engine(found.database_url)
    client = await lazy_client(settings, found)
    try:
        in_postgres = await asyncio.to_thread(_in_postgres, engine)
        between = await _between(engine, client)
        personal = await _personal_data(engine, client)
    finally:
        engine.dispose()
    return [*in_postgres, *between, *personal]


def _in_postgres(engine: Engine) -> list[Violation]:
    # One snapshot: what is appended between two looks is no contradiction.
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as c:
        return [*doctor.violations(c), *_unexplained(c)]


def _unexplained(c: Connection) -> list[Violation]:
    """R1: what admissions stored follows from their own inputs under their own rules (sample)."""
    found = explanations.contradictions(c)
    return [Violation("R1 explanation", each.order_id, each.en, each.zh) for each in found]


async def _between(engine: Engine, client: Client) -> list[Violation]:
    """I6: open in Postgres ⇔ a running workflow, both at the same version."""
    listed = {workflow.id async for workflow in client.list_workflows(RUNNING)}
    open_orders = await asyncio.to_thread(_open_orders, engine)
    slots = asyncio.Semaphore(AT_ONCE)

    async def check(workflow_id: str) -> Violation | None:
        async with slots:
            return await _settled_difference(engine, client, workflow_id)

    checked = await asyncio.gather(*(check(each) for each in sorted(listed | set(open_orders))))
    return [violation for violation in checked if violation is not None]


def _open_orders(engine: Engine) -> dict[str, int]:
    with engine.connect() as c:
        return doctor.open_orders(c)


async def _settled_difference(engine: Engine, client: Client, workflow_id: str) -> Violation | None:
    """Look a few times: only a difference that stays is a violation."""
    difference = None
    for look in range(LOOKS):
        difference = await _difference(engine, client, workflow_id)
        if difference is None:
            return None
        await asyncio.sleep(0.5 * (look + 1))
    return difference


async def _difference(engine: Engine, client: Client, workflow_id: str) -> Violation | None:
    recorded = await asyncio.to_thread(_recorded_version, engine, workflow_id)
    running = await _running_version(client, workflow_id)
    if recorded == running:
        return None
    return Violation(
        "I6",
        workflow_id,
        f"Postgres has version {recorded}, Temporal {running} (None: not open, -1: no answer)",
        f"Postgres 中版本为 {recorded},Temporal 中为 {running}(None 表示未开启,-1 表示无响应)",
    )


def _recorded_version(engine: Engine, workflow_id: str) -> int | None:
    with engine.connect() as c:
        return doctor.open_version(c, workflow_id)


async def _running_version(client: Client, workflow_id: str) -> int | None:
    handle = client.get_workflow_handle(workflow_id)
    try:
        described = await handle.describe()
        if described.status is not WorkflowExecutionStatus.RUNNING:
            return None
        version: int = await handle.query("version", result_type=int, rpc_timeout=QUERY_TIMEOUT)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        if error.status in _SILENT:
            return NO_ANSWER
        raise
    return version


async def _personal_data(engine: Engine, client: Client) -> list[Violation]:
    """I12, on the newest orders: their histories hold no name, e-mail address or street."""
    sample = await asyncio.to_thread(_newest, engine)
    found = []
    for workflow_id, words in sample:
        history = await _history(client, workflow_id)
        leaked = [word for word in words if word in history]
        if leaked:
            found.append(
                Violation(
                    "I12",
                    workflow_id,
                    f"its history holds {len(leaked)} pieces of personal data",
                    f"其历史中含 {len(leaked)} 项个人信息",
                )
            )
    return found


def _newest(engine: Engine) -> list[tuple[str, list[str]]]:
    with engine.connect() as c:
        return [
            (row.workflow_id, _personal_words(content))
            for row in orders.newest(c, SAMPLE)
            if (content := orders.content(c, row.order_id)) is not None
        ]


def _personal_words(content: orders.Content) -> list[str]:
    customer, address = content.order.customer, content.order.shipping_address
    words = [customer.name, customer.email, customer.phone]
    if address is not None:
        words += [address.name, address.line1, address.phone]
    # Short words may well be a SKU or a carrier.
    return [word for word in words if len(word) > 5]


async def _history(client: Client, workflow_id: str) -> str:
    try:
        history = await client.get_workflow_handle(workflow_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return ""
        raise
    return json.dumps(history.to_json_dict(), ensure_ascii=False)


def report(violations: list[Violation], console: Console) -> None:
    """Print what was found."""
    if not violations:
        console.print("All invariants hold. 全部不变量成立。", style="green")
        return
    table = Table(title=f"{len(violations)} violations 违反项")
    for heading in ("invariant", "subject", "English", "中文"):
        table.add_column(heading, overflow="fold")
    for each in violations:
        table.add_row(each.invariant, each.subject, each.detail_en, each.detail_zh)
    console.print(table)
