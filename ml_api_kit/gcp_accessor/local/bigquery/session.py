"""What the statements of one script share: a DuckDB cursor, its variables and its transaction.

DuckDB ends a transaction with its first error; BigQuery goes on in the handler of the script, which
sees what was changed before. So what a transaction has changed is remembered, and done again after
an error; no other writer is let in meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.cancellation import WriteLock
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.recording import Change, Recorder, is_repeatable


class Session:
    """A cursor that lives as long as a script, and at most one open transaction on it.

    A transaction holds the lock of writers from its begin to its end, so that it never conflicts.
    """

    def __init__(self, cursor: DuckDBPyConnection, write_lock: WriteLock) -> None:
        """Start outside of a transaction."""
        self.cursor = cursor
        self.is_in_transaction = False
        self._write_lock = write_lock
        self._changes: list[Change] = []

    def begin(self) -> None:
        """Begin a transaction.

        Raises BigQueryError: when one is open.
        """
        if self.is_in_transaction:
            raise invalid_query(
                "Transaction is already in progress; nested transactions are not supported"
            )
        self._write_lock.acquire()
        self.cursor.execute("BEGIN")
        self.is_in_transaction = True
        self._changes = []

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
        if not self.is_in_transaction or not is_repeatable(self._changes):
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
        self.is_in_transaction = False
        try:
            self.cursor.execute(verb)
        except duckdb.Error as error:
            raise to_bigquery_error(error) from error
        finally:
            self._write_lock.release()

    def close(self) -> None:
        """Roll back what is open, and let go of the cursor."""
        if self.is_in_transaction:
            self.rollback()
        self.cursor.close()
