"""Screenshots for the README, of a running demo: `python -m tests.web.shots FOLDER [URL]`."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.web.browsers import DESKTOP, LOCALES, PHONE, Device, chromium, chromium_path, new_window

URL = "http://127.0.0.1:8088"
LEAD, EDITOR = "tan", "ruth"
ORDERS = "/api/v1/orders?open=true&sort=urgent&limit=1"


async def look_around(page: Page, person: str) -> None:
    """Sign in by the role picker, as a click on its card does."""
    await page.goto("/login")
    answer = await page.request.post("/api/v1/session/demo", data={"person": person})
    if not answer.ok:
        raise SystemExit(f"{page.url} lets nobody look around; start it with `make demo`.")


async def settle(page: Page) -> None:
    """Wait until everything is there, the charts drawn to their end."""
    await expect(page.get_by_role("heading").first).to_be_visible()
    await expect(page.locator(".ant-skeleton")).to_have_count(0)
    await page.evaluate("document.fonts.ready")
    await page.wait_for_load_state("domcontentloaded")


async def photograph(page: Page, path: str, file: Path) -> None:
    """Keep how a page looks."""
    await page.goto(path)
    await settle(page)
    await page.screenshot(path=file)
    print(file)  # noqa: T201


async def pictures(browser: Browser, url: str, folder: Path, device: Device, language: str) -> None:
    """Take the pictures of one screen in one language."""
    context = await new_window(browser, url, device, language)
    page = await context.new_page()

    def file(name: str) -> Path:
        return folder / f"{name}-{device.name}-{language}.png"

    await look_around(page, LEAD)
    found = await (await page.request.get(ORDERS)).json()
    order_id = found["orders"][0]["order_id"]
    await photograph(page, "/", file("board"))
    await photograph(page, "/work", file("work"))
    await photograph(page, f"/orders/{order_id}", file("order"))
    await look_around(page, EDITOR)
    await photograph(page, "/rules/published?table=approval", file("rules"))
    await context.close()


async def main(folder: Path, url: str = URL) -> None:
    """Take all pictures."""
    path = chromium_path()
    if path is None:
        raise SystemExit("There is no Chromium here: apt-get install chromium")
    async with chromium(path) as browser:
        for device in (DESKTOP, PHONE):
            for language in LOCALES:
                await pictures(browser, url, folder, device, language)


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        raise SystemExit("python -m tests.web.shots FOLDER [URL]")
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
