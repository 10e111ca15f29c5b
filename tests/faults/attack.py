"""What the fault tests do to a running orderflow, and how they look at it afterwards."""

import os
import signal
import subprocess
import threading
from collections import Counter
from contextlib import suppress

import httpx
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from orderflow.settings import Settings
from orderflow.up import command
from tests.running import Running, wait_for

PATIENCE = 180.0
APPROVERS = ("director", "money")
EVERYBODY = (*APPROVERS, "keeper-na", "carrier")


class Staff:
    """People who ship what is prepared and deliver what is shipped, whatever is down just now."""

    def __init__(self, running: Running, people: tuple[str, ...] = EVERYBODY) -> None:
        self._running = running
        self._people = people
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Go home."""
        self._stopping.set()
        self._thread.join(timeout=30)

    def _work(self) -> None:
        clients = [self._running.api(person) for person in self._people]
        while not self._stopping.wait(0.2):
            for client in clients:
                # Whatever is down just now comes back; the task is still there then.
                with suppress(httpx.HTTPError, KeyError, OperationalError):
                    self._round(client)

    def _round(self, client: httpx.Client) -> None:
        for task in client.get("/tasks?limit=100").json()["tasks"]:
            order_id = task["order_id"]
            if task["kind"] == "approve":
                content_hash = self._running.content_hash(order_id)
                body = {"verdict": "approve", "content_hash": content_hash}
                client.post(f"/orders/{order_id}/decisions", json=body)
            elif task["kind"] == "prepare" and self._is_known_to_the_warehouse(order_id):
                body = {"tracking_number": f"T-{order_id}", "carrier": "ups"}
                client.post(f"/orders/{order_id}/shipments", json=body)
            elif task["kind"] == "follow_delivery":
                client.post(f"/orders/{order_id}/deliveries", json={})

    def _is_known_to_the_warehouse(self, order_id: str) -> bool:
        """A keeper picks what the warehouse system shows; it is told beside the story."""
        found = self._running.progress(order_id)
        return found is not None and found.waits_for == "prepare"


def kill(running: Running, name: str) -> None:
    """kill -9 a process and wait until its supervisor has it back and serving."""
    supervisor = running.house.supervisor
    pid = supervisor.pid(name)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: supervisor.pid(name) not in (None, pid), f"{name} to be restarted")
    running.run(supervisor.wait_ready(name))


def stages(running: Running, names: list[str]) -> Counter[str]:
    """Count the orders of these external ids by stage."""
    query = text(
        "SELECT p.stage FROM orders o JOIN order_progress p USING (order_id)"
        " WHERE o.external_id = ANY(:names)"
    )
    with running.engine.connect() as c:
        return Counter(row.stage for row in c.execute(query, {"names": names}))


def until_half_are_known(running: Running, names: list[str]) -> None:
    """Wait until the read model has seen more than half of these orders."""
    wait_for(lambda: stages(running, names).total() > len(names) // 2, "orders", PATIENCE)


def doctor(running: Running) -> subprocess.CompletedProcess[str]:
    """Run `orderflow doctor` as an operator would."""
    environment = {
        **os.environ,
        "ORDERFLOW_DATABASE_URL": running.house.database_url,
        "ORDERFLOW_TEMPORAL_ADDRESS": running.house.temporal_address,
    }
    return subprocess.run(
        command("doctor"),
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def settings_of(running: Running) -> Settings:
    """Return the settings under which the doctor examines it."""
    return Settings(
        database_url=running.house.database_url, temporal_address=running.house.temporal_address
    )
