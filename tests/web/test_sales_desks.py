"""Customer service and sales: orders by the form, a message corrected, a file imported."""

import uuid

import pytest
from playwright.async_api import Page, expect

from tests.integration.imports_world import csv_of, row
from tests.running import order_document
from tests.web.acts import act, choose, dialog, go, tap
from tests.web.browsers import DESKTOP, PHONE, Device
from tests.web.office import Desks

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
BOTH = pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=lambda device: device.name)


@BOTH
async def test_customer_service_writes_an_order_with_the_form_and_confirms_it(
    desks: Desks, device: Device
) -> None:
    page = await desks.at("service", "/", device)
    await go(page, device, "New order")
    number = f"F-{uuid.uuid4().hex[:8]}"
    await fill_in_order(page, number)
    await page.get_by_role("button", name="Send the order").click()
    await page.get_by_role("button", name="Open the order").click()
    await expect(page.get_by_role("heading", level=1, name=number)).to_be_visible()
    await go(page, device, "My work")
    await tap(page, f"Confirm {number}")
    await expect(page.get_by_role("status").filter(has_text="Confirmed.").first).to_be_visible()
    await page.goto(f"/orders?q={number}")
    await expect(page.locator("#main").get_by_text("Preparing").first).to_be_visible()


@BOTH
async def test_a_seller_enters_a_large_order_and_copies_the_answer_for_its_customer(
    desks: Desks, device: Device
) -> None:
    page = await desks.at("seller", "/", device)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await go(page, device, "New order")
    number = f"S-{uuid.uuid4().hex[:8]}"
    await fill_in_order(page, number, price="3000.00")
    await page.get_by_role("button", name="Send the order").click()
    await page.get_by_role("button", name="Open the order").click()
    await act(page, "Confirm")
    await expect(page.get_by_role("status").filter(has_text="Confirmed.").first).to_be_visible()
    await go(page, device, "Orders")
    await page.get_by_role("searchbox", name="Search").fill(number)
    found = page.locator("#main").get_by_role("link").filter(has_text=number)
    await expect(found).to_have_count(1)
    await expect(page.locator("#main").get_by_text("In review").last).to_be_visible()
    await found.click()
    await expect(page.get_by_role("heading", level=1, name=number)).to_be_visible()
    standing = page.locator(".standing")
    await expect(standing).to_contain_text("approval")
    await expect(standing).to_contain_text("Regional manager")
    # Whoever submitted an order does not sign it.
    bar = page.get_by_role("toolbar", name="Actions")
    await bar.get_by_role("button", name="More").click()
    await expect(dialog(page).get_by_role("button", name="Urge", exact=True)).to_be_visible()
    await expect(dialog(page).get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    await page.keyboard.press("Escape")
    answer = page.get_by_role("region", name="Answer for the customer")
    text = await answer.locator("p[lang=en]").inner_text()
    assert "your order is being checked" in text
    await answer.get_by_role("button", name="Copy English").click()
    await expect(page.get_by_text("Copied.").first).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == text


async def fill_in_order(page: Page, number: str, price: str = "100.00") -> None:
    """Fill in the form, with a postal code that is wrong at first."""
    customer = page.get_by_role("region", name="Customer")
    await customer.get_by_text("Consumer").click()
    await customer.get_by_role("textbox", name="Name", exact=True).fill("Robin Testperson")
    await customer.get_by_role("textbox", name="E-mail").fill("robin@example.com")
    phone = customer.get_by_role("textbox", name="Phone")
    await phone.fill("12")
    address = page.get_by_role("region", name="Shipping address")
    await choose(address, "Country", "United States")
    await expect(customer.locator(".finding").first).to_be_visible()
    await phone.fill("+1 213 473 3231")
    await expect(customer.locator(".finding")).to_have_count(0)
    await address.get_by_role("textbox", name="Recipient").fill("Robin Testperson")
    await address.get_by_role("textbox", name="Street and number").fill("17 Invented Street")
    await address.get_by_role("textbox", name="City").fill("Los Angeles")
    await address.get_by_role("textbox", name="State or province").fill("CA")
    await address.get_by_role("textbox", name="Phone for the delivery").fill("+1 213 473 3231")
    code = address.get_by_role("textbox", name="Postal code")
    await code.fill("9001")
    await code.blur()
    await expect(code).to_have_attribute("aria-invalid", "true")
    await code.fill("90012")
    await expect(code).to_have_attribute("aria-invalid", "false")
    lines = page.get_by_role("region", name="Lines")
    await lines.get_by_role("textbox", name="SKU").fill("KB-200")
    await lines.get_by_role("textbox", name="Unit price").fill(price)
    order = page.get_by_role("region", name="Order and payment")
    await order.get_by_role("textbox", name="Order number").fill(number)
    await order.get_by_role("textbox", name="Shop").fill("phone")
    await choose(order, "Currency", "CNY")
    await choose(order, "Payment", "Paid")
    await expect(page.get_by_text("Nothing is missing.")).to_be_visible()


@BOTH
async def test_a_message_without_postal_code_is_corrected_and_becomes_an_order(
    desks: Desks, device: Device
) -> None:
    document = order_document(country="DE")
    del document["shipping_address"]["postal_code"]
    answer = await desks.meanwhile(
        lambda: desks.running.post_storefront({"topic": "order.created", "order": document})
    )
    assert answer.status_code == 200
    number = str(document["external_id"])
    page = await desks.at("service", "/quarantine", device)
    await page.get_by_role("link", name=number).click()
    message = page.get_by_role("textbox", name="The message: correct it here")
    text = await message.input_value()
    assert '"city": "Berlin"' in text
    await message.fill(text.replace('"city": "Berlin"', '"city": "Berlin", "postal_code": "10115"'))
    await page.get_by_label("Why it was changed").fill("asked the customer")
    await page.get_by_role("button", name="Send corrected").click()
    await expect(page.get_by_text("The corrected message is on its way in.")).to_be_visible()
    order_id = await desks.meanwhile(lambda: desks.running.order_id(number))
    await page.goto(f"/orders/{order_id}")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(number)


@BOTH
async def test_a_file_is_imported_in_sight_and_its_errors_come_back_as_a_workbook(
    desks: Desks, device: Device
) -> None:
    shop = f"files-{uuid.uuid4().hex[:6]}"
    content = csv_of([row("W-1"), row("W-2", quantity="1.5"), row("W-3")])
    page = await desks.at("service", "/", device)
    await go(page, device, "Imports")
    await page.get_by_text("What counts where the files say nothing").click()
    await page.get_by_label("Shop").fill(shop)
    await page.locator("input[type=file]").set_input_files(
        {"name": f"{shop}.csv", "mimeType": "text/csv", "buffer": content}
    )
    await page.get_by_role("button", name="Import", exact=True).click()
    drawer = page.get_by_role("dialog")
    await expect(drawer.get_by_role("progressbar")).to_be_visible()
    await expect(drawer.get_by_text("3 rows read")).to_be_visible()
    await expect(drawer.locator("dl div").filter(has_text="Taken over")).to_contain_text("2")
    await expect(drawer.locator("dl div").filter(has_text="In quarantine")).to_contain_text("1")
    async with page.expect_download() as waited:
        await drawer.get_by_role("button", name="Error workbook").click()
    assert (await (await waited.value).path()).stat().st_size > 1000


async def test_an_import_that_is_being_read_is_cancelled_and_says_so(desks: Desks) -> None:
    shop = f"files-{uuid.uuid4().hex[:6]}"
    content = csv_of([row(f"C-{number}") for number in range(60_000)])
    page = await desks.at("service", "/imports")
    await page.get_by_text("What counts where the files say nothing").click()
    await page.get_by_label("Shop").fill(shop)
    await page.locator("input[type=file]").set_input_files(
        {"name": f"{shop}.csv", "mimeType": "text/csv", "buffer": content}
    )
    await page.get_by_role("button", name="Check only").click()
    drawer = page.get_by_role("dialog").filter(has_text=shop)
    await drawer.get_by_role("button", name="Cancel the import").click()
    asked = page.get_by_role("dialog").filter(has_text="Cancel this import?")
    await asked.get_by_role("button", name="Cancel the import").click()
    await expect(drawer.get_by_text("Cancelled", exact=True)).to_be_visible()
    await expect(drawer.get_by_role("button", name="Cancel the import")).to_have_count(0)
