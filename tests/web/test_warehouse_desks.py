"""The warehouse and those who follow parcels; whose orders are whose."""

import pytest
from playwright.async_api import expect

from tests.web.acts import act, choose, dialog, tap
from tests.web.browsers import DESKTOP, PHONE, Device
from tests.web.office import Desks

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
BOTH = pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=lambda device: device.name)


@BOTH
async def test_a_keeper_ships_with_a_tracking_number_and_logistics_marks_it_delivered(
    desks: Desks, device: Device
) -> None:
    placed = await desks.order()
    await desks.until(placed.order_id, lambda found: found.waits_for == "prepare")
    page = await desks.at("keeper-na", "/work", device)
    await tap(page, f"Ship {placed.number}")
    await dialog(page).get_by_role("button", name="Ship").click()
    await expect(dialog(page).get_by_text("Please fill this in.")).to_be_visible()
    await dialog(page).get_by_label("Tracking number").fill(f"1Z-{placed.number[1:]}")
    await dialog(page).get_by_label("Carrier (optional)").fill("ups")
    await dialog(page).get_by_role("button", name="Ship").click()
    await desks.until_stage(placed.order_id, "shipped")
    await page.context.close()
    page = await desks.at("carrier", f"/orders/{placed.order_id}", device)
    await act(page, "Mark delivered")
    await dialog(page).get_by_role("button", name="Mark delivered").click()
    await expect(page.get_by_text("Delivery reported.").first).to_be_visible()
    await desks.until_stage(placed.order_id, "completed")


@BOTH
async def test_a_keeper_of_another_group_does_not_get_an_order_to_see(
    desks: Desks, device: Device
) -> None:
    placed = await desks.order()
    await desks.until(placed.order_id, lambda found: found.waits_for == "prepare")
    path = f"/api/v1/orders/{placed.order_id}"
    for part in ("", "/answer", "/actions", "/timeline", "/explanation", "/messages"):
        desks.watch.expect("GET", path + part, 404)
        desks.watch.expect("GET", path + part, 403)
    page = await desks.at("keeper-eu", f"/orders/{placed.order_id}", device)
    await expect(page.get_by_role("alert").first).to_be_visible()
    await expect(page.get_by_text(placed.number)).to_have_count(0)
    await page.goto(f"/orders?q={placed.number[1:]}")
    await expect(page.get_by_text("No order").first).to_be_visible()


@BOTH
async def test_a_lead_picks_the_group_of_an_order_that_has_no_route(
    desks: Desks, device: Device
) -> None:
    placed = await desks.order(country="GB")
    await desks.until(placed.order_id, lambda found: found.held)
    page = await desks.at("lead", "/work", device)
    await tap(page, f"Pick group {placed.number}")
    await choose(dialog(page), "Group", "Europe")
    await dialog(page).get_by_role("button", name="Pick group").click()
    found = await desks.until_stage(placed.order_id, "preparing")
    assert found.group == "eu"
