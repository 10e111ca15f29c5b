"""Those who keep the house in order: the administrator, and the auditor who only looks."""

import re
import uuid

import pytest
from playwright.async_api import expect

from channels.spreadsheet.grids import read_grids, write_grids
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


async def test_everybody_goes_out_as_a_workbook_and_comes_back_changed(desks: Desks) -> None:
    name = f"Ida Auditor {uuid.uuid4().hex[:4]}"
    page = await desks.at("admin", "/people")
    async with page.expect_download() as waited:
        await page.get_by_role("button", name="Export").click()
    workbook = await (await waited.value).path()
    sheets = read_grids(await desks.meanwhile(workbook.read_bytes), "people.xlsx")
    rows = [row for sheet in sheets for row in sheet.rows if row and row[0] == "auditor"]
    rows[0][rows[0].index(next(cell for cell in rows[0] if cell.startswith("Ida")))] = name
    await page.get_by_role("button", name="Import").click()
    await page.locator("input[type=file]").set_input_files(
        {"name": "people.xlsx", "mimeType": "", "buffer": write_grids(sheets)}
    )
    await expect(dialog(page).get_by_text("1 person would change.")).to_be_visible()
    await dialog(page).get_by_role("button", name="Change them").click()
    await expect(page.get_by_text("1 person was changed.")).to_be_visible()
    await expect(page.get_by_role("button", name=name)).to_be_visible()


async def test_a_group_is_renamed_and_keeps_its_warehouse(desks: Desks) -> None:
    name = f"Old world {uuid.uuid4().hex[:4]}"
    page = await desks.at("admin", "/people?show=groups")
    await page.get_by_role("row").filter(has_text="de").get_by_role("button").click()
    field = dialog(page).get_by_label("English name")
    before = await field.input_value()
    await field.fill("")
    await dialog(page).get_by_role("button", name="Save").click()
    await expect(dialog(page).get_by_text("Please fill this in.")).to_be_visible()
    for each in (name, before):
        await field.fill(each)
        await dialog(page).get_by_role("button", name="Save").click()
        row = page.get_by_role("row").filter(has_text=each)
        await expect(row.get_by_text("de", exact=True)).to_be_visible()
        await row.get_by_role("button").click()
        field = dialog(page).get_by_label("English name")


async def test_of_two_who_edit_a_person_the_second_sees_the_first_and_loses_nothing(
    desks: Desks,
) -> None:
    desks.watch.expect("PUT", "/api/v1/people/carrier", 409)
    page = await desks.at("admin", "/people")
    await page.get_by_role("button", name="carrier", exact=True).click()
    drawer = dialog(page)
    phone = f"+1 213 473 {uuid.uuid4().int % 10_000:04}"
    await drawer.get_by_label("Phone").fill(phone)
    email = f"{uuid.uuid4().hex[:6]}@example.com"

    def change_the_address() -> int:
        with desks.running.api("admin") as api:
            person = api.get("/people/carrier").json()
            body = {key: person[key] for key in person.keys() - {"person_id", "absences"}}
            return api.put("/people/carrier", json=body | {"email": email}).status_code

    assert await desks.meanwhile(change_the_address) == 200
    await drawer.get_by_role("button", name="Save").click()
    await expect(drawer.get_by_text("Changed meanwhile by somebody else: E-mail.")).to_be_visible()
    await expect(drawer.get_by_label("E-mail")).to_have_value(email)
    await expect(drawer.get_by_label("Phone")).to_have_value(phone)
    await drawer.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("carrier was saved.")).to_be_visible()

    def stored() -> tuple[str, str]:
        with desks.running.api("admin") as api:
            person = api.get("/people/carrier").json()
        return person["email"], person["phone"]

    assert await desks.meanwhile(stored) == (email, phone)


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
