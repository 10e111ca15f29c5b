"""Screenshots for the README, of a running demo: `python -m tests.web.shots FOLDER [URL]`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from bench.browser import chromium
from tests.web.browsers import DESKTOP, LOCALES, PHONE, Device, new_window

URL = "http://127.0.0.1:8088"
LEAD, EDITOR = "tan", "ruth"
ORDERS = "/api/v1/orders?open=true&sort=urgent&limit=1"
RULES = "/rules/published?table=approval"


@asynccontextmanager
async def looking_around(
    browser: Browser, url: str, person: str, device: Device, language: str
) -> AsyncIterator[Page]:
    """Sign in as a person of the demo, as a click on their card does."""
    context = await new_window(browser, url, device, language)
    answer = await context.request.post("/api/v1/session/demo", data={"person": person})
    if not answer.ok:
        raise SystemExit(f"{url} lets nobody look around; start it with `make demo`.")
    yield await context.new_page()
    await context.close()


async def settle(page: Page) -> None:
    """Wait until everything is there, the charts drawn to their end."""
    await expect(page.get_by_role("heading").first).to_be_visible()
    await expect(page.locator(".ant-skeleton")).to_have_count(0)
    await page.evaluate("document.fonts.ready")


async def photograph(page: Page, path: str, file: Path) -> None:
    """Keep how a page looks."""
    await page.goto(path)
    await settle(page)
    await page.screenshot(path=file)
    print(file)  # noqa: T201


async def pictures(browser: Browser, url: str, folder: Path, device: Device, language: str) -> None:
    """Take the pictures of one screen in one language."""

    def file(name: str) -> Path:
        return folder / f"{name}-{device.name}-{language}.png"

    async with looking_around(browser, url, LEAD, device, language) as page:
        found = await (await page.request.get(ORDERS)).json()
        order_id = found["orders"][0]["order_id"]
        await photograph(page, "/", file("board"))
        await photograph(page, "/work", file("work"))
        await photograph(page, f"/orders/{order_id}", file("order"))
    async with looking_around(browser, url, EDITOR, device, language) as page:
        await photograph(page, RULES, file("rules"))


async def main(folder: Path, url: str = URL) -> None:
    """Take all pictures."""
    async with chromium() as browser:
        for device in (DESKTOP, PHONE):
            for language in LOCALES:
                await pictures(browser, url, folder, device, language)


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        raise SystemExit("python -m tests.web.shots FOLDER [URL]")
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
