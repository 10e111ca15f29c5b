"""What the played systems have on record: JSON documents by kind and key, kept in SQLite.

A played system must not forget what it was told when its process ends, as a real one would not.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""


class Documents:
    """Documents in memory, written through; without a path they end with the process."""

    def __init__(self, path: Path | None = None) -> None:
        self._database = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False
        )
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(_SCHEMA)
        self._kinds: dict[str, dict[str, Document]] = {}
        for kind, key, body in self._database.execute("SELECT kind, key, body FROM documents"):
            self.all(kind)[key] = json.loads(body)

    def get(self, kind: str, key: str) -> Document | None:
        """Return a document, None when there is none; change it only by `put`."""
        return self.all(kind).get(key)

    def all(self, kind: str) -> dict[str, Document]:
        """Return every document of a kind by key."""
        return self._kinds.setdefault(kind, {})

    def put(self, kind: str, key: str, body: Document) -> None:
        """Keep a document in place of an earlier one."""
        self.all(kind)[key] = body
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?) "
            "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, key, json.dumps(body)),
        )

    def remove(self, kind: str, key: str) -> None:
        """Forget a document, if there is one."""
        self.all(kind).pop(key, None)
        self._database.execute("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key))

    def close(self) -> None:
        """Close the file."""
        self._database.close()
