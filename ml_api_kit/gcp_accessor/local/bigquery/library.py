"""BigQuery's functions that DuckDB lacks or answers otherwise: macros, and functions in Python.

Every `.sql` file in the folder `macros` is run on each start, and every function of the folder
`scalars` is made known; there is no list to edit. For the prefix SAFE each macro is there twice:
`safe_bq_name` calls the forms of everything that give NULL where the others fail.
"""

from __future__ import annotations

import re
from importlib.resources import files

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.scalars import create_scalars, load_scalars

_HEAD = "CREATE OR REPLACE MACRO "
_CALL = re.compile(r"\b((?:py|bq)_\w+)\(")


def create_functions(connection: DuckDBPyConnection) -> None:
    """Make every function known, and create or replace every macro."""
    create_scalars(connection)
    folder = files(__package__).joinpath("macros")
    scripts = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    statements = [
        line
        for script in sorted(scripts, key=lambda entry: entry.name)
        for line in script.read_text(encoding="utf-8").splitlines()
        if line.startswith(_HEAD)
    ]
    _create_all(connection, [*statements, *map(_safe_form, statements)])


def _create_all(connection: DuckDBPyConnection, statements: list[str]) -> None:
    # DuckDB looks up what a macro calls when it is made: those that call others wait for them.
    waiting = statements
    while waiting:
        left: list[tuple[str, duckdb.Error]] = []
        for statement in waiting:
            try:
                connection.execute(statement)
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                left.append((statement, error))
        if len(left) == len(waiting):
            statement, failure = left[0]
            raise RuntimeError(f"a macro cannot be made: {statement}") from failure
        waiting = [statement for statement, _ in left]


def _safe_form(statement: str) -> str:
    scalars = load_scalars()

    def safe(match: re.Match[str]) -> str:
        name = match[1]
        if name.endswith("_safe"):
            return match[0]
        return f"{name}_safe(" if name.startswith("py_") and name in scalars else f"safe_{name}("

    return _CALL.sub(safe, statement)
