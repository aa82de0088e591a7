"""BigQuery's functions that DuckDB lacks or answers otherwise, as DuckDB macros.

Every `.sql` file in the folder `macros` is run on each start; there is no list to edit.
"""

from __future__ import annotations

from importlib.resources import files

from duckdb import DuckDBPyConnection


def create_macros(connection: DuckDBPyConnection) -> None:
    """Create or replace every macro of the folder in the database of the connection.

    `casts.sql` is first: the others use its macros, and DuckDB reads a macro's body when made.
    """
    folder = files(__package__).joinpath("macros")
    scripts = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    for script in sorted(scripts, key=lambda entry: (entry.name != "casts.sql", entry.name)):
        connection.execute(script.read_text(encoding="utf-8"))
