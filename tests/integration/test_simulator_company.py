"""The played ERP and warehouse keep the contract that our clients of them rely on."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

import httpx
import pytest
from sqlalchemy import Connection

from activities.failures import Refused
from activities.ledgers import ErpLedger, Missing
from activities.signatures import DispatchRequest
from activities.warehouses import HttpWarehouse
from domain.order import EXAMPLE, CanonicalOrder
from tests.integration.simulator_world import CONFIG, break_it, simulator

STOCK = {"de": {"KB": 10, "MS": 3}}
# The ERP keeps its own books; no transaction of ours is involved.
NO_TRANSACTION = cast(Connection, None)
ORDER = CanonicalOrder.model_validate(EXAMPLE)
REQUEST = DispatchRequest("ord_1", 1, "ord_1:1", "eu", "de")


@pytest.fixture
def world() -> Iterator[httpx.Client]:
    config = CONFIG.model_copy(update={"stock": STOCK, "credit_limits": {"C-1": "100.00"}})
    with simulator(config) as client:
        yield client


@pytest.fixture
def erp(world: httpx.Client) -> Iterator[ErpLedger]:
    with httpx.Client(base_url=f"{world.base_url}/erp", trust_env=False, timeout=30) as client:
        yield ErpLedger(client)


@pytest.fixture
def warehouse(world: httpx.Client) -> Iterator[HttpWarehouse]:
    with httpx.Client(base_url=f"{world.base_url}/wms", trust_env=False, timeout=30) as client:
        yield HttpWarehouse(client)


def books(world: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = world.get("/state").json()["erp"]
    return found


def reserve(erp: ErpLedger, order_id: str, **quantities: int) -> Missing:
    return erp.reserve(NO_TRANSACTION, order_id, "de", quantities)


def test_a_reservation_is_all_or_nothing_and_repeating_it_changes_nothing(
    world: httpx.Client, erp: ErpLedger
) -> None:
    assert reserve(erp, "ord_1", KB=6) == reserve(erp, "ord_1", KB=6) == Missing()
    assert reserve(erp, "ord_2", KB=5, MS=1) == Missing(short=("KB",))
    assert reserve(erp, "ord_3", XX=1) == Missing(unknown=("XX",))
    assert set(books(world)["reservations"]) == {"ord_1"}
    erp.release(NO_TRANSACTION, "ord_1")
    assert reserve(erp, "ord_2", KB=5, MS=1) == Missing()


def test_goods_that_left_are_booked_once_per_parcel(world: httpx.Client, erp: ErpLedger) -> None:
    reserve(erp, "ord_1", KB=6)
    for _ in range(2):
        erp.ship(NO_TRANSACTION, "ord_1", "ord_1:1", "de", {"KB": 4})
    assert books(world)["reservations"]["ord_1"]["lines"] == {"KB": 2}
    assert reserve(erp, "ord_2", KB=5) == Missing(short=("KB",))
    assert reserve(erp, "ord_2", KB=4) == Missing()


def test_credit_is_held_within_the_limit_and_debt_stays(
    world: httpx.Client, erp: ErpLedger
) -> None:
    def hold(order_id: str, amount: str) -> bool:
        return erp.hold_credit(NO_TRANSACTION, order_id, "C-1", Decimal(amount), "CNY")

    assert hold("ord_1", "60.00")
    assert hold("ord_1", "70.00")
    assert not hold("ord_2", "30.01")
    erp.capture_credit(NO_TRANSACTION, "ord_1")
    erp.release(NO_TRANSACTION, "ord_1")
    assert not hold("ord_2", "30.01")
    assert hold("ord_2", "30.00")


def test_a_dispatch_that_was_called_back_stays_so(
    world: httpx.Client, warehouse: HttpWarehouse
) -> None:
    warehouse.dispatch(REQUEST, ORDER)
    warehouse.void(REQUEST)
    with pytest.raises(Refused):
        warehouse.dispatch(REQUEST, ORDER)
    kept = world.get("/state").json()["wms"]["ord_1:1"]
    assert kept == {"order_id": "ord_1", "warehouse": "de", "voided": True, "puts": 1}


def test_a_call_back_may_overtake_its_dispatch(
    world: httpx.Client, warehouse: HttpWarehouse
) -> None:
    warehouse.void(REQUEST)
    with pytest.raises(Refused):
        warehouse.dispatch(REQUEST, ORDER)


def test_a_reservation_that_was_made_but_denied_is_there_once(
    world: httpx.Client, erp: ErpLedger
) -> None:
    break_it(world, system="erp", operation="reservations", kind="done_but_error", times=1)
    with pytest.raises(httpx.TransportError):
        reserve(erp, "ord_1", KB=6)
    assert reserve(erp, "ord_1", KB=6) == Missing()
    assert reserve(erp, "ord_2", KB=4) == Missing()
