"""Tables made of the rows of a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.tables.fitting import check_nested


def store_table(
    database: Database,
    name: TableName,
    fields: list[Field],
    select: str | None,
    *,
    is_replacing: bool,
    cursor: DuckDBPyConnection,
    resource: Mapping[str, Any] | None = None,
    hidden: Sequence[str] = (),
) -> None:
    """Make a table with the fields, and with the rows of a DuckDB query where there is one.

    The rows are kept aside first, as the query may read the table that it replaces. Behind the
    fields the query gives the `hidden` columns.
    """
    if select is not None:
        cursor.execute(f'CREATE OR REPLACE TEMP TABLE "_stored" AS {select}')
    if is_replacing and database.catalog.find_table(cursor, name) is not None:
        database.catalog.drop_table(cursor, name)
    database.catalog.create_table(cursor, name, fields, dict(resource or {}))
    if select is not None:
        columns = ", ".join(quote(column) for column in [*(f["name"] for f in fields), *hidden])
        cursor.execute(f'INSERT INTO {name.to_sql()} ({columns}) SELECT * FROM "_stored"')
        cursor.execute('DROP TABLE "_stored"')
        check_nested(cursor, name.to_sql(), fields)
