"""Those who keep the house in order: the administrator, and the auditor who only looks."""

import re
import uuid

import pytest
from playwright.async_api import expect

from tests.web.acts import act, choose, dialog, go
from tests.web.browsers import DESKTOP, PHONE, Device
from tests.web.office import Desks

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
BOTH = pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=lambda device: device.name)
AUDITED = ("/", "/work", "/orders", "/quarantine", "/rules", "/people", "/channels", "/audit")
# What somebody could change something with, wherever it stands.
CHANGES = re.compile(
    "^(Confirm|Approve|Reject|Ship|Mark delivered|Release|Hold|Cancel order|Send|New draft"
    "|Upload|Add|Import|Publish|Discard|Put away|Poll|Edit|Save)"
)


@BOTH
async def test_an_administrator_changes_a_persons_limit_and_notes_an_absence(
    desks: Desks, device: Device
) -> None:
    desks.watch.expect("PUT", "/api/v1/people/seller", 422)
    page = await desks.at("admin", "/", device)
    await go(page, device, "People")
    await page.get_by_role("button", name="seller", exact=True).click()
    drawer = dialog(page)
    limit, month = ("5000", "05") if device.is_phone else ("6000", "06")
    await drawer.get_by_label("Approval limit").fill("much")
    await drawer.get_by_role("button", name="Save").click()
    await expect(drawer.get_by_role("alert").first).to_be_visible()
    await drawer.get_by_label("Approval limit").fill(limit)
    await drawer.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("seller was saved.")).to_be_visible()
    await page.get_by_role("button", name="seller", exact=True).click()
    await dialog(page).get_by_role("button", name="Add an absence").click()
    sheet = page.get_by_role("dialog", name=re.compile("Absence of"))
    await sheet.get_by_label("From").fill(f"2031-{month}-01T08:00")
    await sheet.get_by_label("Until").fill(f"2031-{month}-08T08:00")
    await choose(sheet, "Stands in", "service")
    await sheet.get_by_role("button", name="Add an absence").click()
    await expect(page.get_by_text("The absence was noted")).to_be_visible()

    def stored() -> list[dict[str, str]]:
        with desks.running.api("admin") as api:
            seller = api.get("/people/seller").json()
        assert seller["approval_limit"].startswith(limit)
        absences: list[dict[str, str]] = seller["absences"]
        return absences

    found = [each for each in await desks.meanwhile(stored) if f"2031-{month}" in each["begins_at"]]
    assert [each["delegate_id"] for each in found] == ["service"]


@BOTH
async def test_an_auditor_reads_what_was_done_and_finds_nothing_to_press(
    desks: Desks, device: Device
) -> None:
    placed = await desks.order(total="3000.00")
    await desks.until_stage(placed.order_id, "in_review")
    note = f"asked by the auditor's test {uuid.uuid4().hex[:6]}"

    def hold() -> int:
        with desks.running.api("lead") as api:
            body = {"reason": "OTHER", "note": note}
            return api.post(f"/orders/{placed.order_id}/holds", json=body).status_code

    assert await desks.meanwhile(hold) == 202
    page = await desks.at("auditor", f"/audit?subject={placed.order_id}", device)
    await expect(page.locator("#main").get_by_text("Held", exact=True).first).to_be_visible()
    await page.goto(f"/orders/{placed.order_id}")
    await expect(page.get_by_text("There is nothing for you to do here now.")).to_be_visible()
    await expect(page.get_by_text("17 Invented Street")).to_have_count(0)
    for path in AUDITED:
        await page.goto(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator("#main .ant-skeleton")).to_have_count(0)
        await expect(page.locator("#main").get_by_role("button", name=CHANGES)).to_have_count(0)


@BOTH
async def test_an_order_is_held_and_the_hold_taken_back(desks: Desks, device: Device) -> None:
    placed = await desks.order(total="3000.00")
    await desks.until_stage(placed.order_id, "in_review")
    page = await desks.at("seller", f"/orders/{placed.order_id}", device)
    await act(page, "Hold")
    await choose(dialog(page), "Reason code", "Customs papers")
    await dialog(page).get_by_label("Reason", exact=True).fill("papers are missing")
    await dialog(page).get_by_role("button", name="Hold").click()
    await desks.until(placed.order_id, lambda found: found.held)
    await expect(page.get_by_text("papers are missing").first).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await desks.until(placed.order_id, lambda found: not found.held)
