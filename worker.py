"""Runs the Temporal worker, and the intake relay and the notifier beside it, until SIGTERM.

`python worker.py` and `orderflow worker` are the same. Start as many as you like: Temporal and
Postgres hand each piece of work to one of them.
"""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import structlog
from pydantic import SecretStr
from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

from activities import signatures as calls
from activities.admission import Admission
from activities.batch import Batches
from activities.channels import ChannelActivities, write_back_rates
from activities.ledgers import BuiltinLedger, ErpLedger, Ledger
from activities.record import Records
from activities.shop_reading import poll_rates, read_rates
from activities.sweep import Sweep
from activities.sync import ChannelReading
from activities.warehouses import HttpWarehouse, PickList, Warehouse, WarehouseActivities
from database.engine import assert_durable, create_engine
from intake.backtests import Backtests
from intake.batch_starts import EVERY_SECONDS as BATCHES_EVERY
from intake.batch_starts import ensure_batches
from intake.imports import Imports
from intake.relay import Relay
from intake.shadows import Shadows
from intake.staff_watch import StaffWatch
from intake.starts import keep_started
from intake.sync_starts import EVERY_SECONDS as SHOPS_EVERY
from intake.sync_starts import ensure_syncs
from notifications.notifier import Notifier
from orderflow.logs import configure_logging, core_logging
from orderflow.message_media import composer_of, media_of
from orderflow.servers import Servers, servers
from orderflow.settings import Settings, load_settings
from workflows.batch import BatchWorkflow
from workflows.channel_sync import ChannelSync
from workflows.order import OrderWorkflow
from workflows.payloads import data_converter
from workflows.returns import ReturnWorkflow
from workflows.sandbox import Sandbox
from workflows.sweep import StallSweep, ensure_schedule

WORKFLOWS: Sequence[type] = (OrderWorkflow, ReturnWorkflow, StallSweep, ChannelSync, BatchWorkflow)
# Each shop is polled by one call at a time, so a few threads read many shops.
POLLS_AT_ONCE = 2
READS_AT_ONCE = 4
OUTSIDE_TIMEOUT = httpx.Timeout(10.0, connect=3.0)

# A live order passes through many threads; beside bulk work it waits for the interpreter's lock at
# each of them, by default up to 5 ms.
SWITCH_SECONDS = 0.0005

log = structlog.get_logger("orderflow.worker")


async def connect(settings: Settings, address: str) -> Client:
    """Connect to Temporal, waiting for it as long as it takes."""
    # The core logs every failed poll; its own lines are kept to what a person can act on.
    logging_config: LoggingConfig = core_logging()
    runtime = Runtime(telemetry=TelemetryConfig(logging=logging_config))
    key = settings.temporal_api_key
    while True:
        try:
            return await Client.connect(
                address,
                namespace=settings.temporal_namespace,
                data_converter=data_converter,
                api_key=key.get_secret_value() if key else None,
                tls=settings.temporal_encrypted,
                runtime=runtime,
            )
        except RuntimeError as error:
            log.warning("worker waits for Temporal", address=address, error=str(error)[:120])
            await asyncio.sleep(1)


async def main(settings: Settings, found: Servers) -> None:
    """Work until SIGTERM or SIGINT, then let running activities finish for up to the grace."""
    sys.setswitchinterval(SWITCH_SECONDS)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    client = await connect(settings, found.temporal_address)
    engine = create_engine(found.database_url, settings.database_pool_size, pre_ping=False)
    await asyncio.to_thread(assert_durable, engine)
    await ensure_schedule(client)
    async with AsyncExitStack() as stack:
        for worker in _workers(settings, client, stack, engine):
            await stack.enter_async_context(worker)
        loops = [
            asyncio.create_task(Relay(engine, found.database_url, client).run()),
            asyncio.create_task(
                keep_started(partial(ensure_syncs, engine, client), "shops", SHOPS_EVERY)
            ),
            asyncio.create_task(StaffWatch(engine, found.database_url, client).run()),
            asyncio.create_task(
                keep_started(partial(ensure_batches, engine, client), "batches", BATCHES_EVERY)
            ),
            asyncio.create_task(Imports(engine).run()),
            asyncio.create_task(Backtests(engine).run()),
            asyncio.create_task(Shadows(engine).run()),
            asyncio.create_task(_notifier(settings, found, engine).run()),
        ]
        log.info("worker is ready", namespace=settings.temporal_namespace)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([stopping, *loops], return_when=asyncio.FIRST_COMPLETED)
        for task in loops:
            task.cancel()
        ended = await asyncio.gather(*loops, return_exceptions=True)
    engine.dispose()
    for result in ended:
        if isinstance(result, Exception):
            raise result


