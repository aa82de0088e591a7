"""The DuckDB file of the local BigQuery: its catalog, its transactions, and answers kept."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.cancellation import CurrentCancellation, WriteLock
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.kept_library import begin_with_library
from ml_api_kit.gcp_accessor.local.bigquery.library.library import Library, library_version
from ml_api_kit.gcp_accessor.local.bigquery.library.library_cursor import LibraryCursor
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects
from ml_api_kit.gcp_accessor.local.bigquery.opening import DATABASE_NAME, open_connection
from ml_api_kit.gcp_accessor.local.bigquery.planner import Planner
from ml_api_kit.gcp_accessor.local.bigquery.rest.encode import MICROS, row_sql
from ml_api_kit.gcp_accessor.local.bigquery.session import Session, conflict
from ml_api_kit.gcp_accessor.local.bigquery.sizes import size_sql, sum_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.catalog import Catalog
from ml_api_kit.gcp_accessor.local.bigquery.tables.passing import pass_rows
from ml_api_kit.gcp_accessor.local.bigquery.writes import Writes


class Database:
    """BigQuery's datasets and tables in the folder `folder`.

    Thread-safe: each operation has its own cursor; writers take turns, readers do not wait.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> database = Database(Path(folder.name), project="local")
    >>> with database.reading() as cursor:
    ...     table_sql, row_count = database.keep_result(cursor, "SELECT 3 AS half")
    >>> row_count, database.row_count(table_sql)
    (1, 1)
    >>> database.close()
    >>> folder.cleanup()
    """

    def __init__(self, folder: Path, *, project: str) -> None:
        """Open the database of the folder, or make both.

        Raises duckdb.IOException: when another process has the database open.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # DuckDB answers nothing more after a fault such as a disk that is full at a checkpoint.
        self.is_broken = False
        self.project = project
        self.cancellation = CurrentCancellation()
        self._writes = Writes(WriteLock(self.cancellation.check))
        # The Cloud Storage that statements load from and export to.
        self.objects: Objects | None = None
        # What follows from tables that were made, dropped or given other columns.
        self.tables_changed: Callable[[list[TableName]], None] = lambda _: None
        # The jobs of a project in their REST form, which only a server has.
        self.job_resources: Callable[[str], list[dict[str, Any]]] = lambda _: []
        self._sessions = threading.local()
        begin_with_library(folder / DATABASE_NAME, library_version())
        self._connection = open_connection(folder)
        # What an earlier process had not finished when it ended is of no use to this one.
        self.upload_folder = folder / "uploads"
        shutil.rmtree(self.upload_folder, ignore_errors=True)
        self.upload_folder.mkdir()
        self._library = Library(self._connection, folder / DATABASE_NAME)
        self.catalog = Catalog(self._connection)
        self.catalog.drop_temporary(self._connection)
        self.planner = Planner(self.catalog)

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._library.close()
        self._connection.close()

    def complete(self) -> None:
        """Make the functions that no query has asked for yet."""
        self._library.complete()

    def cursor(self) -> DuckDBPyConnection:
        """A cursor that the caller closes."""
        return cast(DuckDBPyConnection, LibraryCursor(self._connection.cursor(), self._library))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for what this thread does meanwhile: it all goes through one cursor."""
        # A cursor with an answer that is not read to its end sees nothing that is made later.
        self.complete()
        session = Session(self.cursor(), self._writes)
        try:
            with self.resumed(session):
                yield session
        finally:
            with self.cancellation.shielded():
                session.close()

    def new_session(self) -> Session:
        """A session that outlives the thread; the caller closes it."""
        self.complete()
        return Session(self.cursor(), self._writes, is_lasting=True)

    @contextmanager
    def resumed(self, session: Session) -> Iterator[None]:
        """All that this thread does meanwhile goes through the session's cursor."""
        self._sessions.current = session
        try:
            yield
        finally:
            self._sessions.current = None

    @contextmanager
    def reading(self) -> Iterator[DuckDBPyConnection]:
        """A cursor for reading; DuckDB's errors leave in BigQuery's words."""
        session: Session | None = getattr(self._sessions, "current", None)
        cursor = self.cursor() if session is None else session.cursor
        try:
            with self.cancellation.watching(cursor):
                yield cursor
        except duckdb.Error as error:
            self.is_broken = self.is_broken or isinstance(error, duckdb.FatalException)
            fault = to_bigquery_error(error, self.folder)
            is_interrupted = isinstance(error, duckdb.InterruptException)
            if session is not None and session.is_in_transaction and not is_interrupted:
                session.restore()
                fault = conflict(error) or fault
            raise fault from error
        finally:
            if session is None:
                cursor.close()

    @contextmanager
    def writing(self) -> Iterator[DuckDBPyConnection]:
        """A cursor in a transaction of its own, or in that of the session: all is kept, or none."""
        # What is made within a transaction would be seen by no other one.
        self.complete()
        with self._writes.lock, self.reading() as cursor:
            if self.is_in_transaction:
                with self.current_session().changing() as recorded:
                    yield recorded
                return
            self.catalog.changed = []
            cursor.execute("BEGIN")
            try:
                yield cursor
                self.cancellation.check()
            except BaseException:
                with self.cancellation.shielded():
                    cursor.execute("ROLLBACK")
                raise
            with self.cancellation.shielded():
                cursor.execute("COMMIT")
            self._writes.count += 1
            changed, self.catalog.changed = self.catalog.changed, []
        if changed:
            with self.cancellation.shielded():
                self.tables_changed(changed)

    @contextmanager
    def writing_as_read(self) -> Iterator[DuckDBPyConnection]:
        """A cursor for writing, whose changes this thread also reads before they are kept."""
        if getattr(self._sessions, "current", None) is not None:
            with self.writing() as cursor:
                yield cursor
            return
        with self.session(), self.writing() as cursor:
            yield cursor

    def current_session(self) -> Session:
        """The session of this thread.

        Raises LookupError: when there is none.
        """
        session: Session | None = getattr(self._sessions, "current", None)
        if session is None:
            raise LookupError("a session, within which this is done")
        return session

    @property
    def is_in_transaction(self) -> bool:
        """Whether the session of this thread has an open transaction."""
        session: Session | None = getattr(self._sessions, "current", None)
        return session is not None and session.is_in_transaction

    def keep_result(self, cursor: DuckDBPyConnection, select_sql: str) -> tuple[str, int]:
        """The name of a new table in memory with the answer of a DuckDB query, and its rows."""
        table_sql = f"results.main.{quote('answer_' + uuid.uuid4().hex)}"
        if self.is_in_transaction:
            # DuckDB writes to one database in a transaction; the answer goes through memory.
            other = self._connection.cursor()
            try:
                return table_sql, pass_rows(cursor, select_sql, other, table_sql)
            finally:
                other.close()
        row = cursor.execute(f"CREATE TABLE {table_sql} AS {select_sql}").fetchone()
        return table_sql, int(row[0]) if row else 0

    def drop_result(self, table_sql: str) -> None:
        """Forget an answer that was kept."""
        with self.reading() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {table_sql}")

    def rows_json(
        self,
        table_sql: str,
        fields: list[Field],
        *,
        start: int,
        count: int,
        form: str = MICROS,
    ) -> list[str]:
        """Rows `start` to `start + count` of a DuckDB table, each as BigQuery's JSON text."""
        row = row_sql(fields, form=form)
        with self.reading() as cursor:
            found = cursor.execute(
                f"SELECT {row} FROM (SELECT * FROM {table_sql} LIMIT {count} OFFSET {start})"
            ).fetchall()
        return [text for (text,) in found]

    def row_count(self, table_sql: str) -> int:
        """The number of rows of a DuckDB table."""
        with self.reading() as cursor:
            row = cursor.execute(f"SELECT count(*) FROM {table_sql}").fetchone()
        return int(row[0]) if row else 0

    def size_bytes(self, name: TableName, columns: frozenset[str] | None = None) -> int:
        """BigQuery's logical bytes of the named columns of a table, or of all; 0 for a view."""
        with self.reading() as cursor:
            resource = self.catalog.table(cursor, name)
            if resource["type"].endswith("VIEW"):
                return 0
            sizes = {
                item["name"].lower(): f"coalesce(sum({size_sql([item])}), 0)"
                for item in resource["schema"]["fields"]
                if columns is None or item["name"].lower() in columns
            }
            if not sizes:
                return 0
            row = cursor.execute(
                f"SELECT CAST({sum_sql(list(sizes.values()))} AS BIGINT) FROM {name.to_sql()}"
            ).fetchone()
        return int(row[0]) if row else 0
