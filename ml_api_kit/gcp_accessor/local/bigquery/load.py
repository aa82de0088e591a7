"""Files into tables: CSV, JSON lines (both plain or gzipped) and Parquet.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    already_exists,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import (
    Field,
    check_fields,
    fields_from_duckdb,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.recode import orc_as_parquet, recoded
from ml_api_kit.gcp_accessor.local.bigquery.sources import (
    Source,
    check_is_lines,
    detect_fields,
    json_select_sql,
    select_sql,
)
from ml_api_kit.gcp_accessor.local.bigquery.table_options import storage_options

if TYPE_CHECKING:
    from ml_api_kit.gcp_accessor.local.bigquery.database import Database

_KNOWN_OPTIONS = frozenset(
    {
        "sourceUris", "schema", "destinationTable", "sourceFormat", "writeDisposition",
        "createDisposition", "autodetect", "skipLeadingRows", "fieldDelimiter", "quote",
        "nullMarker", "allowQuotedNewlines", "allowJaggedRows", "ignoreUnknownValues", "encoding",
        "schemaUpdateOptions", "parquetOptions", "maxBadRecords", "timePartitioning", "clustering",
        "rangePartitioning", "destinationTableProperties", "useAvroLogicalTypes",
        "preserveAsciiControlCharacters",
    }
)  # fmt: skip
_FORMATS = ("CSV", "NEWLINE_DELIMITED_JSON", "PARQUET", "ORC")


def load_files(
    engine: Database, name: TableName, files: Sequence[Path], options: Mapping[str, Any]
) -> int:
    """The number of rows that the files put into the table: all of them, or none.

    Raises BigQueryError: when the table may not be written, or a file does not fit its schema.
    """
    source = _source(files, options)
    if source.format == "NEWLINE_DELIMITED_JSON":
        check_is_lines(source)
    with engine.writing() as cursor:
        found = engine.catalog.find_table(cursor, name)
        if found is None and options.get("createDisposition") == "CREATE_NEVER":
            raise not_found(f"Table {name}")
        mode = str(options.get("writeDisposition") or "WRITE_APPEND")
        if mode not in ("WRITE_APPEND", "WRITE_TRUNCATE", "WRITE_EMPTY"):
            raise BigQueryError(f"Invalid value for writeDisposition: {mode}")
        if found is not None and mode == "WRITE_EMPTY" and _has_rows(cursor, name):
            raise already_exists(f"Table {name}")
        fields = _fields(cursor, source, found)
        try:
            cursor.execute(f'CREATE TEMP TABLE "_loaded" AS {select_sql(cursor, source, fields)}')
            if found is not None and mode == "WRITE_TRUNCATE":
                engine.catalog.drop_table(cursor, name)
                found = None
            if found is None:
                engine.catalog.create_table(cursor, name, fields, storage_options(options))
            elif options.get("schemaUpdateOptions") or not found["schema"]["fields"]:
                engine.catalog.add_fields(cursor, name, fields)
            columns = ", ".join(quote(field["name"]) for field in fields)
            row = cursor.execute(
                f'INSERT INTO {name.to_sql()} ({columns}) SELECT * FROM "_loaded"'
            ).fetchone()
            cursor.execute('DROP TABLE "_loaded"')
        except duckdb.Error as error:
            message = re.sub(r"^[\w ]+ Error: ", "", str(error).splitlines()[0])
            if options.get("maxBadRecords") not in (None, 0, "0"):
                raise unsupported(f"leaving out bad records (maxBadRecords): {message}") from error
            raise BigQueryError(f"Error while reading data, error message: {message}") from error
    return int(row[0]) if row else 0


def insert_rows(engine: Database, name: TableName, fields: list[Field], file: Path) -> None:
    """Put the rows of a file of JSON lines into the table: all of them, or none.

    Raises duckdb.Error: when a value does not fit.
    """
    columns = ", ".join(quote(field["name"]) for field in fields)
    source = Source((file,), "NEWLINE_DELIMITED_JSON", {})
    with engine.writing() as cursor:
        cursor.execute(f"INSERT INTO {name.to_sql()} ({columns}) {json_select_sql(source, fields)}")


def check_file(cursor: DuckDBPyConnection, fields: list[Field], file: Path) -> None:
    """Nothing, when every value of a file of JSON lines fits.

    Raises duckdb.Error: when one does not.
    """
    source = Source((file,), "NEWLINE_DELIMITED_JSON", {})
    cursor.execute(json_select_sql(source, fields)).fetchall()


def _source(files: Sequence[Path], options: Mapping[str, Any]) -> Source:
    unknown = [key for key, value in options.items() if key not in _KNOWN_OPTIONS and value]
    if unknown:
        raise unsupported(f"the load option {unknown[0]}")
    source_format = str(options.get("sourceFormat") or "CSV").upper()
    if source_format not in _FORMATS:
        raise unsupported(f"loading the format {source_format}")
    if not files:
        raise BigQueryError("A load job needs at least one file.")
    if source_format == "ORC":
        return Source(tuple(map(orc_as_parquet, files)), "PARQUET", options)
    encoding = str(options.get("encoding") or "UTF-8").upper()
    if encoding != "UTF-8" and source_format == "CSV":
        return Source(tuple(recoded(path, encoding) for path in files), source_format, options)
    return Source(tuple(files), source_format, options)


def _has_rows(cursor: DuckDBPyConnection, name: TableName) -> bool:
    return cursor.execute(f"SELECT 1 FROM {name.to_sql()} LIMIT 1").fetchone() is not None


def _fields(
    cursor: DuckDBPyConnection, source: Source, found: Mapping[str, Any] | None
) -> list[Field]:
    given = (source.options.get("schema") or {}).get("fields")
    if given:
        return check_fields(given)
    is_truncating = source.options.get("writeDisposition") == "WRITE_TRUNCATE"
    if source.format == "PARQUET" and (found is None or is_truncating):
        relation = cursor.sql(f"SELECT * FROM read_parquet({source.files_sql})")
        return fields_from_duckdb(relation.columns, relation.types)
    if found is not None and found["schema"]["fields"]:
        fields: list[Field] = found["schema"]["fields"]
        return fields
    if not source.options.get("autodetect"):
        raise BigQueryError("No schema specified on job or table.")
    return detect_fields(cursor, source)
