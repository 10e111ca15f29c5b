"""A bare hand-written workflow of the same shape as an order that nothing stops.

The same timers, signals, local activities and calls to outside systems, but no rules, no database
and nothing to remember: what is left is Temporal's own price, against which ours is measured.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from workflows.payloads import data_converter

QUEUE = "bench-bare"
OUTSIDE_QUEUE = "bench-bare-outside"
THREADS = 16
WRITE = timedelta(seconds=10)
CALL = timedelta(seconds=30)


@dataclass(frozen=True)
class Bare:
    """What the bare workflow starts with, about as large as an order's facts."""

    order_id: str
    window_seconds: int
    ballast: str = ""


@activity.defn
def write(order_id: str) -> None:
    """Stands for admission, settlement and each record."""


@activity.defn
def call(order_id: str) -> None:
    """Stands for the warehouse and for the channel."""


@activity.defn
def announce(order_id: str) -> None:
    """Tells the driver, over standard output, that this order waits for its signal."""
    sys.stdout.write(order_id + "\n")
    sys.stdout.flush()


@workflow.defn
class BareWorkflow:
    """Start, write, call, wait for shipment, write, call, wait for delivery, wait, end."""

    def __init__(self) -> None:
        self._shipped = self._delivered = False

    @workflow.signal
    def ship(self) -> None:
        """The parcel left."""
        self._shipped = True

    @workflow.signal
    def deliver(self) -> None:
        """The parcel arrived."""
        self._delivered = True

    @workflow.run
    async def run(self, bare: Bare) -> None:
        """Walk the shape."""
        await self._write(bare, 2)  # admission, record
        await self._call(bare)
        await self._announce(bare, 1)  # record
        await workflow.wait_condition(lambda: self._shipped, timeout=timedelta(hours=4))
        await self._write(bare, 2)  # settlement, record
        await self._call(bare)
        await self._announce(bare, 1)  # record
        await workflow.wait_condition(lambda: self._delivered)
        await self._write(bare, 1)
        await workflow.sleep(timedelta(seconds=bare.window_seconds))
        await self._write(bare, 1)

    async def _write(self, bare: Bare, times: int) -> None:
        for _ in range(times):
            await workflow.execute_local_activity(
                write, bare.order_id, start_to_close_timeout=WRITE
            )

    async def _announce(self, bare: Bare, times: int) -> None:
        for _ in range(times):
            await workflow.execute_local_activity(
                announce, bare.order_id, start_to_close_timeout=WRITE
            )

    async def _call(self, bare: Bare) -> None:
        await workflow.execute_activity(
            call, bare.order_id, task_queue=OUTSIDE_QUEUE, start_to_close_timeout=CALL
        )


async def main(address: str, namespace: str) -> None:
    """Run the bare worker until it is killed."""
    client = await Client.connect(address, namespace=namespace, data_converter=data_converter)
    with ThreadPoolExecutor(THREADS) as inner, ThreadPoolExecutor(THREADS) as outer:
        async with (
            Worker(
                client,
                task_queue=QUEUE,
                workflows=[BareWorkflow],
                activities=[write, announce],
                activity_executor=inner,
                max_concurrent_activities=THREADS,
            ),
            Worker(
                client,
                task_queue=OUTSIDE_QUEUE,
                activities=[call],
                activity_executor=outer,
                max_concurrent_activities=THREADS,
            ),
        ):
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
