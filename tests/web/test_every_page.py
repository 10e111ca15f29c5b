"""What holds for every page: anybody can use it, it fits a phone, it asks nobody else."""

import json
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.running import order_document
from tests.web.acts import OVERHANG
from tests.web.browsers import DESKTOP, PHONE, PHONE_AT_NIGHT, Device
from tests.web.office import Desks

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# Every route of web/src/app/routes.tsx; {order} and {rules} are filled in.
PAGES = (
    "/",
    "/wall",
    "/work",
    "/orders",
    "/orders/{order}",
    "/orders/{order}?tab=why",
    "/orders/{order}?tab=content",
    "/orders/{order}?tab=parcels",
    "/new-order",
    "/imports",
    "/quarantine",
    "/rules",
    "/rules/{rules}",
    "/people",
    "/people?show=groups",
    "/calendars",
    "/channels",
    "/messages",
    "/audit",
    "/nowhere",
)
VIEWS = [(DESKTOP, "en"), (PHONE, "en"), (PHONE_AT_NIGHT, "zh")]
# Buttons are pale while they load, which may begin again at any moment.
BUSY = ".ant-skeleton, .loading, [aria-busy=true], .ant-btn-loading"
LOOK = """async () => {
  const found = await axe.run({ exclude: [".ant-btn-loading"] }, {
    resultTypes: ["violations"], elementRef: false,
  });
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, nodes.slice(0, 5).map(({ html }) => html.slice(0, 200))]);
}"""
# Icons that are read aloud by the name of their drawing, in front of the words they stand beside.
READ_ALOUD = """() => [...document.querySelectorAll(".anticon")]
  .filter((icon) => icon.classList.contains(`anticon-${icon.ariaLabel}`))
  .filter((icon) => !icon.closest("[aria-hidden=true]"))
  .map((icon) => icon.closest("a, button, li, p, [role]:not([role=img])"))
  .filter((beside) => beside?.innerText.trim())
  .map((beside) => beside.outerHTML.slice(0, 200))"""


async def settle(page: Page) -> None:
    """Wait until a page shows what it has to show."""
    await expect(page.get_by_role("heading").first).to_be_visible()
    await expect(page.locator(BUSY)).to_have_count(0)


async def addresses(desks: Desks) -> list[str]:
    """Return the pages' addresses, with an order, a hold and a message in quarantine to look at."""
    placed = await desks.order(total="3000.00")
    await desks.until_stage(placed.order_id, "in_review")
    held = await desks.order(country="GB")
    await desks.until(held.order_id, lambda found: found.held)
    broken = order_document(lines=[])
    await desks.meanwhile(
        lambda: desks.running.post_storefront({"topic": "order.created", "order": broken})
    )
    return [page.format(order=placed.order_id, rules="bench-1") for page in PAGES]


@pytest.mark.parametrize(
    ("device", "language"), VIEWS, ids=lambda part: getattr(part, "name", part)
)
async def test_every_page_is_usable_by_anybody_and_fits(
    desks: Desks, device: Device, language: str
) -> None:
    page = await desks.at("admin", "/work", device, language)
    source = AXE.read_text(encoding="utf-8")
    faults: dict[str, object] = {}
    for address in await addresses(desks):
        await page.goto(address)
        await settle(page)
        if device.is_phone and (overhang := await page.evaluate(OVERHANG)):
            faults[f"{address} is too wide"] = overhang
        if icons := await page.evaluate(READ_ALOUD):
            faults[f"{address} reads icons aloud"] = icons
        await page.evaluate(source)
        if violations := await page.evaluate(LOOK):
            faults[address] = violations
    assert faults == {}, json.dumps(faults, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=lambda device: device.name)
async def test_the_sign_in_page_is_usable_by_anybody_and_fits(desks: Desks, device: Device) -> None:
    page = await desks.window(device)
    await page.goto("/login")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    assert await page.evaluate(LOOK) == []
    assert await page.evaluate(OVERHANG) == []


async def test_every_route_of_the_web_app_is_looked_at() -> None:
    routes = (AXE.parents[2] / "src" / "app" / "routes.tsx").read_text(encoding="utf-8")
    told = {line.split('at("')[1].split('"')[0] for line in routes.splitlines() if 'at("' in line}
    seen = {page.split("?")[0] for page in PAGES} | {"/login"}
    known = {
        {"/orders/:orderId": "/orders/{order}", "/rules/:version": "/rules/{rules}"}.get(
            route, "/nowhere" if route == "*" else route
        )
        for route in told
    }
    assert known == seen
