"""Rows on their way from one DuckDB cursor to another that may not see what the first has done."""

from __future__ import annotations

import re

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.names import quote

# Types that Arrow has no exact form of; their text is exact.
_AS_TEXT = re.compile(r"\b(?:BIGNUM|INTERVAL|JSON)\b")


def pass_rows(
    source: DuckDBPyConnection, select_sql: str, target: DuckDBPyConnection, table_sql: str
) -> int:
    """The number of rows of the query that were put into the new table of the other cursor."""
    relation = source.sql(select_sql)
    names, types = relation.columns, [str(kind) for kind in relation.types]
    sent = ", ".join(
        f"CAST({quote(name)} AS {_AS_TEXT.sub('VARCHAR', kind)}) AS {quote(name)}"
        for name, kind in zip(names, types, strict=True)
    )
    # What the cursor has given before must be read to its end first.
    while source.fetchone() is not None:
        pass
    rows = source.sql(f"SELECT {sent} FROM ({select_sql}) AS answer").to_arrow_table()
    kept = ", ".join(
        f"CAST({quote(name)} AS {kind}) AS {quote(name)}"
        for name, kind in zip(names, types, strict=True)
    )
    target.register("passed_rows", rows)
    target.execute(f"CREATE TABLE {table_sql} AS SELECT {kept} FROM passed_rows")
    target.unregister("passed_rows")
    return int(rows.num_rows)
