"""The defaults of columns: computed for each row that comes without one.

Source: https://cloud.google.com/bigquery/docs/default-values
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlglot
from duckdb import DuckDBPyConnection
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source
from ml_api_kit.gcp_accessor.local.bigquery.names import text_literal
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState
from ml_api_kit.gcp_accessor.local.bigquery.tables.planned_values import PlannedValue, put_values
from ml_api_kit.gcp_accessor.local.bigquery.translation.coercion import literals_as
from ml_api_kit.gcp_accessor.local.bigquery.translation.dialect import BigQueryCalls
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import to_duckdb_sql


def default_of(field: Field) -> exp.Expr:
    """The default of a column as an expression, NULL where it has none."""
    text = field.get("defaultValueExpression")
    if text is None:
        return exp.null()
    parsed = sqlglot.parse_one(str(text), into=exp.Condition, read=BigQueryCalls)
    return literals_as(parsed, field)


def default_sql(context: Context, field: Field) -> str:
    """The default of a column in DuckDB's SQL, which gives a value for each row it stands in."""
    values = exp.Values(expressions=[exp.Tuple(expressions=[default_of(field)])])
    translated = context.translate(values)
    assert not translated.tables
    row = values.expressions[0]
    with context.database.reading() as cursor:
        value = PlannedValue(row.expressions[0], field, is_inserted=True)
        put_values(context.database, cursor, [value])
    return f"CAST({to_duckdb_sql(row.expressions[0])} AS {duckdb_type(field)})"


def default_sql_of_rows(database: Database, project: str, field: Field) -> str:
    """The same where the rows come from elsewhere than from a statement."""
    return default_sql(Context(database, QueryRequest("", project=project), ScriptState()), field)


def lacking_defaults(fields: Iterable[Field], given: Collection[str]) -> list[Field]:
    """The fields that have a default and are not among the columns that are given."""
    names = {name.lower() for name in given}
    return [
        field
        for field in fields
        if field.get("defaultValueExpression") is not None and field["name"].lower() not in names
    ]


def refuse_lines_without(cursor: DuckDBPyConnection, source: Source, fields: list[Field]) -> None:
    """Nothing, when every line of the JSON files has the fields that have a default.

    Whether BigQuery loads NULL or the default, where only some lines have the field, is not known.

    Raises BigQueryError: naming the first field that a line lacks.
    """
    for field in lacking_defaults(fields, ()):
        key = text_literal(field["name"])
        lines = f"read_ndjson_objects({source.files_sql}, compression='{source.compression}')"
        query = f"SELECT 1 FROM {lines} WHERE NOT list_contains(json_keys(json), {key}) LIMIT 1"
        if cursor.execute(query).fetchone() is not None:
            raise unsupported(f"a line of JSON without {field['name']}, which has a default")
