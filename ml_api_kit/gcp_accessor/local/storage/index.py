"""The index of buckets, objects and uploads: a SQLite file, changed only in transactions."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from ml_api_kit.gcp_accessor.local.storage.documents import Documents
from ml_api_kit.gcp_accessor.local.storage.records import (
    BucketRecord,
    ObjectRecord,
    PartRecord,
    UploadRecord,
)
from ml_api_kit.gcp_accessor.local.storage.trash import (
    OBJECT_COLUMNS,
    Trash,
    object_of_row,
    row_of_object,
)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (
    name TEXT PRIMARY KEY, metageneration INTEGER NOT NULL, fields TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL REFERENCES buckets (name), name TEXT NOT NULL,
    generation INTEGER NOT NULL, metageneration INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
    content TEXT NOT NULL, is_live INTEGER NOT NULL, fields TEXT NOT NULL,
    PRIMARY KEY (bucket, name, generation)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS live_objects ON objects (bucket, name) WHERE is_live;
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, bucket TEXT NOT NULL, name TEXT NOT NULL,
    fields TEXT NOT NULL, conditions TEXT NOT NULL, staging TEXT NOT NULL,
    created_s REAL NOT NULL, outcome INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    upload_id TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    staging TEXT NOT NULL, size_bytes INTEGER NOT NULL, md5_hex TEXT NOT NULL,
    PRIMARY KEY (upload_id, number)
) WITHOUT ROWID;
"""


