"""Columns with defaults where rows come from elsewhere than from SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field


def refuse_missing_defaults(fields: Iterable[Field], given: Collection[str]) -> None:
    """Nothing, when every column that has a default is among those given.

    BigQuery computes the default for each row that lacks the column; here only statements do.

    Raises BigQueryError: naming the first column that is not given.
    """
    names = {name.lower() for name in given}
    for field in fields:
        if field.get("defaultValueExpression") is not None and field["name"].lower() not in names:
            raise unsupported(
                f"rows without the column {field['name']}, which has a default, but by INSERT"
            )
