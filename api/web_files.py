"""The web page: the files that were built for it, and its index for every address of its own."""

from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

PAGES = Path(__file__).parent / "pages"
# Names under assets/ carry a hash of their content.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_NOT_THE_PAGES = ("api", "webhooks", "healthz", "readyz", "metrics", "docs")


class WebFiles:
    """ASGI app for whatever no route answers: a file of the page, its index, else `otherwise`."""

    def __init__(self, folder: Path, otherwise: ASGIApp) -> None:
        self._folder = folder.resolve()
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: ASGIApp | None = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            answer = self._file(scope["path"]) or self._index(Request(scope))
        await (answer or self._otherwise)(scope, receive, send)

    def _file(self, path: str) -> Response | None:
        found = (self._folder / path.lstrip("/")).resolve() if "\0" not in path else self._folder
        if not found.is_relative_to(self._folder) or not found.is_file():
            return None
        is_hashed = found.parent == self._folder / "assets"
        kept = _FOR_EVER if is_hashed else _ASK_AGAIN
        return FileResponse(found, headers={"Cache-Control": kept})

    def _index(self, request: Request) -> Response | None:
        """Return the page itself for an address that a person may open, None for others."""
        if request.url.path.lstrip("/").partition("/")[0] in _NOT_THE_PAGES:
            return None
        if "text/html" not in request.headers.get("accept", ""):
            return None
        return self._file("index.html") or not_built()


def not_built() -> Response:
    """Return what is shown where the page was never built."""
    said = (
        ("The web page is not built yet", "Run make setup, then load this page again."),
        ("网页尚未构建", "请运行 make setup，然后刷新本页。"),
    )
    body = "".join(f"<h1>{escape(title)}</h1><p>{escape(hint)}</p>" for title, hint in said)
    document = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>orderflow</title>'
        f"</head><body>{body}</body></html>"
    )
    return HTMLResponse(document, 503, {"Cache-Control": "no-store"})
