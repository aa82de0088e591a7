"""What the statements of a script, or of a session, share: a DuckDB cursor and its transaction.

DuckDB ends a transaction with its first error; BigQuery goes on in the handler of the script, which
sees what was changed before. So what a transaction has changed is remembered, and done again after
an error; no other writer is let in by a script meanwhile, and beside those of a session it is only
done again where none has changed anything.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.recording import Change, Recorder, is_repeatable
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_rows import RESOURCES
from ml_api_kit.gcp_accessor.local.bigquery.writes import Writes


class Session:
    """A cursor that lives as long as a script, and at most one open transaction on it.

    A transaction holds the lock of writers from its begin to its end, so that it never conflicts;
    that of a session, which is `lasting`, holds none and may conflict.
    """

    def __init__(
        self, cursor: DuckDBPyConnection, writes: Writes, *, is_lasting: bool = False
    ) -> None:
        """Start outside of a transaction."""
        self.cursor = cursor
        self.transaction_id: str | None = None
        # The temporary tables of its script or session, as they were before the transaction.
        self.tables_before: dict[str, TableName] = {}
        self._is_lasting = is_lasting
        self._writes = writes
        self._count_at_begin = 0
        self._changes: list[Change] = []

    @property
    def is_in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.transaction_id is not None

    def begin(self) -> None:
        """Begin a transaction.

        Raises BigQueryError: when one is open.
        """
        if self.is_in_transaction:
            raise invalid_query(
                "Transaction is already in progress; nested transactions are not supported"
            )
        self._writes.lock.acquire()
        self._count_at_begin = self._writes.count
        self.cursor.execute("BEGIN")
        # DuckDB's transaction sees what is there when it first reads.
        self.cursor.execute(f"SELECT 1 FROM {RESOURCES} LIMIT 1").fetchall()
        self.transaction_id = uuid.uuid4().hex
        self._changes = []
        if self._is_lasting:
            self._writes.lock.release()

    @contextmanager
    def changing(self) -> Iterator[DuckDBPyConnection]:
        """The cursor, for a change within the transaction: all of it is remembered, or none."""
        recorder = Recorder(self.cursor, str(len(self._changes)))
        yield cast(DuckDBPyConnection, recorder)
        self._changes += recorder.changes

    def restore(self) -> None:
        """Bring the transaction to where it was before the statement that has failed.

        A transaction that cannot be done again with the same values stays as DuckDB left it: it
        takes no statement but ROLLBACK.
        """
        has_others = self._is_lasting and self._writes.count != self._count_at_begin
        if not self.is_in_transaction or has_others or not is_repeatable(self._changes):
            return
        self.cursor.execute("ROLLBACK")
        self.cursor.execute("BEGIN")
        for sql, arguments in self._changes:
            self.cursor.execute(sql, *arguments)

    def commit(self) -> None:
        """Keep what the transaction changed.

        Raises BigQueryError: when none is open, or a statement of it had failed.
        """
        self._end("COMMIT")

    def rollback(self) -> None:
        """Forget what the transaction changed.

        Raises BigQueryError: when none is open.
        """
        self._end("ROLLBACK")

    def _end(self, verb: str) -> None:
        if not self.is_in_transaction:
            raise invalid_query(f"{verb.capitalize()} failed: There is no active transaction")
        self.transaction_id = None
        try:
            self.cursor.execute(verb)
            self._writes.count += 1
        except duckdb.Error as error:
            raise conflict(error) or to_bigquery_error(error) from error
        finally:
            if not self._is_lasting:
                self._writes.lock.release()

    def close(self) -> None:
        """Roll back what is open, and let go of the cursor."""
        if self.is_in_transaction:
            self.rollback()
        self.cursor.close()


def conflict(error: duckdb.Error) -> BigQueryError | None:
    """The error of a transaction of a session that another one has come before; None for others."""
    is_one = isinstance(error, duckdb.TransactionException) and "onflict" in str(error)
    if not is_one:
        return None
    return invalid_query(f"Transaction is aborted due to concurrent update: {error}")