class Index:
    """One SQLite file, shared by all threads of this process under one lock.

    Every method but `transaction` and `close` belongs inside a `transaction`.

    Attributes:
        trash: the objects that are soft-deleted.
        documents: what else there is, each kind in one form.
    """

    def __init__(self, path: Path) -> None:
        """Open the index at `path`, and make it where it is missing."""
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(_SCHEMA)
        self.trash = Trash(self._connection)
        self.documents = Documents(self._connection)
        newest = self._connection.execute("SELECT max(generation) FROM objects").fetchone()[0]
        self._generation: int = max(newest or 0, self.trash.newest_generation())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing; other threads wait."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file, after the transaction that is under way."""
        with self._lock:
            self._connection.close()

    def next_generation(self) -> int:
        """A generation larger than every earlier one: the time in microseconds, or one more."""
        self._generation = max(self._generation + 1, time.time_ns() // 1000)
        return self._generation

    def bucket(self, name: str) -> BucketRecord | None:
        """The bucket `name`, or None."""
        row = self._connection.execute(
            "SELECT name, metageneration, fields FROM buckets WHERE name = ?", (name,)
        ).fetchone()
        return None if row is None else BucketRecord(row[0], row[1], json.loads(row[2]))

    def buckets(self) -> list[BucketRecord]:
        """Every bucket, by name."""
        rows = self._connection.execute(
            "SELECT name, metageneration, fields FROM buckets ORDER BY name"
        )
        return [BucketRecord(row[0], row[1], json.loads(row[2])) for row in rows]

    def save_bucket(self, record: BucketRecord) -> None:
        """Insert or replace a bucket."""
        self._connection.execute(
            "INSERT INTO buckets VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
            " SET metageneration = excluded.metageneration, fields = excluded.fields",
            (record.name, record.metageneration, json.dumps(record.fields)),
        )

    def delete_bucket(self, name: str) -> None:
        """Delete a bucket that holds no object."""
        self._connection.execute("DELETE FROM buckets WHERE name = ?", (name,))

    def object(self, bucket: str, name: str, generation: int | None) -> ObjectRecord | None:
        """That generation of an object, or the live one for None; None where there is none."""
        where = "is_live" if generation is None else "generation = ?"
        row = self._connection.execute(
            f"SELECT {OBJECT_COLUMNS} FROM objects WHERE bucket = ? AND name = ? AND {where}",
            (bucket, name) if generation is None else (bucket, name, generation),
        ).fetchone()
        return None if row is None else object_of_row(row)

    def objects_after(self, bucket: str, position: tuple[str, int]) -> list[ObjectRecord]:
        """Up to 1000 generations behind that name and generation, names in UTF-8 order."""
        rows = self._connection.execute(
            f"SELECT {OBJECT_COLUMNS} FROM objects WHERE bucket = ?"
            " AND (name, generation) > (?, ?) ORDER BY name, generation LIMIT 1000",
            (bucket, *position),
        )
        return [object_of_row(row) for row in rows]

    def has_objects(self, bucket: str) -> bool:
        """Whether the bucket holds any generation of any object."""
        found = self._connection.execute(
            "SELECT 1 FROM objects WHERE bucket = ? LIMIT 1", (bucket,)
        )
        return found.fetchone() is not None

    def save_object(self, record: ObjectRecord) -> None:
        """Insert or replace a generation."""
        values = row_of_object(record)
        self._connection.execute(
            f"INSERT OR REPLACE INTO objects ({OBJECT_COLUMNS}) VALUES"
            " (:bucket, :name, :generation, :metageneration, :size_bytes, :content, :is_live,"
            " :fields)",
            values,
        )

    def delete_object(self, record: ObjectRecord) -> None:
        """Delete a generation."""
        self._connection.execute(
            "DELETE FROM objects WHERE bucket = ? AND name = ? AND generation = ?",
            (record.bucket, record.name, record.generation),
        )

    def contents(self) -> set[str]:
        """The names of all content files that belong to an object."""
        live = {row[0] for row in self._connection.execute("SELECT content FROM objects")}
        return live | self.trash.contents()

    def upload(self, upload_id: str) -> UploadRecord | None:
        """The upload, or None."""
        row = self._connection.execute(
            "SELECT id, kind, bucket, name, fields, conditions, staging, created_s, outcome"
            " FROM uploads WHERE id = ?",
            (upload_id,),
        ).fetchone()
        if row is None:
            return None
        upload_id, kind, bucket, name, fields, conditions, staging, created_s, outcome = row
        return UploadRecord(
            upload_id,
            kind,
            bucket,
            name,
            json.loads(fields),
            json.loads(conditions),
            staging,
            created_s,
            outcome,
        )

    def save_upload(self, record: UploadRecord) -> None:
        """Insert an upload, or replace its outcome."""
        values = {
            **asdict(record),
            "fields": json.dumps(record.fields),
            "conditions": json.dumps(record.conditions),
        }
        self._connection.execute(
            "INSERT INTO uploads VALUES (:id, :kind, :bucket, :name, :fields, :conditions,"
            " :staging, :created_s, :outcome) ON CONFLICT (id) DO UPDATE"
            " SET outcome = excluded.outcome",
            values,
        )

    def delete_upload(self, upload_id: str) -> None:
        """Delete an upload and its parts."""
        self._connection.execute("DELETE FROM uploads WHERE id = ?", (upload_id,))

    def delete_uploads_before(self, created_s: float) -> None:
        """Delete the uploads that were begun before `created_s`, in seconds since 1970."""
        self._connection.execute("DELETE FROM uploads WHERE created_s < ?", (created_s,))

    def parts(self, upload_id: str) -> list[PartRecord]:
        """The parts of an upload, by number."""
        rows = self._connection.execute(
            "SELECT upload_id, number, staging, size_bytes, md5_hex FROM parts"
            " WHERE upload_id = ? ORDER BY number",
            (upload_id,),
        )
        return [PartRecord(*row) for row in rows]

    def save_part(self, record: PartRecord) -> None:
        """Insert or replace a part."""
        self._connection.execute(
            "INSERT OR REPLACE INTO parts VALUES"
            " (:upload_id, :number, :staging, :size_bytes, :md5_hex)",
            asdict(record),
        )

    def stagings(self) -> set[str]:
        """The names of all staging files that belong to an upload or a part."""
        rows = self._connection.execute(
            "SELECT staging FROM uploads WHERE outcome IS NULL UNION SELECT staging FROM parts"
        )
        return {row[0] for row in rows}
