"""Opens the DuckDB file of the local BigQuery, set up to compute as BigQuery does."""

from __future__ import annotations

from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

DATABASE_NAME = "bigquery.duckdb"


def open_connection(folder: Path) -> DuckDBPyConnection:
    """A connection to the file in the folder, which is made where there is none.

    Raises duckdb.IOException: when another process has it open.
    """
    connection = duckdb.connect(
        folder / DATABASE_NAME,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET GLOBAL ieee_floating_point_ops = false")
    # The first two would take an expression's refusal of a type out of a plan that reads no rows;
    # the third compares every column's expression with every other, which takes seconds for a table
    # of hundreds.
    connection.execute(
        "SET GLOBAL disabled_optimizers ="
        " 'statistics_propagation,empty_result_pullup,common_subexpressions'"
    )
    # Answers of queries live beside the data, in memory, and end with the process.
    connection.execute("ATTACH ':memory:' AS results")
    return connection
