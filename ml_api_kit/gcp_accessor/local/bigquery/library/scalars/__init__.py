"""BigQuery's functions of single values in Python, called by DuckDB under their names.

Each file of this folder holds the functions of one kind; files are found by walking the folder. A
function is marked with the DuckDB type of its answer. It is called with Python values: int, float,
Decimal, str, bytes, bool, date, time, datetime, list, dict; JSON is text and BIGNUMERIC a
dictionary, see `numerics`. Every function is there twice: `name`, which fails as BigQuery's does,
and `name_safe`, which gives NULL where BigQuery's SAFE prefix does.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Scalar, all_scalars

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@cache
def load_scalars() -> dict[str, Scalar]:
    """Every Python function by the name that DuckDB knows it under."""
    for module_info in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module_info.name}")
    return all_scalars()


def create_scalars(connection: DuckDBPyConnection) -> None:
    """Make every Python function known to the connection's database."""
    for name, scalar in load_scalars().items():
        connection.create_function(  # type: ignore[call-overload]
            name,
            scalar.call,
            None,
            scalar.duckdb_type,
            null_handling="special",
            side_effects=scalar.has_effects,
        )
