"""The whole of orderflow, once per test process."""

from collections.abc import Iterator

import pytest

from tests.patience import PATIENCE_SECONDS
from tests.running import Running


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """Real servers with api and worker beside them, and staff."""
    running = Running()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def patient_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the API of a test wait for an order's answer rather than say that it is on its way."""
    monkeypatch.setattr("api.workflow_calls.SECONDS_TO_ANSWER", PATIENCE_SECONDS)
