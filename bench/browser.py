"""Chromium without a window, where a machine has it; it asks nobody but the host of a page."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from orderflow.errors import OperatorError

if TYPE_CHECKING:
    from playwright.async_api import Browser

_QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


class NoBrowserError(OperatorError):
    """There is nothing here to look at a page with."""


def chromium_path() -> str | None:
    """Return where Chromium is, None on a machine without."""
    named = os.environ.get("ORDERFLOW_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def chromium() -> AsyncIterator["Browser"]:
    """Run a browser; raises NoBrowserError."""
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - only for development
    except ImportError:
        raise NoBrowserError(
            "Playwright is not installed here; make setup installs it.",
            "未安装 Playwright；请运行 make setup。",
        ) from None
    path = chromium_path()
    if path is None:
        raise NoBrowserError(
            "There is no Chromium here; install it (apt-get install chromium), or name it in"
            " ORDERFLOW_CHROMIUM.",
            "未找到 Chromium；请安装（apt-get install chromium），或在 ORDERFLOW_CHROMIUM 中指明。",
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield browser
        await browser.close()
