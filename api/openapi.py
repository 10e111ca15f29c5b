"""Writes the API's description to a file: `python -m api.openapi FILE`.

The page's types are generated from it; `make types` does both.
"""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from api.app import create_app
from api.state import ApiState

# Never connected to: the description needs the routes alone.
_NOWHERE = "postgresql+psycopg2://nobody:nothing@127.0.0.1:1/none"


def described() -> dict[str, Any]:
    """Return the OpenAPI document of the app as it is."""
    return create_app(ApiState(create_engine(_NOWHERE), _NOWHERE)).openapi()


def text_of(document: dict[str, Any]) -> str:
    """Return a document as it is committed: a line for each path and each schema."""
    parts = {**document, "components": {**document["components"]}}
    paths, schemas = parts.pop("paths"), parts["components"].pop("schemas")
    parts["components"] = _compact(parts["components"])[1:-1]
    return (
        f'{{"components":{{{parts.pop("components")},"schemas":{_lines(schemas)}}},\n'
        f'"paths":{_lines(paths)},\n{_compact(parts)[1:]}\n'
    )


def _lines(members: dict[str, Any]) -> str:
    inner = ",\n".join(f"{_compact(name)}:{_compact(members[name])}" for name in sorted(members))
    return f"{{\n{inner}\n}}"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text_of(described()), encoding="utf-8")
