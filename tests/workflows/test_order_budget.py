"""What an order costs in history, and what must never be in it."""

import sys

import pytest
from temporalio.client import WorkflowHistory

from tests.workflows.house import House
from tests.workflows.scenarios import SKIPPING
from tests.workflows.world import PERSONAL

pytestmark = pytest.mark.asyncio(loop_scope="session")


def size(history: WorkflowHistory) -> int:
    """Bytes of all events."""
    return sum(event.ByteSize() for event in history.events)


@pytest.mark.parametrize(
    ("path", "events", "kilobytes"), [("auto", 45, 12), ("late_everywhere", 85, 24)]
)
async def test_an_order_stays_within_its_history(
    house: House, path: str, events: int, kilobytes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    history = await (await SKIPPING[path](house, f"budget-{path}")).history()
    with capsys.disabled():  # the figures are worth seeing in every run
        sys.stdout.write(f"\n{path}: {len(history.events)} events, {size(history)} bytes\n")
    assert len(history.events) <= events
    assert size(history) <= kilobytes * 1024


async def test_no_personal_data_enters_temporal(house: House) -> None:
    order = await SKIPPING["amended_in_preparation"](house, "private")
    history = b"".join(event.SerializeToString() for event in (await order.history()).events)
    assert b"SKU-1" in history
    for secret in PERSONAL:
        assert secret.encode() not in history
