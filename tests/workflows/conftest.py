"""One server of each kind for the whole lane: orders do not disturb each other."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.workflows import house as houses
from tests.workflows.house import House

# They assert, too; a lane that imports them only then sees what differed.
pytest.register_assert_rewrite("tests.workflows.scenarios")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house() -> AsyncIterator[House]:
    """A house on the test server, whose clock jumps."""
    async with houses.skipping_house() as skipping:
        yield skipping


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dev_house() -> AsyncIterator[House]:
    """A house on the dev server, which suggests to continue as new after 50 events."""
    async with houses.dev_house() as dev:
        yield dev
