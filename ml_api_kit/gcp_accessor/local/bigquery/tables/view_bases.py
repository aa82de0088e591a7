"""The tables that views read, of which one may be dropped while the view stays."""

from __future__ import annotations

import re
from collections.abc import Iterable

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.tables.catalog import Catalog

# A table in DuckDB's own spelling of a view: "local:exams".answers
_TABLE = re.compile(r'"([^"]+):([^":]+)"\.(?:"((?:[^"]|"")+)"|(\w+))')


def missing_base(
    cursor: DuckDBPyConnection, catalog: Catalog, tables: Iterable[TableName]
) -> TableName | None:
    """The first table that is not there, of those that the tables and their views read."""
    seen: set[TableName] = set()
    waiting = list(tables)
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        # The dataset of a base may be gone as well.
        present = {
            r["tableReference"]["tableId"]: r for r in catalog.rows.tables(cursor, name.parent)
        }
        if name.table not in present:
            return name
        if str(present[name.table]["type"]).endswith("VIEW"):
            waiting += _bases(cursor, name)
    return None


def _bases(cursor: DuckDBPyConnection, view: TableName) -> list[TableName]:
    row = cursor.execute(
        "SELECT sql FROM duckdb_views() WHERE schema_name = ? AND view_name = ?",
        [str(view.parent), view.table],
    ).fetchone()
    return [
        TableName(match[1], match[2], match[3].replace('""', '"') if match[3] else match[4])
        for match in _TABLE.finditer(row[0] if row is not None else "")
    ]
