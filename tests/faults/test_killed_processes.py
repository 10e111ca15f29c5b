"""kill -9 of every process in the middle of forty orders: nothing lost, nothing done twice."""

import os
import signal
import time
from collections import Counter

import pytest
from sqlalchemy import text

from orderflow.doctor import examine
from tests.faults.attack import (
    APPROVERS,
    PATIENCE,
    Staff,
    doctor,
    kill,
    settings_of,
    stages,
    until_half_are_known,
)
from tests.faults.conftest import World
from tests.running import wait_for

ORDERS = 40


@pytest.mark.timeout(400)
def test_every_process_killed_in_the_middle_of_forty_orders(world: World) -> None:
    running = world.running
    staff = Staff(running)
    names = []
    try:
        for victim in ("worker", "api", "temporal", "postgres"):
            names += world.place(ORDERS // 4)
            until_half_are_known(running, names)
            kill(running, victim)

        def all_completed() -> bool:
            return stages(running, names) == {"completed": ORDERS}

        wait_for(all_completed, lambda: f"all completed: {stages(running, names)}", PATIENCE)
    finally:
        staff.stop()
    record = world.on_record()
    dispatched = Counter(str(each["order_id"]) for each in record["wms"].values())
    assert len(dispatched) == ORDERS
    assert set(dispatched.values()) == {1}
    told = Counter(str(each["event"]["order_id"]) for each in record["storefront"].values())  # type: ignore[index]
    assert told == Counter(names)
    assert running.run(examine(settings_of(running))) == []


@pytest.mark.timeout(400)
def test_a_system_that_does_it_and_denies_it_is_asked_again_under_the_same_key(
    world: World,
) -> None:
    faults = [
        {"system": system, "kind": "done_but_error", "times": 2} for system in ("wms", "storefront")
    ]
    world.simulator.post("/control/faults", json={"faults": faults}).raise_for_status()
    approvers = Staff(world.running, APPROVERS)
    (name,) = world.place(1)
    order_id = world.running.order_id(name)

    def puts() -> int:
        dispatches = world.on_record()["wms"].values()
        return sum(int(str(each["puts"])) for each in dispatches if each["order_id"] == order_id)

    # Its keeper waits until the warehouse has it for good.
    wait_for(lambda: puts() == 3, "the dispatch to be asked for three times")
    world.running.until(order_id, lambda found: found.waits_for == "prepare")
    staff = Staff(world.running)
    try:
        wait_for(lambda: stages(world.running, [name])["completed"], "the order", 120)
    finally:
        approvers.stop()
        staff.stop()
        world.simulator.post("/control/faults", json={"faults": []})
    told = [
        event
        for event in world.on_record()["storefront"].values()
        if event["event"]["order_id"] == name  # type: ignore[index]
    ]
    assert (puts(), [event["calls"] for event in told]) == (3, [3])


@pytest.mark.timeout(400)
def test_intake_answers_while_temporal_is_down_and_the_order_starts_when_it_is_back(
    world: World,
) -> None:
    supervisor = world.running.house.supervisor
    pid = supervisor.pid("temporal")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        name = world.running.order()
        order_id = world.running.order_id(name)
        time.sleep(1)  # long enough for a workflow to have started, were it possible
        assert world.running.progress(order_id) is None
    finally:
        os.kill(pid, signal.SIGCONT)
    world.running.until_stage(order_id, "preparing")


@pytest.mark.timeout(400)
def test_a_planted_violation_makes_the_doctor_exit_with_1(world: World) -> None:
    healthy = doctor(world.running)
    assert (healthy.returncode, "All invariants hold" in healthy.stdout) == (0, True), healthy
    plant = text(
        "UPDATE audit SET actor = 'somebody else' WHERE (chain, seq) IN (SELECT chain, seq"
        " FROM audit WHERE chain LIKE 'ord_%' ORDER BY chain LIMIT 1)"
    )
    with world.running.engine.begin() as c:
        assert c.execute(plant).rowcount == 1
    sick = doctor(world.running)
    assert (sick.returncode, "I10" in sick.stdout) == (1, True), sick
