"""The whole of orderflow, once per test process."""

from collections.abc import Iterator

import pytest

from tests.running import Running


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """Real servers with api and worker beside them, and staff."""
    running = Running()
    yield running
    running.close()
