"""BigQuery's functions that DuckDB lacks or answers otherwise: macros, and functions in Python.

Every macro of the folder `macros` is made, and every function of the folder `scalars` made known;
there is no list to edit. A macro is there in three forms: `bq_name`; `safe_bq_name` for the prefix
SAFE, which calls the forms of everything that give NULL where the others fail; and `w_bq_name` for
arguments with aggregates, see `nodes.call`.

Making all of them takes longer than opening a database. In a new one a query makes those that it
calls, and what they call; before the first change all of them are made, since what is stored, such
as a view, may call any of them later.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterable
from functools import cache
from graphlib import TopologicalSorter
from itertools import islice

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.macro_files import HEAD, MacroForm, load_macros
from ml_api_kit.gcp_accessor.local.bigquery.scalars import create_scalars, load_scalars

_CALL = re.compile(r"\b((?:py|bq|safe_bq|w_bq)_\w+)\(")
# Whatever may name a macro, also in capitals, in quotes, or away from its parenthesis.
_NAMED = re.compile(r"(?:safe_|w_)?bq_\w+", re.IGNORECASE)
_MARK = "bq_macros_are"
_AT_ONCE = 10
_PAUSE_S = 0.005


class Library:
    """The functions of one database. Thread-safe."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        """Make every function known, and every macro where an earlier version made some."""
        create_scalars(connection)
        self._connection = connection.cursor()
        self._lock = threading.Lock()
        self._missing: dict[str, str] = {}
        statements, version = _library()
        found = _mark(connection)
        if found == f"{version} complete":
            return
        if found is None or found == f"{version} begun":
            self._missing = {**statements}
            for name in _made(connection) if found else ():
                self._missing.pop(name, None)
        else:
            # What is stored may call what an earlier version made: nothing of it may stay.
            self._make(statements.values())
        self._set_mark("begun" if self._missing else "complete")

    def require(self, sql: str) -> None:
        """Make the macros that the SQL of DuckDB names, with those that they call."""
        if not self._missing or "bq_" not in sql.lower():
            return
        named = {name.lower() for name in _NAMED.findall(sql)}
        with self._lock:
            self._make_missing(_with_called(named, self._missing))

    def complete(self) -> None:
        """Make all macros that are missing; who requires some meanwhile need not wait for all."""
        while self._missing:
            with self._lock:
                if not self._missing:
                    return
                self._make_missing(set(islice(self._missing, _AT_ONCE)))
                if not self._missing:
                    self._set_mark("complete")
            # Who waits for the lock gets it only while nobody asks for it anew at once.
            time.sleep(_PAUSE_S)

    def close(self) -> None:
        """Make no more."""
        with self._lock:
            self._missing = {}
            self._connection.close()

    def _make_missing(self, names: set[str]) -> None:
        # They are in the order in which they can be made.
        self._make([text for name, text in self._missing.items() if name in names])
        self._missing = {name: text for name, text in self._missing.items() if name not in names}

    def _make(self, statements: Iterable[str]) -> None:
        # One transaction for all: a commit of each would take most of the time.
        self._connection.execute("BEGIN")
        self._connection.execute(";".join(statements) or "SELECT 1")
        self._connection.execute("COMMIT")

    def _set_mark(self, state: str) -> None:
        _, version = _library()
        self._connection.execute(f"{HEAD}{_MARK}() AS '{version} {state}'")


@cache
def _library() -> tuple[dict[str, str], str]:
    """The statement of every macro by its name, each behind those it calls, and their version."""
    statements = [_statement(name, forms) for name, forms in load_macros().items()]
    statements += [_safe_form(statement) for statement in statements]
    statements += [
        _statement(f"w_{name}", tuple(form.with_witnesses() for form in forms if form.parameters))
        for name, forms in load_macros().items()
        if forms[0].types
    ]
    version = hashlib.sha256("".join(statements).encode()).hexdigest()
    return _in_order(statements), version


def _mark(connection: DuckDBPyConnection) -> str | None:
    try:
        row = connection.execute(f"SELECT {_MARK}()").fetchone()
    except duckdb.CatalogException:
        return None
    return str(row[0]) if row else None


def _made(connection: DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_name LIKE '%bq\\_%'"
        " ESCAPE '\\' AND NOT internal AND function_type LIKE '%macro'"
    ).fetchall()
    return [name for (name,) in rows]


def _statement(name: str, forms: tuple[MacroForm, ...]) -> str:
    return f"{HEAD}{name}{', '.join(form.to_sql() for form in forms)}"


def _in_order(statements: list[str]) -> dict[str, str]:
    """The statements with those first that others call: DuckDB looks them up when it makes one."""
    by_name = {statement[len(HEAD) : statement.index("(")]: statement for statement in statements}
    called = {name: _called(name, by_name) for name in by_name}
    return {name: by_name[name] for name in TopologicalSorter(called).static_order()}


def _called(name: str, statements: dict[str, str]) -> set[str]:
    found = _CALL.findall(statements[name])
    return {one for one in found if one in statements and one != name}


def _with_called(names: set[str], statements: dict[str, str]) -> set[str]:
    """Those of the names that have a statement, and all that these call, however far off."""
    found: set[str] = set()
    waiting = [name for name in names if name in statements]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_called(name, statements))
    return found


def _safe_form(statement: str) -> str:
    scalars = load_scalars()

    def safe(match: re.Match[str]) -> str:
        name = match[1]
        if name.endswith("_safe") or name.startswith(("safe_", "w_")):
            return match[0]
        return f"{name}_safe(" if name.startswith("py_") and name in scalars else f"safe_{name}("

    return _CALL.sub(safe, statement)
