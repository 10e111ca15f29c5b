"""What people do with the controls of a page, however they are drawn."""

import re

from playwright.async_api import Locator, Page, expect

from tests.web.browsers import Device

# What makes a page scroll sideways; nothing on a page that does not.
OVERHANG = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1);
  return wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 200));
}"""


async def choose(scope: Page | Locator, label: str, option: str) -> None:
    """Take an option of a drop-down, found by typing where that is possible."""
    page = scope if isinstance(scope, Page) else scope.page
    # What is required has a star before its name.
    box = scope.get_by_role("combobox", name=re.compile(rf"^\W*{re.escape(label)}$"))
    await box.click()
    if await box.get_attribute("readonly") is None:
        await box.fill(option)
    found = page.locator(".ant-select-dropdown:visible .ant-select-item-option")
    await found.filter(has_text=option).first.click()


async def act(page: Page, action: str) -> None:
    """Press an action of an order; what is not in the bar is in the list of all of them."""
    bar = page.get_by_role("toolbar", name="Actions")
    await expect(bar).to_have_attribute("aria-busy", "false")
    button = bar.get_by_role("button", name=action, exact=True)
    if not await button.count():
        await bar.get_by_role("button", name="More").click()
        button = page.get_by_role("dialog").get_by_role("button", name=action, exact=True)
    await button.click()


async def tap(page: Page, name: str) -> None:
    """Press a button of a task; what it is about is read only once it is in sight."""
    button = page.get_by_role("button", name=name)
    await button.scroll_into_view_if_needed()
    await button.click()


def dialog(page: Page) -> Locator:
    """Return what is open over the page: a dialog, on a phone a sheet from below."""
    return page.get_by_role("dialog").last


async def go(page: Page, device: Device, entry: str) -> None:
    """Go to a page by the menu."""
    navigation = page.get_by_role("navigation", name="Pages")
    link = navigation.get_by_role("link", name=entry, exact=True)
    if device.is_phone and not await link.count():
        await navigation.get_by_role("button", name="More").click()
        link = page.get_by_role("dialog").get_by_role("link", name=entry, exact=True)
    await link.click()
