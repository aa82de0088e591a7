"""What is kept beside buckets, objects and uploads, such as notifications and keys."""

from __future__ import annotations

import json
import sqlite3

from ml_api_kit.gcp_accessor.local.storage.records import Fields

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL, fields TEXT NOT NULL,
    PRIMARY KEY (kind, owner, id)
) WITHOUT ROWID;
"""


class Documents:
    """A table of the index: JSON of a kind, of an owner; each method inside a transaction of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use `connection`, and make the table where it is missing."""
        self._connection = connection
        connection.executescript(_SCHEMA)

    def all(self, kind: str, owner: str | None = None) -> list[Fields]:
        """Those of a kind, of one owner or of all, in the order of owners and identifiers."""
        rows = self._connection.execute(
            "SELECT fields FROM documents WHERE kind = ? AND (? IS NULL OR owner = ?)"
            " ORDER BY owner, id",
            (kind, owner, owner),
        )
        return [json.loads(row[0]) for row in rows]

    def find(self, kind: str, owner: str, identifier: str) -> Fields | None:
        """The one of that identifier, or None."""
        row = self._connection.execute(
            "SELECT fields FROM documents WHERE kind = ? AND owner = ? AND id = ?",
            (kind, owner, identifier),
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def save(self, kind: str, owner: str, identifier: str, fields: Fields) -> None:
        """Insert or replace one."""
        self._connection.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)",
            (kind, owner, identifier, json.dumps(fields)),
        )

    def delete(self, kind: str, owner: str, identifier: str | None = None) -> None:
        """Delete one, or for None all of an owner."""
        self._connection.execute(
            "DELETE FROM documents WHERE kind = ? AND owner = ? AND (? IS NULL OR id = ?)",
            (kind, owner, identifier, identifier),
        )
