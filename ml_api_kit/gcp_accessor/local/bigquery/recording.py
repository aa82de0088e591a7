"""A cursor that remembers what it has changed, so that it can be done again."""

from __future__ import annotations

import re
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.names import quote

Change = tuple[str, tuple[Any, ...]]

# What gives another value when it is done again.
_VOLATILE = re.compile(r"rand|uuid|current_|now\(", re.IGNORECASE)
_VARIABLE = re.compile(r"getvariable\('([^']+)'\)", re.IGNORECASE)


class Recorder:
    """Does what the cursor does, and keeps the statements that change something in `changes`.

    Variables of the session are copied, as the script may set them anew; `mark` makes the names of
    the copies.
    """

    def __init__(self, cursor: DuckDBPyConnection, mark: str) -> None:
        """Start without changes."""
        self._cursor = cursor
        self._mark = mark
        self.changes: list[Change] = []

    def execute(self, query: str, *arguments: Any) -> DuckDBPyConnection:
        """As the cursor's own."""
        if query.startswith(("SELECT", "EXPLAIN")):
            return self._cursor.execute(query, *arguments)
        for name in dict.fromkeys(_VARIABLE.findall(query)):
            copied = quote(f"{name}@{self._mark}")
            self._cursor.execute(f"SET VARIABLE {copied} = getvariable('{name}')")
        result = self._cursor.execute(query, *arguments)
        kept = _VARIABLE.sub(lambda found: f"getvariable('{found[1]}@{self._mark}')", query)
        self.changes.append((kept, arguments))
        return result

    def __getattr__(self, name: str) -> Any:
        """Whatever else the cursor has."""
        return getattr(self._cursor, name)


def is_repeatable(changes: list[Change]) -> bool:
    """Whether the changes give the same when they are done again.

    >>> is_repeatable([("INSERT INTO t VALUES (bq_rand())", ())])
    False
    """
    return not any(_VOLATILE.search(sql) for sql, _ in changes)
