"""The browser in tests: windows of a desk and of a phone, and a watch over what they do."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Request,
    Response,
    WebError,
)

PATIENCE_MS = 30_000
# What the browser itself says of a refusal; the answer is looked at instead.
_REFUSAL = "Failed to load resource"
# Whether somebody is signed in is asked before they are.
_USUAL = frozenset({("GET", "/api/v1/session", 401)})
LOCALES = {"en": "en-US", "zh": "zh-CN"}


@dataclass(frozen=True)
class Device:
    """What a person looks at."""

    name: str
    width: int
    height: int
    is_phone: bool = False
    is_dark: bool = False


DESKTOP = Device("desktop", 1280, 800)
PHONE = Device("phone", 390, 844, is_phone=True)
PHONE_AT_NIGHT = Device("phone-at-night", 390, 844, is_phone=True, is_dark=True)


async def new_window(
    browser: Browser, base_url: str, device: Device, language: str = "en"
) -> BrowserContext:
    """Open a window that knows nobody yet."""
    context = await browser.new_context(
        base_url=base_url,
        viewport={"width": device.width, "height": device.height},
        has_touch=device.is_phone,
        locale=LOCALES[language],
        timezone_id="America/Los_Angeles",
        color_scheme="dark" if device.is_dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


@dataclass
class Watch:
    """What no page may do: ask elsewhere, fail in silence, be refused what it need not ask."""

    host: str
    troubles: list[str] = field(default_factory=list)
    _expected: set[tuple[str, str, int]] = field(default_factory=set)
    _is_leaving: bool = False

    def leaving(self) -> None:
        """Let what is still being asked for when somebody logs out be refused."""
        self._is_leaving = True

    def expect(self, method: str, path: str, status: int) -> None:
        """Let a refusal pass that is what the test is about."""
        self._expected.add((method, path, status))

    def over(self, context: BrowserContext) -> None:
        """Look at every page of a window."""
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", self._threw)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.troubles.append(f"asked elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        method, path = response.request.method, urlsplit(response.url).path
        known = (method, path, response.status)
        if self._is_leaving and (method, response.status) == ("GET", 401):
            return
        if response.status >= 400 and known not in _USUAL | self._expected:
            self.troubles.append(f"{method} {path} was answered {response.status}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_REFUSAL):
            self.troubles.append(f"console: {message.text}")

    def _threw(self, error: WebError) -> None:
        self.troubles.append(f"threw: {error.error}")
