"""The schema that the values of files suggest.

Source: https://cloud.google.com/bigquery/docs/schema-detect
"""

from __future__ import annotations

import re

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.csv_source import delimiter, quote_mark
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
    check_fields,
    fields_from_duckdb,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import text_literal
from ml_api_kit.gcp_accessor.local.bigquery.sources import Source

_STANDARD_NAMES = {"INTEGER": "int64", "FLOAT": "double", "BOOLEAN": "bool"}


def detect_fields(cursor: DuckDBPyConnection, source: Source) -> list[Field]:
    """The schema that the values of the files suggest."""
    if source.format == "CSV":
        is_headed = has_header(cursor, source)
        skip = max(source.whole_number("skipLeadingRows") - 1, 0) if is_headed else 0
        relation = cursor.sql(
            f"SELECT * FROM read_csv({source.files_sql}, header={str(is_headed).lower()},"
            f" skip={skip}, compression='{source.compression}', {_dialect(source)})"
        )
    else:
        relation = cursor.sql(
            f"SELECT * FROM read_json({source.files_sql}, format='newline_delimited',"
            f" records='true', compression='{source.compression}')"
        )
    fields = fields_from_duckdb(relation.columns, relation.types)
    return check_fields([_detected(field, position) for position, field in enumerate(fields)])


def has_header(cursor: DuckDBPyConnection, source: Source) -> bool:
    """Whether the first line of a CSV file, or the last that is skipped, names the columns."""
    if source.whole_number("skipLeadingRows"):
        return True
    row = cursor.execute(
        f"SELECT HasHeader FROM sniff_csv({text_literal(str(source.files[0]))}, {_dialect(source)})"
    ).fetchone()
    return bool(row and row[0])


def _dialect(source: Source) -> str:
    mark = text_literal(quote_mark(source))
    return f"delim={text_literal(delimiter(source))}, quote={mark}, escape={mark}"


def _detected(field: Field, position: int) -> Field:
    name = re.sub(r"[^A-Za-z0-9_]", "_", field["name"]) or f"string_field_{position}"
    if re.fullmatch(r"column\d+", name):
        kind = _STANDARD_NAMES.get(field["type"], field["type"].lower())
        name = f"{kind}_field_{position}"
    # BigQuery's detection gives TIMESTAMP where DuckDB's gives a time without zone.
    type_name = "TIMESTAMP" if field["type"] == "DATETIME" else field["type"]
    detected = {**field, "name": name if not name[0].isdigit() else f"_{name}", "type": type_name}
    if "fields" in field:
        detected["fields"] = [_detected(sub, index) for index, sub in enumerate(field["fields"])]
    return detected
