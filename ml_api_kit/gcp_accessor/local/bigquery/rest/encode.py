"""Rows as the `{"f": [{"v": …}]}` JSON of BigQuery's REST answers, written inside DuckDB.

Text is built by the database, column by column, because turning values into Python objects and
those into JSON costs several times more.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/list
"""

from __future__ import annotations

from collections.abc import Sequence

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal

SECONDS, MICROS, ISO = "seconds", "microseconds", "ISO 8601"
"""How timestamps are spelled: seconds since 1970 as a decimal number, formeconds, or a date."""

_OPEN, _CLOSE = text_literal('{"v":'), text_literal("}")


def row_sql(fields: Sequence[Field], *, form: str) -> str:
    """The SQL expression for one row of a table with these `fields`, as JSON text.

    Timestamps are spelled in the `form` that the client asks for.
    """
    cells = [
        f"{_OPEN} || {_value_sql(quote(field['name']), field, form)} || {_CLOSE}"
        for field in fields
    ]
    return _cells_sql(cells) if cells else """'{"f":[]}'"""


def _cells_sql(cells: Sequence[str]) -> str:
    # One call takes any number of them; a chain of || would nest too deeply for hundreds.
    return f"""concat('{{"f":[', concat_ws(',', {", ".join(cells)}), ']}}')"""


def _value_sql(value: str, field: Field, form: str, depth: int = 0) -> str:
    if field["mode"] == "REPEATED":
        item = f"item_{depth}"
        element = _value_sql(item, {**field, "mode": "NULLABLE"}, form, depth + 1)
        cells = f"list_transform({value}, lambda {item}: {_OPEN} || {element} || {_CLOSE})"
        return f"coalesce('[' || array_to_string({cells}, ',') || ']', '[]')"
    if field["type"] == "RECORD":
        members = [(f"({value}).{quote(sub['name'])}", sub) for sub in field["fields"]]
        parts = [
            f"{_OPEN} || {_value_sql(member, sub, form, depth)} || {_CLOSE}"
            for member, sub in members
        ]
        return f"CASE WHEN {value} IS NULL THEN 'null' ELSE {_cells_sql(parts)} END"
    if field["type"] == "RANGE":
        return _range_sql(value, field, form)
    if field["type"] in ("STRING", "JSON"):
        return f"coalesce(CAST(to_json(CAST({value} AS VARCHAR)) AS VARCHAR), 'null')"
    return f"""coalesce('"' || {_scalar_text(value, field["type"], form)} || '"', 'null')"""


def _range_sql(value: str, field: Field, form: str) -> str:
    kind = field["rangeElementType"]["type"]
    start, end = (
        f"coalesce({_scalar_text(f'({value}).{quote(name)}', kind, form)}, 'UNBOUNDED')"
        for name in ("@range_start", "@range_end")
    )
    text = f"""'"[' || {start} || ', ' || {end} || ')"'"""
    return f"CASE WHEN {value} IS NULL THEN 'null' ELSE {text} END"


def _scalar_text(value: str, type_name: str, form: str) -> str:
    if type_name == "BYTES":
        return f"base64({value})"
    if type_name == "FLOAT":
        return (
            f"CASE WHEN isnan({value}) THEN 'NaN' WHEN {value} = 'infinity'::DOUBLE THEN 'Infinity'"
            f" WHEN {value} = '-infinity'::DOUBLE THEN '-Infinity'"
            f" ELSE CAST({value} AS VARCHAR) END"
        )
    if type_name == "NUMERIC":
        return f"bq_numeric_text({value})"
    if type_name == "BIGNUMERIC":
        return f"bq_big_text({value})"
    if type_name == "INTERVAL":
        return f"bq_interval_text({value})"
    if type_name == "GEOGRAPHY":
        return f"bq_st_astext({value})"
    if type_name == "TIMESTAMP" and form == MICROS:
        return f"CAST(epoch_us({value}) AS VARCHAR)"
    if type_name == "TIMESTAMP" and form == ISO:
        return f"strftime({value} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
    if type_name == "TIMESTAMP":
        return f"CAST(CAST(epoch_us({value}) AS DECIMAL(38,6)) / 1000000 AS VARCHAR)"
    if type_name == "DATETIME":
        return f"replace({_padded(value, 26)}, ' ', 'T')"
    if type_name == "TIME":
        return _padded(value, 15)
    return f"CAST({value} AS VARCHAR)"


def _padded(value: str, width: int) -> str:
    """The text of a time, with six digits behind the point where it has one, as clients need."""
    text = f"CAST({value} AS VARCHAR)"
    return f"CASE WHEN contains({text}, '.') THEN rpad({text}, {width}, '0') ELSE {text} END"
