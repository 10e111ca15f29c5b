"""People at their browsers: they sign in by the form once and then keep their cookie."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, StorageStateCookie, expect

from api import passwords
from database import credentials, people
from database.people import Person, RoleGrant
from database.progress import Progress
from tests.running import STAFF, Running
from tests.web.browsers import DESKTOP, Device, Watch, new_window

T = TypeVar("T")


@dataclass(frozen=True)
class Placed:
    """An order that came from the shop, and how it is called."""

    order_id: str
    number: str


PASSWORD = "a password of seven words or so"
# Beside the staff of `Running`: person id, name, roles as `role` or `role:group`.
OTHERS = (
    ("editor", "Ruth Editor", ("rules_editor",)),
    ("publisher", "Sven Publisher", ("rules_editor",)),
    ("auditor", "Ida Auditor", ("auditor",)),
    # Leads a group and signs its orders.
    ("lead-na", "Tan Lead", ("team_lead:na", "regional_manager:na")),
)


def employ(running: Running) -> None:
    """Add the rest of the staff, and give everybody a password."""
    kept, now = passwords.hashed(PASSWORD), datetime.now(UTC)
    with running.engine.begin() as c:
        for person_id, name, roles in OTHERS:
            grants = tuple(RoleGrant(*role.split(":")) for role in roles)
            people.save_person(c, Person(person_id, name, superior_id="boss", roles=grants))
        for person_id in [*(row[0] for row in STAFF), *(row[0] for row in OTHERS), "admin"]:
            credentials.set_password(c, person_id, kept, now)


class Office:
    """A running orderflow, a browser, and the people who work there."""

    def __init__(self, running: Running, browser: Browser) -> None:
        self.running = running
        self.browser = browser
        self.url = running.house.api_url
        self._cookies: dict[str, list[StorageStateCookie]] = {}

    async def cookies(self, person: str) -> list[StorageStateCookie]:
        """Return what keeps a person signed in; the first time they sign in by the form."""
        if person not in self._cookies:
            context = await new_window(self.browser, self.url, DESKTOP)
            await sign_in(await context.new_page(), person)
            self._cookies[person] = (await context.storage_state())["cookies"]
            await context.close()
        return self._cookies[person]


async def sign_in(page: Page, person: str, password: str = PASSWORD, path: str = "/login") -> None:
    """Sign in by the form, in English, and wait to be in."""
    await fill_in(page, person, password, path)
    await expect(page.get_by_role("button", name="Sign in")).to_have_count(0)
    await expect(page.locator("#main")).to_be_visible()


async def fill_in(page: Page, person: str, password: str, path: str = "/login") -> None:
    """Fill in the form and send it."""
    await page.goto(path)
    await page.get_by_label("Person id or e-mail").fill(person)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in").click()


class Desks:
    """The windows of one test, all under watch."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.running = office.running
        self.watch = Watch(urlsplit(office.url).netloc)
        self._windows: list[BrowserContext] = []

    async def window(self, device: Device = DESKTOP, language: str = "en") -> Page:
        """Open a page where nobody is signed in."""
        context = await new_window(self.office.browser, self.office.url, device, language)
        self.watch.over(context)
        self._windows.append(context)
        return await context.new_page()

    async def at(
        self, person: str, path: str = "/", device: Device = DESKTOP, language: str = "en"
    ) -> Page:
        """Return a page at which a person sits."""
        page = await self.window(device, language)
        await page.context.add_cookies(await self.office.cookies(person))  # type: ignore[arg-type]
        await page.goto(path)
        return page

    async def photograph(self, folder: Path) -> list[Path]:
        """Keep how every page looks now, for whoever reads why a test failed."""
        pages = [page for window in self._windows for page in window.pages]
        shots = [folder / f"page-{number}.png" for number in range(len(pages))]
        for page, shot in zip(pages, shots, strict=True):
            await page.screenshot(path=shot)
        return shots

    async def leave(self) -> None:
        """Close every window."""
        for window in self._windows:
            await window.close()

    # --- what happens elsewhere meanwhile -----------------------------------------------------

    async def order(self, **changes: Any) -> Placed:
        """Have the shop send an order and wait until it is there."""
        external_id = await self.meanwhile(lambda: self.running.order(**changes))
        order_id = await self.meanwhile(lambda: self.running.order_id(external_id))
        return Placed(order_id, f"#{external_id}")

    async def until_stage(self, order_id: str, stage: str) -> Progress:
        """Wait until an order is in this stage."""
        return await self.meanwhile(lambda: self.running.until_stage(order_id, stage))

    async def until(self, order_id: str, told: Callable[[Progress], bool]) -> Progress:
        """Wait until an order stands so."""
        return await self.meanwhile(lambda: self.running.until(order_id, told))

    async def meanwhile(self, work: Callable[[], T]) -> T:
        """Do what waits, while the browser goes on."""
        return await asyncio.to_thread(work)
