"""Those who sign: managers, director and finance, and a lead with a batch of a group."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.web.acts import OVERHANG, act, dialog, go, tap
from tests.web.browsers import DESKTOP, PHONE, Device
from tests.web.office import Desks, sign_in

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
BOTH = pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=lambda device: device.name)


async def waiting_for_approval(page: Page, group: str) -> set[str]:
    """Return the orders of a group that wait for the signature of whoever is signed in."""
    tasks = (await (await page.request.get("/api/v1/tasks")).json())["tasks"]
    return {
        task["order_id"] for task in tasks if (task["kind"], task["group"]) == ("approve", group)
    }


@BOTH
async def test_a_regional_manager_approves_one_order_and_rejects_another_with_a_reason(
    desks: Desks, device: Device
) -> None:
    good, bad = await desks.order(total="3000.00"), await desks.order(total="4000.00")
    for placed in (good, bad):
        await desks.until_stage(placed.order_id, "in_review")
    page = await desks.at("manager", "/work", device)
    await tap(page, f"Approve {good.number}")
    await desks.until_stage(good.order_id, "preparing")
    await tap(page, f"Reject {bad.number}")
    reject = dialog(page).get_by_role("button", name="Reject")
    await reject.click()
    await expect(dialog(page).get_by_text("Please fill this in.")).to_be_visible()
    await dialog(page).get_by_label("Reason").fill("not at this price")
    await reject.click()
    closed = await desks.until_stage(bad.order_id, "closed_abnormally")
    assert closed.closed_reason == "APPROVAL_REJECTED"
    await page.goto(f"/orders/{bad.order_id}")
    await expect(page.get_by_text("not at this price").first).to_be_visible()


@BOTH
async def test_director_and_finance_both_sign_a_large_order(desks: Desks, device: Device) -> None:
    placed = await desks.order(total="20000.00")
    await desks.until_stage(placed.order_id, "in_review")
    page = await desks.at("director", f"/orders/{placed.order_id}", device)
    await act(page, "Approve")
    await expect(page.get_by_text("Other signatures are still awaited.").first).to_be_visible()
    page = await desks.at("money", "/work", device)
    await tap(page, f"Approve {placed.number}")
    await desks.until_stage(placed.order_id, "preparing")


@BOTH
async def test_a_lead_approves_all_orders_of_a_group_after_a_look_at_what_it_comes_to(
    desks: Desks, device: Device
) -> None:
    orders = [await desks.order(total="3500.00") for _ in range(3)]
    for placed in orders:
        await desks.until_stage(placed.order_id, "in_review")
    page = await desks.at("lead-na", "/", device)
    # Orders of others may wait for a signature as well.
    all_of_na = await waiting_for_approval(page, "na")
    assert {placed.order_id for placed in orders} <= all_of_na
    await go(page, device, "My work")
    await page.get_by_role("button", name="Approve all of na").click()
    sheet = dialog(page)
    await expect(sheet.get_by_text("Wait for you")).to_be_visible()
    await expect(sheet.locator("dd").first).to_have_text(str(len(all_of_na)))
    await sheet.get_by_role("button", name=f"Approve {len(all_of_na)} orders").click()
    done = f"Done: {len(all_of_na)} of {len(all_of_na)} answered."
    await expect(sheet.get_by_text(done)).to_be_visible()
    for placed in orders:
        item = sheet.get_by_role("listitem").filter(has_text=placed.number)
        await expect(item).to_contain_text("Accepted")
        await desks.until_stage(placed.order_id, "preparing")


@BOTH
async def test_what_others_do_to_an_order_is_seen_without_loading_again(
    desks: Desks, device: Device
) -> None:
    placed = await desks.order(total="3000.00")
    await desks.until_stage(placed.order_id, "in_review")
    page = await desks.at("service", f"/orders/{placed.order_id}", device)
    await expect(page.get_by_role("listitem").filter(has_text="In review").first).to_have_attribute(
        "aria-current", "step"
    )
    await expect(page.locator(".live")).to_have_attribute("data-state", "live")
    await page.evaluate("window.isTheSamePage = true")

    def approve() -> int:
        body = {
            "verdict": "approve",
            "content_hash": desks.running.content_hash(placed.order_id),
        }
        path = f"/orders/{placed.order_id}/decisions"
        return desks.running.act("manager", path, body).status_code

    assert await desks.meanwhile(approve) == 200
    await expect(page.get_by_role("listitem").filter(has_text="Preparing").first).to_have_attribute(
        "aria-current", "step"
    )
    assert await page.evaluate("window.isTheSamePage") is True


async def test_a_page_that_lost_its_connection_says_so_until_it_is_back(desks: Desks) -> None:
    page = await desks.window(PHONE)
    await page.context.route("**/api/v1/events*", lambda route: route.abort())
    await sign_in(page, "seller")
    state = page.locator(".live")
    await expect(state).to_have_attribute("data-state", "reconnecting")
    assert await page.evaluate(OVERHANG) == []
    await expect(state).to_have_text(re.compile("Behind"))
    assert await page.evaluate(OVERHANG) == []
    await page.context.unroute("**/api/v1/events*")
    await expect(state).to_have_text(re.compile("Live"))
