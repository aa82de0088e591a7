"""Types whose values have an order."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar


@scalar("py_check_orderable", "BOOLEAN")
def check_orderable(duckdb_type: str) -> bool:
    """Whether values of the type have a least and a greatest.

    Raises SqlError: when they have none.
    """
    kind = kind_of(duckdb_type)
    if kind.name == "STRUCT":
        raise SqlError(f"MIN and MAX are not defined for arguments of type {kind.spelled()}")
    return True
