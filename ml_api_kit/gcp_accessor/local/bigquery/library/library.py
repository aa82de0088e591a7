"""BigQuery's functions that DuckDB lacks or answers otherwise: macros, and functions in Python.

Every macro of the folder `macros` is made, and every function of the folder `scalars` made known;
there is no list to edit. A macro is there in three forms: `bq_name`; `safe_bq_name` for the prefix
SAFE, which calls the forms of everything that give NULL where the others fail; and `w_bq_name` for
arguments with aggregates, see `nodes.call`.

Making all of them takes longer than opening a database. In a new one a query makes those that it
calls, and what they call; before the first change all of them are made, since what is stored, such
as a view, may call any of them later. Then they are kept for other new databases, see
`kept_library`.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.library.kept_library import keep_library
from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import HEAD, load_macros
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars import create_scalars, load_scalars

_CALL = re.compile(r"\b((?:py|bq|safe_bq|w_bq)_\w+)\(")
# Whatever may name a macro, also in capitals, in quotes, or away from its parenthesis.
_NAMED = re.compile(r"(?:safe_|w_)?bq_\w+", re.IGNORECASE)
_MARK = "bq_macros_are"
_MADE_BY = ("library.py", "macro_files.py", "mixed_forms.py", "strict_forms.py", "scalars/kinds.py")
_AT_ONCE = 10
_PAUSE_S = 0.005


class Library:
    """The functions of one database. Thread-safe."""

    def __init__(self, connection: DuckDBPyConnection, database: Path) -> None:
        """Make every function known, and every macro where an earlier version made some."""
        create_scalars(connection)
        self._database = database
        self._connection = connection.cursor()
        self._lock = threading.Lock()
        self._missing: frozenset[str] = frozenset()
        found = _mark(connection)
        if found == f"{library_version()} complete":
            return
        if found is None or found == f"{library_version()} begun":
            self._missing = macro_names().difference(_made(connection) if found else ())
        else:
            # What is stored may call what an earlier version made: nothing of it may stay.
            self._make(_with_called(macro_names(), macro_names()))
        self._set_mark("begun" if self._missing else "complete")

    def require(self, sql: str) -> None:
        """Make the macros that the SQL of DuckDB names, with those that they call."""
        if not self._missing or "bq_" not in sql.lower():
            return
        named = {name.lower() for name in _NAMED.findall(sql)}
        with self._lock:
            self._make_missing(named)

    def complete(self) -> None:
        """Make all macros that are missing; who requires some meanwhile need not wait for all."""
        while self._missing:
            with self._lock:
                if not self._missing:
                    return
                self._make_missing(list(islice(self._missing, _AT_ONCE)))
                if not self._missing:
                    self._set_mark("complete")
                    # Who changes anything has waited for this.
                    keep_library(self._connection, self._database, library_version())
            # Who waits for the lock gets it only while nobody asks for it anew at once.
            time.sleep(_PAUSE_S)

    def close(self) -> None:
        """Make no more."""
        with self._lock:
            self._missing = frozenset()
            self._connection.close()

    def _make_missing(self, names: Iterable[str]) -> None:
        made = _with_called(names, self._missing)
        self._make(made)
        self._missing = self._missing.difference(made)

    def _make(self, names: Iterable[str]) -> None:
        # One transaction for all: a commit of each would take most of the time.
        self._connection.execute("BEGIN")
        self._connection.execute(";".join(map(_statement, names)) or "SELECT 1")
        self._connection.execute("COMMIT")

    def _set_mark(self, state: str) -> None:
        self._connection.execute(f"{HEAD}{_MARK}() AS '{library_version()} {state}'")


@cache
def macro_names() -> frozenset[str]:
    """The names of all macros, in all their forms."""
    names = load_macros()
    overloaded = (f"w_{name}" for name in names if names.is_overloaded(name))
    return frozenset([*names, *(f"safe_{name}" for name in names), *overloaded])


@cache
def library_version() -> str:
    """What changes with the statements: they follow from these files and names."""
    digest = hashlib.sha256(",".join(sorted(load_scalars())).encode())
    package = files(__package__)
    macros = [entry for entry in package.joinpath("macros").iterdir() if entry.is_file()]
    sources = [package.joinpath(name) for name in _MADE_BY]
    for file in [*sorted(macros, key=lambda entry: entry.name), *sources]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


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


@cache
def _statement(name: str) -> str:
    """The statement that makes a macro."""
    if name.startswith("safe_"):
        return _safe_form(_statement(name.removeprefix("safe_")))
    forms = load_macros()[name.removeprefix("w_")]
    if name.startswith("w_"):
        forms = tuple(form.with_witnesses() for form in forms if form.parameters)
    return f"{HEAD}{name}{', '.join(form.to_sql() for form in forms)}"


def _with_called(names: Iterable[str], known: Collection[str]) -> list[str]:
    """Those names that are known, each behind the known ones that it calls, however far off.

    DuckDB looks up what a macro calls when it makes it.
    """
    found: dict[str, None] = {}

    def add(name: str) -> None:
        if name not in found and name in known:
            for called in _CALL.findall(_statement(name)):
                if called != name:
                    add(called)
            found[name] = None

    for name in names:
        add(name)
    return list(found)


def _safe_form(statement: str) -> str:
    scalars = load_scalars()

    def safe(match: re.Match[str]) -> str:
        name = match[1]
        if name.endswith("_safe") or name.startswith(("safe_", "w_")):
            return match[0]
        return f"{name}_safe(" if name.startswith("py_") and name in scalars else f"safe_{name}("

    return _CALL.sub(safe, statement)
