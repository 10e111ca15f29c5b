"""Real people's days in a real browser, against the whole of orderflow."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bench.browser import chromium, chromium_path
from tests.running import Running
from tests.web.browsers import PATIENCE_MS
from tests.web.office import Desks, Office, employ

# Other work may slow the machine down.
expect.set_options(timeout=PATIENCE_MS)
_NO_CHROMIUM = "no Chromium here: apt-get install chromium, or name it in ORDERFLOW_CHROMIUM"
_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def has_browser() -> None:
    """There is a Chromium; without one the lane is skipped, in CI it fails."""
    if chromium_path() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_NO_CHROMIUM)
        pytest.skip(_NO_CHROMIUM)


@pytest.fixture(scope="session")
def running(has_browser: None) -> Iterator[Running]:
    """Real servers with api and worker beside them, and staff with passwords."""
    running = Running()
    employ(running)
    yield running
    running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office(running: Running) -> AsyncIterator[Office]:
    """One browser for all of them."""
    async with chromium() as browser:
        yield Office(running, browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Let `desks` know whether the test failed."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest_asyncio.fixture(loop_scope="session")
async def desks(
    office: Office, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Desks]:
    """The windows of a test; afterwards none of them may have been in trouble."""
    desks = Desks(office)
    yield desks
    has_failed = request.node.stash.get(_FAILED, False)
    if has_failed:
        print("the pages as they were:", *await desks.photograph(tmp_path))  # noqa: T201
    await desks.leave()
    if has_failed:
        print("what the pages did:", *desks.watch.troubles, sep="\n")  # noqa: T201
    else:
        assert desks.watch.troubles == []
