"""The web page as the API serves it, what browsers are told with it, and the demo's open door."""

import gzip
import os
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.responses import Response

from api.state import SignIn
from api.web_files import WebFiles
from orderflow.errors import OperatorError
from orderflow.serving import sign_in
from orderflow.settings import Settings
from tests.integration.api_world import as_
from tests.integration.sessions_world import SESSION, browser, doors, open_doors

# What brotli makes of "1", which the standard library can't.
BROTLI = bytes.fromhex("0b00803103")
GZIP = gzip.compress(b"1")
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    (folder / "assets").mkdir(parents=True)
    (folder / "docs").mkdir()
    (folder / "index.html").write_text("<title>the page</title>")
    (folder / "assets" / "index-1a2b.js").write_text("1")
    (folder / "assets" / "index-1a2b.js.br").write_bytes(BROTLI)
    (folder / "assets" / "index-1a2b.js.gz").write_bytes(GZIP)
    (folder / "docs" / "swagger-ui-bundle.js").write_text("2")
    (tmp_path / "secret").write_text("not ours to show")
    return folder


def served(folder: Path) -> httpx.AsyncClient:
    app = FastAPI()
    app.router.default = WebFiles(folder, Response("no such path", 404))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://web")


@pytest.mark.parametrize("path", ["/", "/login", "/orders/ord_1", "/orders?flag=red"])
async def test_every_address_of_the_page_opens_it(pages: Path, path: str) -> None:
    async with served(pages) as web:
        answer = await web.get(path, headers=HTML)
        assert answer.text == "<title>the page</title>"
        assert answer.headers["cache-control"] == "no-cache"
        assert (await web.post(path, headers=HTML)).status_code == 404
        assert (await web.get(path, headers={"Accept": "application/json"})).status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/webhooks/x", "/metrics/x", "/docs/x", "/api"]
)
async def test_what_is_not_the_pages_stays_unknown(pages: Path, path: str) -> None:
    async with served(pages) as web:
        assert (await web.get(path, headers=HTML)).status_code == 404


async def test_files_with_a_hash_in_their_name_are_kept_for_ever(pages: Path) -> None:
    async with served(pages) as web:
        asset = await web.get("/assets/index-1a2b.js")
        assert "immutable" in asset.headers["cache-control"]
        assert asset.headers["content-type"].startswith("text/javascript")
        other = await web.get("/docs/swagger-ui-bundle.js")
        assert other.headers["cache-control"] == "no-cache"
        assert (await web.head("/assets/index-1a2b.js")).status_code == 200


ASSET = "/assets/index-1a2b.js"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, *;q=0.5", "gzip"),
        ("*", "br"),
        ("identity, gzip;q=0.5", ""),
        ("gzip;q=high", ""),
        (";, ,;q", ""),
    ],
)
async def test_a_file_comes_in_the_coding_the_browser_wants(
    pages: Path, accepted: str, coding: str
) -> None:
    stored = {"br": BROTLI, "gzip": GZIP, "": b"1"}[coding]
    async with served(pages) as web, web.stream("GET", ASSET, headers=wanting(accepted)) as got:
        assert b"".join([piece async for piece in got.aiter_raw()]) == stored
    assert got.headers.get("content-encoding", "") == coding
    assert got.headers["content-length"] == str(len(stored))
    assert got.headers["content-type"].startswith("text/javascript")
    assert got.headers["vary"] == "Accept-Encoding"
    assert "immutable" in got.headers["cache-control"]


def wanting(coding: str) -> dict[str, str]:
    return {"Accept-Encoding": coding}


