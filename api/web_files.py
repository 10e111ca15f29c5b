"""The web page: the files that were built for it, and its index for every address of its own."""

from functools import lru_cache
from hashlib import sha256
from html import escape
from mimetypes import guess_type
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.content_codings import wanted_codings

PAGES = Path(__file__).parent / "pages"
# Names under assets/ carry a hash of their content.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_NOT_THE_PAGES = ("api", "webhooks", "healthz", "readyz", "metrics", "docs")
# What the build wrote beside a file, the smaller first.
_SUFFIXES = {"br": ".br", "gzip": ".gz"}


class WebFiles:
    """ASGI app for whatever no route answers: a file of the page, its index, else `otherwise`.

    A file goes out compressed, as the build left it, to whoever accepts that.
    """

    def __init__(self, folder: Path, otherwise: ASGIApp) -> None:
        self._folder = folder.resolve()
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: ASGIApp | None = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            request = Request(scope)
            answer = self._file(request, scope["path"]) or self._index(request)
        await (answer or self._otherwise)(scope, receive, send)

    def _file(self, request: Request, path: str) -> Response | None:
        found = (self._folder / path.lstrip("/")).resolve() if "\0" not in path else self._folder
        if not found.is_relative_to(self._folder) or not found.is_file():
            return None
        if found.suffix in _SUFFIXES.values():
            return None
        is_hashed = found.parent == self._folder / "assets"
        return _answer(request, found, _FOR_EVER if is_hashed else _ASK_AGAIN)

    def _index(self, request: Request) -> Response | None:
        """Return the page itself for an address that a person may open, None for others."""
        if request.url.path.lstrip("/").partition("/")[0] in _NOT_THE_PAGES:
            return None
        if "text/html" not in request.headers.get("accept", ""):
            return None
        return self._file(request, "index.html") or not_built()


def _answer(request: Request, file: Path, kept: str) -> Response:
    """Return a file in the coding the client wants, or that it has it already."""
    stored, coding = _stored(file, request.headers.get("accept-encoding", ""))
    found = stored.stat()
    headers = {
        "Cache-Control": kept,
        "Vary": "Accept-Encoding",
        "ETag": _tag(stored, found.st_mtime_ns, found.st_size),
    }
    if _has_it(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    media_type = guess_type(file.name)[0] or "application/octet-stream"
    return FileResponse(stored, headers=headers, media_type=media_type, stat_result=found)


def _stored(file: Path, accepted: str) -> tuple[Path, str]:
    for coding in wanted_codings(accepted, tuple(_SUFFIXES)):
        beside = file.with_name(file.name + _SUFFIXES[coding])
        if beside.is_file():
            return beside, coding
    return file, ""


@lru_cache(maxsize=512)
def _tag(file: Path, _changed_at: int, _size: int) -> str:
    """Return what tells a content from every other, be it the same text in another coding.

    When a file changed does not: an image or a package may give all its files one time.
    """
    return f'"{sha256(file.read_bytes()).hexdigest()[:32]}"'


def _has_it(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    # A proxy may have weakened it.
    return any(each.strip().removeprefix("W/") in {tag, "*"} for each in known.split(","))


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
