"""Coming in and going out, in both languages, on a desk and on a phone."""

import re

import pytest
from playwright.async_api import expect

from tests.web.browsers import DESKTOP, PHONE, Device
from tests.web.office import Desks, fill_in, sign_in

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
BOTH = pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=lambda device: device.name)


@BOTH
async def test_a_wrong_password_is_said_in_words_and_the_right_one_lets_in(
    desks: Desks, device: Device
) -> None:
    page = await desks.window(device)
    desks.watch.expect("POST", "/api/v1/session", 401)
    await fill_in(page, "carrier", "not the password")
    await expect(page.get_by_role("alert")).to_contain_text("password")
    await page.get_by_label("Password", exact=True).fill("")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("Please fill this in.")).to_be_visible()
    await sign_in(page, "carrier")


async def test_an_address_that_was_asked_for_is_shown_after_signing_in(desks: Desks) -> None:
    page = await desks.window()
    await sign_in(page, "seller", path="/orders?stage=in_review")
    await expect(page).to_have_url(re.compile(r"/orders\?stage=in_review$"))


async def test_who_logs_out_is_out_in_every_tab_of_this_browser(desks: Desks) -> None:
    page = await desks.window()
    await sign_in(page, "carrier")
    await page.get_by_role("button", name="Signed in as carrier").click()
    desks.watch.leaving()
    await page.get_by_role("menuitem", name="Log out").click()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    again = await page.context.new_page()
    await again.goto("/work")
    await expect(again.get_by_role("button", name="Sign in")).to_be_visible()
    assert await page.context.cookies() == []


async def test_the_page_speaks_the_language_of_the_browser(desks: Desks) -> None:
    page = await desks.window(language="zh")
    await page.goto("/login")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(page.get_by_role("heading", name="登录")).to_be_visible()


@BOTH
async def test_the_language_is_switched_and_stays_switched(desks: Desks, device: Device) -> None:
    page = await desks.at("service", "/work", device)
    await expect(page.get_by_role("heading", name="My work")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.get_by_role("button", name="中文").click()
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(page.get_by_role("heading", level=1, name="我的待办")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", level=1, name="我的待办")).to_be_visible()
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
