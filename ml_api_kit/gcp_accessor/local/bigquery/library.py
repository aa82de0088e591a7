"""BigQuery's functions that DuckDB lacks or answers otherwise: macros, and functions in Python.

Every macro of the folder `macros` is made, and every function of the folder `scalars` made known;
there is no list to edit. A macro is there in three forms: `bq_name`; `safe_bq_name` for the prefix
SAFE, which calls the forms of everything that give NULL where the others fail; and `w_bq_name` for
arguments with aggregates, see `nodes.call`.
"""

from __future__ import annotations

import hashlib
import re
from graphlib import TopologicalSorter

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.macro_files import HEAD, MacroForm, load_macros
from ml_api_kit.gcp_accessor.local.bigquery.scalars import create_scalars, load_scalars

_CALL = re.compile(r"\b((?:py|bq|safe_bq|w_bq)_\w+)\(")
_MARK = "bq_macros_are"


def create_functions(connection: DuckDBPyConnection) -> None:
    """Make every function known, and every macro unless the database has them all."""
    create_scalars(connection)
    statements = [_statement(name, forms) for name, forms in load_macros().items()]
    statements += [_safe_form(statement) for statement in statements]
    statements += [
        _statement(f"w_{name}", tuple(form.with_witnesses() for form in forms if form.parameters))
        for name, forms in load_macros().items()
        if forms[0].types
    ]
    version = hashlib.sha256("".join(statements).encode()).hexdigest()
    if _made_version(connection) != version:
        _create_all(connection, statements)
        connection.execute(f"{HEAD}{_MARK}() AS '{version}'")


def _made_version(connection: DuckDBPyConnection) -> str | None:
    found = connection.execute(
        "SELECT count(*) FROM duckdb_functions() WHERE function_name = ?", [_MARK]
    ).fetchone()
    if found is None or not found[0]:
        return None
    row = connection.execute(f"SELECT {_MARK}()").fetchone()
    return str(row[0]) if row else None


def _statement(name: str, forms: tuple[MacroForm, ...]) -> str:
    return f"{HEAD}{name}{', '.join(form.to_sql() for form in forms)}"


def _create_all(connection: DuckDBPyConnection, statements: list[str]) -> None:
    # One transaction for all: a commit of each would take most of the time.
    connection.execute("BEGIN")
    connection.execute(";".join(_in_order(statements)))
    connection.execute("COMMIT")


def _in_order(statements: list[str]) -> list[str]:
    """The statements with those first that others call: DuckDB looks them up when it makes one."""
    by_name = {statement[len(HEAD) : statement.index("(")]: statement for statement in statements}
    called = {
        name: {found for found in _CALL.findall(statement) if found in by_name and found != name}
        for name, statement in by_name.items()
    }
    return [by_name[name] for name in TopologicalSorter(called).static_order()]


def _safe_form(statement: str) -> str:
    scalars = load_scalars()

    def safe(match: re.Match[str]) -> str:
        name = match[1]
        if name.endswith("_safe") or name.startswith(("safe_", "w_")):
            return match[0]
        return f"{name}_safe(" if name.startswith("py_") and name in scalars else f"safe_{name}("

    return _CALL.sub(safe, statement)
