"""What operators see in Temporal itself: search attributes, details, and its own command line."""

import asyncio
import json
from datetime import timedelta

import pytest
from temporalio.client import Client

from domain.events import EventKind
from tests.patience import PATIENCE_SECONDS
from tests.workflows.house import House
from tests.workflows.servers import BINARIES
from tests.workflows.test_order_deadlines import continue_as_new
from tests.workflows.world import MANAGER
from workflows import visibility

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def found(client: Client, query: str) -> list[str]:
    """The ids that a query finds, as soon as it finds any."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            ids = [item.id async for item in client.list_workflows(query)]
            if ids:
                return ids


async def test_an_order_is_found_by_what_it_is_and_waits_for(dev_house: House) -> None:
    order = await dev_house.open("searched", "2000.01", country="US")
    await order.story.reached("in_review")
    await order.hold()
    await order.story.happened(EventKind.HELD)
    query = (
        "OrderStage = 'in_review' and OrderChannel = 'shopify' and OrderGroup = 'na' and "
        "ApprovalTier = 'manager' and DestinationCountry = 'US' and OrderFlags = 'held'"
    )
    assert await found(dev_house.env.client, query) == [order.handle.id]
    await order.release()
    await continue_as_new(order)
    attributes = (await order.handle.describe()).typed_search_attributes
    due_at = order.story.now.due_at
    shown = attributes[visibility.DUE_AT]
    assert due_at is not None
    assert abs(shown - due_at) < timedelta(milliseconds=1)
    assert attributes[visibility.STAGE] == "in_review"
    await order.cancel()
    await order.ended()


async def test_the_details_of_an_order_read_like_its_state(dev_house: House) -> None:
    order = await dev_house.open("read", "2000.01")
    await order.story.reached("in_review")
    await order.hold()
    await order.story.happened(EventKind.HELD)
    await order.rests()
    metadata = await order.handle.query("__temporal_workflow_metadata")
    details = metadata.current_details
    assert "### In review · 审核中" in details
    assert "**CONTACT_INVALID** → customer_service" in details
    summary = await (await order.handle.describe()).static_summary()
    assert summary == "shopify berlin · 2000.01 CNY · 5 pcs"
    await order.cancel()
    await order.ended()


async def test_the_command_line_of_temporal_moves_an_order(dev_house: House) -> None:
    order = await dev_house.open("by-hand", "2000.01")
    await order.story.reached("in_review")
    decision = {
        "id": "cli-1",
        "actor": MANAGER,
        "verdict": "approve",
        "content_hash": order.facts.content_hash,
    }
    address = dev_house.env.client.service_client.config.target_host
    process = await asyncio.create_subprocess_exec(
        *(str(BINARIES / "temporal"), "workflow", "signal", "--address", address),
        *("--workflow-id", order.handle.id, "--name", "decide", "--input", json.dumps(decision)),
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0
    await order.story.happened(EventKind.DISPATCHED)
    await order.cancel()
    await order.ended()
