"""The page's types are those of today's API."""

import json
from pathlib import Path

from api import openapi

COMMITTED = Path(__file__).parents[2] / "web" / "src" / "generated" / "openapi.json"


def test_the_pages_types_come_from_todays_api() -> None:
    today = openapi.text_of(openapi.described())
    assert COMMITTED.read_text(encoding="utf-8") == today, (
        "the API's description has changed: run `make types` and commit web/src/generated"
    )


def test_the_committed_description_is_the_whole_document() -> None:
    document = openapi.described()
    assert json.loads(openapi.text_of(document)) == json.loads(json.dumps(document))
