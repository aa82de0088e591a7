"""Read sessions: the rows of a table as they were when the session began."""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, not_found
from ml_api_kit.gcp_accessor.local.bigquery.jobs.jobs import Jobs
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.readable import (
    Readable,
    selected_fields,
)
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.arrow import (
    arrow_schema,
    read_batches,
    select_sql,
)

KEPT_SESSIONS = 32
KEPT_FOR_S = 6 * 3600.0
_FREE_WITHIN_S = 30.0


@dataclass(slots=True)
class ReadSession:
    """Rows that do not change: an open transaction, and what is read in it."""

    id: str
    source: Readable
    schema: Any
    row_count: int
    cursor: DuckDBPyConnection
    begun_s: float
    is_avro: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class ReadSessions:
    """The read sessions of one engine, the latest `KEPT_SESSIONS` of them. Thread-safe."""

    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        """Start without sessions."""
        self._engine = engine
        self._jobs = jobs
        self._sessions: OrderedDict[str, ReadSession] = OrderedDict()
        self._lock = threading.Lock()

    def begin(
        self, name: TableName, columns: list[str], restriction: str, *, is_avro: bool = False
    ) -> ReadSession:
        """A session with these columns of a table (none: all), and the rows that a condition keeps.

        Raises BigQueryError: when there is no such table or column, or the condition is wrong.
        """
        source = self._source(name, columns, restriction)
        schema = arrow_schema(source.fields)
        self._engine.complete()
        cursor = self._engine.cursor()
        cursor.execute("BEGIN")
        # A transaction sees what was there when it first read.
        [(row_count,)] = cursor.execute(f"SELECT count(*) FROM {source.table_sql}").fetchall()
        now_s = time.monotonic()
        session = ReadSession(uuid.uuid4().hex, source, schema, row_count, cursor, now_s, is_avro)
        with self._lock:
            self._sessions[session.id] = session
            ended = self._take_ended(now_s)
        for one in ended:
            one.cursor.close()
        return session

    def batches(self, session_id: str, *, start: int) -> tuple[ReadSession, Iterator[Any]]:
        """A session, and its record batches from the row `start` on.

        Raises BigQueryError: 404, when there is no such session; on reading the batches 409, when
            another reader is at it.
        """
        with self._lock:
            session = self._sessions.get(session_id)
        if session is None:
            raise not_found(f"Session {session_id}")
        return session, _read(session, start)

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            sessions = list(self._sessions.values())
            self._sessions.clear()
        for session in sessions:
            session.cursor.close()

    def _source(self, name: TableName, columns: list[str], restriction: str) -> Readable:
        found = self._jobs.find_readable(name)
        if restriction:
            table = f"{name.project}.{name.dataset}.{name.table}"
            sql = f"SELECT * FROM `{table}` WHERE ({restriction})"
            result = self._engine.run(QueryRequest(sql, project=name.project))
            assert result.table_sql is not None
            found = Readable(result.table_sql, found.fields)
        return Readable(found.table_sql, selected_fields(found.fields, columns))

    def _take_ended(self, now_s: float) -> list[ReadSession]:
        ended = []
        for session in list(self._sessions.values())[:-1]:
            is_over = now_s - session.begun_s > KEPT_FOR_S or len(self._sessions) > KEPT_SESSIONS
            if is_over and not session.lock.locked():
                ended.append(self._sessions.pop(session.id))
        return ended


def _read(session: ReadSession, start: int) -> Iterator[Any]:
    # A reader that goes on after a broken connection waits until the broken one is noticed.
    if not session.lock.acquire(timeout=_FREE_WITHIN_S):
        raise BigQueryError(f"Session {session.id} is being read already.", status=409)
    try:
        query = select_sql(session.source.table_sql, session.source.fields, start=start)
        yield from read_batches(session.cursor, query, session.schema)
    finally:
        session.lock.release()
