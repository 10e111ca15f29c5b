"""The rules: edited by one person, checked, tried on past orders, published by another."""

import re
import uuid

import pytest
from playwright.async_api import Page, expect

from database import rules
from tests.web.acts import dialog
from tests.web.browsers import DESKTOP, PHONE, Device
from tests.web.office import Desks

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
# From where managers sign afterwards, and an order that stays below.
WORTH = {"desktop": ("2500", "2400"), "phone": ("2600", "2550")}


@pytest.mark.parametrize("publishes_at", [DESKTOP, PHONE], ids=lambda device: device.name)
async def test_a_rule_is_edited_checked_and_tried_by_one_and_published_by_another(
    desks: Desks, publishes_at: Device
) -> None:
    limit, total = WORTH[publishes_at.name]
    placed = await desks.order(total=total)
    await desks.until(placed.order_id, lambda found: found.rule_set != "")
    version = f"web-{uuid.uuid4().hex[:6]}"
    page = await desks.at("editor", "/rules")
    await begin_draft(page, version)
    # First a mistake: no order is above 10,000 and still reaches the row below.
    await change_amount(page, "above_2000", "20000")
    await page.get_by_role("button", name="Save and check").click()
    findings = page.get_by_role("region", name="What the check found")
    await expect(findings.get_by_role("listitem").first).to_be_visible()
    await change_amount(page, "above_2000", limit)
    await page.get_by_role("button", name="Save and check").click()
    await expect(page.get_by_text("Checked").first).to_be_visible()
    await expect(findings.get_by_text("Error", exact=True)).to_have_count(0)
    await expect(page.get_by_text("You edited this draft, so another person")).to_be_visible()
    await expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    await page.get_by_role("button", name="Backtest", exact=True).click()
    await page.get_by_role("button", name="Start a backtest").click()
    await expect(page.get_by_text("Orders judged")).to_be_visible(timeout=60_000)
    await expect(page.get_by_role("img", name="This is a chart").first).to_be_visible()

    page = await desks.at("publisher", f"/rules/{version}?table=approval", publishes_at)
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(dialog(page)).to_contain_text(f"> {limit} CNY")
    await dialog(page).get_by_label("Reason").fill("managers have better things to do")
    await dialog(page).get_by_role("button", name="Put into force").click()
    await expect(page.get_by_text(f"{version} is in force now.")).to_be_visible()

    def in_force() -> str | None:
        with desks.running.engine.connect() as c:
            return rules.published_id(c)

    assert await desks.meanwhile(in_force) == version
    after = await desks.order(total=total)
    found = await desks.until_stage(after.order_id, "preparing")
    assert (found.tier, found.rule_set) == ("auto", version)


async def begin_draft(page: Page, version: str) -> None:
    """Begin a draft as a copy of the version in force."""
    await page.get_by_role("button", name="New draft").click()
    await dialog(page).get_by_label("Name of the version").fill(version)
    await dialog(page).get_by_label("Why").fill("managers sign later")
    await dialog(page).get_by_role("button", name="Begin").click()
    await expect(page.get_by_role("heading", level=1, name=version)).to_be_visible()


async def change_amount(page: Page, row: str, amount: str) -> None:
    """Set the amount above which a row of the approval table counts."""
    tables = page.get_by_role("navigation", name="Tables")
    await tables.get_by_role("button", name=re.compile("^Approval")).click()
    cells = page.locator(f'tr[data-row="{row}"]').get_by_role("button")
    await cells.filter(has_text=">").first.click()
    value = page.get_by_role("spinbutton", name="Value for")
    await value.fill(amount)
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_text("Not saved")).to_be_visible()


async def test_on_a_phone_a_draft_is_read_and_the_page_says_where_it_is_edited(
    desks: Desks,
) -> None:
    version = f"web-{uuid.uuid4().hex[:6]}"
    page = await desks.at("editor", "/rules", PHONE)
    await begin_draft(page, version)
    await expect(page.get_by_text("You may edit this draft on a wider screen")).to_be_visible()
    await page.get_by_role("button", name="Discard").click()
    await dialog(page).get_by_role("button", name="Discard").click()
    await expect(page.get_by_text("Discarded").first).to_be_visible()