async def test_each_coding_has_a_tag_of_its_own_by_which_it_is_not_sent_again(pages: Path) -> None:
    async with served(pages) as web:
        seen = [await web.head(ASSET, headers=wanting(each)) for each in ("", "gzip", "br")]
        tags = [answer.headers["etag"] for answer in seen]
        assert len(set(tags)) == 3
        assert [answer.content for answer in seen] == [b"", b"", b""]
        assert seen[1].headers["content-length"] == str(len(GZIP))
        for known in (tags[1], f'"other", W/{tags[1]}', "*"):
            again = await web.get(ASSET, headers=wanting("gzip") | {"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tags[1]
            assert again.headers["vary"] == "Accept-Encoding"
            assert "immutable" in again.headers["cache-control"]
        other = await web.get(ASSET, headers=wanting("") | {"If-None-Match": tags[1]})
        assert (other.status_code, other.content) == (200, b"1")


async def test_a_page_that_was_built_anew_is_sent_again_whatever_its_time(pages: Path) -> None:
    async with served(pages) as web:
        tag = (await web.get("/", headers=HTML)).headers["etag"]
        known = HTML | {"If-None-Match": tag}
        assert (await web.get("/orders", headers=known)).status_code == 304
    rebuilt = pages.parent / "rebuilt"
    rebuilt.mkdir()
    (rebuilt / "index.html").write_text("<title>the PAGE</title>")
    times = (pages / "index.html").stat()
    os.utime(rebuilt / "index.html", ns=(times.st_atime_ns, times.st_mtime_ns))
    async with served(rebuilt) as web:
        assert (await web.get("/", headers=known)).text == "<title>the PAGE</title>"


async def test_a_part_of_a_compressed_file_is_a_part_of_what_is_stored(pages: Path) -> None:
    async with served(pages) as web:
        asked = wanting("gzip") | {"Range": "bytes=2-5"}
        async with web.stream("GET", ASSET, headers=asked) as got:
            assert b"".join([piece async for piece in got.aiter_raw()]) == GZIP[2:6]
    assert got.status_code == 206
    assert got.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", [f"{ASSET}.gz", f"{ASSET}.br", f"{ASSET}.gz/", f"{ASSET}%2egz"])
async def test_what_is_compressed_has_no_address_of_its_own(pages: Path, path: str) -> None:
    async with served(pages) as web:
        assert (await web.get(path)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/../secret", "/%2e%2e/secret", "/assets/..%2f..%2fsecret", "/%00"]
)
async def test_nothing_outside_the_folder_is_shown(pages: Path, path: str) -> None:
    async with served(pages) as web:
        assert (await web.get(path)).status_code == 404


async def test_without_the_built_page_one_is_told_what_to_do_in_both_languages(
    tmp_path: Path,
) -> None:
    async with served(tmp_path / "nowhere") as web:
        answer = await web.get("/", headers=HTML)
    assert answer.status_code == 503
    assert "Run make setup" in answer.text
    assert "请运行 make setup" in answer.text


async def test_every_answer_forbids_what_is_not_ours(engine: Engine, database_url: str) -> None:
    open_doors(engine)
    async with doors(engine, database_url) as app, browser(app) as mine:
        answers = [
            await mine.client.get(path, headers=as_("cs") | HTML)
            for path in ("/", "/healthz", "/api/v1/orders", "/api/v1/nothing", "/docs/start.js")
        ]
        answers.append(await mine.client.get(SESSION))
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answers[2].headers["cache-control"] == "no-store"


async def test_the_description_is_read_without_a_script_in_the_page(
    engine: Engine, database_url: str, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with doors(engine, database_url) as app, browser(app) as mine:
        monkeypatch.setattr("api.routes.docs.PAGES", pages.parent)
        assert (await mine.client.get("/docs")).status_code == 503
        monkeypatch.setattr("api.routes.docs.PAGES", pages)
        page = (await mine.client.get("/docs")).text
        assert "//" not in page.replace("<!doctype", "")
        assert page.count("<script ") == page.count("<script src=") == 2
        assert "/api/v1/openapi.json" in (await mine.client.get("/docs/start.js")).text


# --- the demo -----------------------------------------------------------------------------------


async def test_a_demo_lets_everybody_on_its_machine_in_as_anybody(
    engine: Engine, database_url: str
) -> None:
    open_doors(engine)
    async with doors(engine, database_url, SignIn(demo=True)) as app, browser(app) as mine:
        offered = (await mine.client.get(f"{SESSION}/options")).json()["demo_people"]
        assert {person["person_id"] for person in offered} >= {"cs", "keeper_eu", "audi"}
        entered = await mine.client.post(f"{SESSION}/demo", json={"person": "keeper_eu"})
        assert (entered.status_code, entered.json()["demo"]) == (200, True)
        assert (await mine.client.get(SESSION)).json()["person_id"] == "keeper_eu"
        unknown = await mine.client.post(f"{SESSION}/demo", json={"person": "nobody"})
        assert unknown.json()["code"] == "no_demo"


@pytest.mark.parametrize(
    ("demo", "address", "host"),
    [
        (False, "127.0.0.1", "http://127.0.0.1"),
        (True, "192.0.2.7", "http://127.0.0.1"),
        (True, "127.0.0.1", "http://evil.example"),
    ],
)
async def test_no_other_machine_and_no_page_of_another_site_enters_the_demo(
    engine: Engine, database_url: str, demo: bool, address: str, host: str
) -> None:
    open_doors(engine)
    async with (
        doors(engine, database_url, SignIn(demo=demo)) as app,
        browser(app, address, host) as mine,
    ):
        assert (await mine.client.get(f"{SESSION}/options")).json()["demo_people"] == []
        entered = await mine.client.post(f"{SESSION}/demo", json={"person": "cs"})
    assert (entered.status_code, entered.json()["code"]) == (404, "no_demo")
    assert "set-cookie" not in entered.headers


def test_a_demo_that_others_could_reach_does_not_start() -> None:
    here = Settings(demo_login=True)
    assert sign_in(here).demo
    with pytest.raises(OperatorError, match=r"0\.0\.0\.0"):
        sign_in(here.model_copy(update={"api_host": "0.0.0.0"}))  # noqa: S104
    assert replace(sign_in(Settings()), public_url="") == SignIn()
