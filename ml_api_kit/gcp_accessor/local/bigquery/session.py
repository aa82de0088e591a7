"""What the statements of one script share: a DuckDB cursor, its variables and its transaction."""

from __future__ import annotations

import threading

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error


class Session:
    """A cursor that lives as long as a script, and at most one open transaction on it.

    A transaction holds the lock of writers from its begin to its end, so that it never conflicts.
    """

    def __init__(self, cursor: DuckDBPyConnection, write_lock: threading.RLock) -> None:
        """Start outside of a transaction."""
        self.cursor = cursor
        self.is_in_transaction = False
        self._write_lock = write_lock

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