Activity = Callable[..., Any]


def _workers(
    settings: Settings, client: Client, stack: AsyncExitStack, engine: Engine
) -> list[Worker]:
    ledger, warehouse = _erp(settings, stack, engine)
    admission, records = Admission(engine, ledger), Records(engine, ledger)
    warehouses = WarehouseActivities(engine, warehouse)
    channels = ChannelActivities(engine)
    reading = ChannelReading(engine, settings.public_url)
    inner: list[Activity] = [
        admission.admit,
        admission.entitle,
        records.record,
        records.settle,
        records.release,
    ]
    outer: list[Activity] = [
        channels.fulfil,
        channels.cancel_in_channel,
        channels.hold_in_channel,
        channels.release_in_channel,
    ]
    reads: list[Activity] = [reading.look_up_order, reading.mend_subscriptions]
    all_threads = settings.activity_threads

    def on(
        queue: str, activities: list[Activity], threads: int = all_threads, **options: Any
    ) -> Worker:
        executor = stack.enter_context(ThreadPoolExecutor(threads, thread_name_prefix=queue))
        return Worker(
            client,
            task_queue=queue,
            activities=activities,
            activity_executor=executor,
            # Never more activities than threads: one that waits for a thread is timed out and
            # made again by somebody else.
            max_concurrent_activities=threads,
            max_concurrent_local_activities=threads,
            graceful_shutdown_timeout=timedelta(seconds=settings.drain_seconds),
            **options,
        )

    return [
        on(
            calls.ORDERS_QUEUE,
            [*inner, Sweep(engine, client).sweep, Batches(engine, client).work_batch],
            workflows=WORKFLOWS,
            workflow_runner=Sandbox(),
            max_cached_workflows=settings.max_cached_workflows,
        ),
        on(calls.WAREHOUSE_QUEUE, [warehouses.dispatch, warehouses.void_dispatch]),
        *(
            on(calls.channel_queue(name), outer, max_task_queue_activities_per_second=rate)
            for name, rate in write_back_rates().items()
        ),
        *(
            on(
                calls.poll_queue(name),
                [reading.poll_page],
                min(POLLS_AT_ONCE, all_threads),
                max_task_queue_activities_per_second=rate,
            )
            for name, rate in poll_rates().items()
        ),
        *(
            on(
                calls.read_queue(name),
                reads,
                min(READS_AT_ONCE, all_threads),
                max_task_queue_activities_per_second=rate,
            )
            for name, rate in read_rates().items()
        ),
    ]


def _erp(settings: Settings, stack: AsyncExitStack, engine: Engine) -> tuple[Ledger, Warehouse]:
    """Choose who keeps stock and credit, and who prepares: ourselves, or a company's systems."""
    ledger: Ledger = BuiltinLedger()
    warehouse: Warehouse = PickList(engine)
    if settings.erp_url:
        ledger = ErpLedger(stack.enter_context(_http(settings.erp_url, settings.erp_token)))
    if settings.wms_url:
        client = stack.enter_context(_http(settings.wms_url, settings.wms_token))
        warehouse = HttpWarehouse(client)
    return ledger, warehouse


def _http(url: str, token: SecretStr | None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    return httpx.Client(base_url=url, headers=headers, timeout=OUTSIDE_TIMEOUT)


def _notifier(settings: Settings, found: Servers, engine: Engine) -> Notifier:
    return Notifier(engine, found.database_url, media_of(settings), composer_of(settings))


def run() -> None:
    """Entry point: settings from the environment."""
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    asyncio.run(main(settings, servers(settings)))


if __name__ == "__main__":
    run()
