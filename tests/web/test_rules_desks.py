"""The rules: edited by one person, checked, tried on past orders, published by another."""

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from bench.stack import bench_rules
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


async def test_a_shadow_is_stopped_and_a_draft_put_on_top_of_what_was_published_meanwhile(
    desks: Desks,
) -> None:
    version, other = (f"web-{uuid.uuid4().hex[:6]}" for _ in range(2))
    # There is none to begin with.
    desks.watch.expect("GET", f"/api/v1/rules/{version}/shadow", 404)
    page = await desks.at("editor", "/rules")
    await begin_draft(page, version)
    await page.get_by_role("button", name="Shadow", exact=True).click()
    await page.get_by_role("button", name="Start the shadow").click()
    await expect(page.get_by_text("Running", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Stop", exact=True).click()
    await expect(page.get_by_text("Ended", exact=True).first).to_be_visible()

    def publish() -> None:
        rule_set = replace(bench_rules(), version=other)
        with desks.running.engine.begin() as c:
            rules.put_in_force(c, rule_set, "author", "publisher", "meanwhile", datetime.now(UTC))

    await desks.meanwhile(publish)
    await page.goto(f"/rules/{version}")
    await expect(page.get_by_text(f"but {other} is in force now")).to_be_visible()
    await page.get_by_role("button", name="Put on top").click()
    await expect(page.get_by_text(f"but {other} is in force now")).to_have_count(0)
    await page.get_by_role("button", name="Discard").click()
    await dialog(page).get_by_role("button", name="Discard").click()
    await expect(page.get_by_text("Discarded").first).to_be_visible()


async def test_of_two_who_edit_a_draft_the_second_chooses_row_by_row_and_loses_nothing(
    desks: Desks,
) -> None:
    version = f"web-{uuid.uuid4().hex[:6]}"
    desks.watch.expect("PUT", f"/api/v1/rules/{version}", 409)
    desks.watch.expect("PUT", f"/api/v1/rules/{version}", 412)
    page = await desks.at("editor", "/rules")
    await begin_draft(page, version)
    await change_amount(page, "above_2000", "3100")
    other = await desks.at("publisher", f"/rules/{version}?table=approval")
    await change_amount(other, "above_2000", "3200")
    await other.get_by_role("button", name="Save and check").click()
    await expect(other.get_by_text("Checked").first).to_be_visible()
    await page.get_by_role("button", name="Save and check").click()
    conflict = page.get_by_role("dialog", name="Somebody saved this draft meanwhile")
    await expect(conflict).to_contain_text("Sven Publisher")
    await expect(conflict).to_contain_text("3,200 CNY")
    await expect(conflict).to_contain_text("3,100 CNY")
    await conflict.get_by_role("button", name="All yours").click()
    await conflict.get_by_role("button", name="Save this choice").click()
    await expect(page.get_by_text("Saved, revision 3")).to_be_visible()
    await expect(page.locator('tr[data-row="above_2000"]')).to_contain_text("3,100")
    await page.get_by_role("button", name="Discard").click()
    await dialog(page).get_by_role("button", name="Discard").click()
    await expect(page.get_by_text("Discarded").first).to_be_visible()
