"""The objects that are soft-deleted: kept for a time, seen and restored, never read.

A bucket that is soft-deleted keeps its own under a name that no bucket may have.
"""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any

from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord

OBJECT_COLUMNS = "bucket, name, generation, metageneration, size_bytes, content, is_live, fields"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS trash (
    bucket TEXT NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL,
    metageneration INTEGER NOT NULL, size_bytes INTEGER NOT NULL, content TEXT NOT NULL,
    is_live INTEGER NOT NULL, fields TEXT NOT NULL, until_s REAL NOT NULL,
    PRIMARY KEY (bucket, name, generation)
) WITHOUT ROWID;
"""


class Trash:
    """A table of the index; every method belongs inside a transaction of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use `connection`, and make the table where it is missing."""
        self._connection = connection
        connection.executescript(_SCHEMA)

    def save(self, record: ObjectRecord, until_s: float) -> None:
        """Keep an object until `until_s`, in seconds since 1970."""
        self._connection.execute(
            f"INSERT OR REPLACE INTO trash ({OBJECT_COLUMNS}, until_s) VALUES (:bucket, :name,"
            " :generation, :metageneration, :size_bytes, :content, :is_live, :fields, :until_s)",
            {**row_of_object(record), "until_s": until_s},
        )

    def find(self, bucket: str, name: str, generation: int) -> ObjectRecord | None:
        """That generation of an object, or None."""
        row = self._connection.execute(
            f"SELECT {OBJECT_COLUMNS} FROM trash"
            " WHERE bucket = ? AND name = ? AND generation = ? AND until_s > ?",
            (bucket, name, generation, time.time()),
        ).fetchone()
        return None if row is None else object_of_row(row)

    def objects_after(self, bucket: str, position: tuple[str, int]) -> list[ObjectRecord]:
        """Up to 1000 generations behind that name and generation, names in UTF-8 order."""
        rows = self._connection.execute(
            f"SELECT {OBJECT_COLUMNS} FROM trash WHERE bucket = ? AND (name, generation) > (?, ?)"
            " AND until_s > ? ORDER BY name, generation LIMIT 1000",
            (bucket, *position, time.time()),
        )
        return [object_of_row(row) for row in rows]

    def rename(self, bucket: str, new: str) -> None:
        """Keep everything of a bucket under another name."""
        self._connection.execute("UPDATE trash SET bucket = ? WHERE bucket = ?", (new, bucket))

    def empty(self, bucket: str) -> None:
        """Keep nothing of a bucket any longer."""
        self._connection.execute("DELETE FROM trash WHERE bucket = ?", (bucket,))

    def delete_expired(self) -> None:
        """Forget what was kept for long enough."""
        self._connection.execute("DELETE FROM trash WHERE until_s <= ?", (time.time(),))

    def contents(self) -> set[str]:
        """The names of the content files that belong to what is kept."""
        return {row[0] for row in self._connection.execute("SELECT content FROM trash")}

    def newest_generation(self) -> int:
        """The largest generation, 0 where nothing is kept."""
        row = self._connection.execute("SELECT max(generation) FROM trash").fetchone()
        return row[0] or 0


def object_of_row(row: tuple[Any, ...]) -> ObjectRecord:
    """The object in a row of `OBJECT_COLUMNS`."""
    bucket, name, generation, metageneration, size_bytes, content, is_live, fields = row
    return ObjectRecord(
        bucket,
        name,
        generation,
        metageneration,
        size_bytes,
        content,
        bool(is_live),
        json.loads(fields),
    )


def row_of_object(record: ObjectRecord) -> dict[str, Any]:
    """The columns of an object, by name."""
    return {
        "bucket": record.bucket,
        "name": record.name,
        "generation": record.generation,
        "metageneration": record.metageneration,
        "size_bytes": record.size_bytes,
        "content": record.content,
        "is_live": record.is_live,
        "fields": json.dumps(record.fields),
    }
