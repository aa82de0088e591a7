"""A cursor of DuckDB that has the macros made which its statements call."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.library.library import Library


class LibraryCursor:
    """Does what the cursor does, after the library has what the statement names."""

    def __init__(self, cursor: DuckDBPyConnection, library: Library) -> None:
        """Run statements by `cursor`."""
        self._cursor = cursor
        self._library = library

    def execute(self, query: str, *arguments: Any, **options: Any) -> DuckDBPyConnection:
        """As the cursor's own."""
        self._library.require(query)
        return self._cursor.execute(query, *arguments, **options)

    def sql(self, query: str, *arguments: Any, **options: Any) -> Any:
        """As the cursor's own."""
        self._library.require(query)
        return self._cursor.sql(query, *arguments, **options)

    def __getattr__(self, name: str) -> Any:
        """Whatever else the cursor has."""
        return getattr(self._cursor, name)
