"""What a load job reads: its files, their fields, and the query for both."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, check_fields
from ml_api_kit.gcp_accessor.local.bigquery.files.avro_source import avro_source, with_required
from ml_api_kit.gcp_accessor.local.bigquery.files.csv_dialect import detected_delimiter
from ml_api_kit.gcp_accessor.local.bigquery.files.csv_source import (
    check_is_text,
    csv_columns,
    csv_select,
    quote_mark,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.detected_fields import detect_fields, has_header
from ml_api_kit.gcp_accessor.local.bigquery.files.hive_partitions import MEMBER, key_columns
from ml_api_kit.gcp_accessor.local.bigquery.files.json_source import (
    check_is_lines,
    check_keys,
    json_select,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.load_faults import READING
from ml_api_kit.gcp_accessor.local.bigquery.files.parquet_source import (
    parquet_fields,
    parquet_select,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.recode import (
    GZIP_FAULTS,
    orc_as_parquet,
    recoded,
    with_plain_line_ends,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source, is_gzip
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_options import ENCRYPTION

_KNOWN_OPTIONS = frozenset(
    {
        "sourceUris", "schema", "destinationTable", "sourceFormat", "writeDisposition",
        "createDisposition", "autodetect", "skipLeadingRows", "fieldDelimiter", "quote",
        "nullMarker", "nullMarkers", "allowQuotedNewlines", "allowJaggedRows",
        "ignoreUnknownValues", "encoding", "schemaUpdateOptions", "parquetOptions",
        "maxBadRecords", "timePartitioning", "clustering", "rangePartitioning",
        "destinationTableProperties", "useAvroLogicalTypes", "preserveAsciiControlCharacters",
        "decimalTargetTypes", "sourceColumnMatch", "dateFormat", "datetimeFormat",
        "timeFormat", "timestampFormat", "timeZone", "hivePartitioningOptions",
        "avroOptions", ENCRYPTION,
    }
)  # fmt: skip
_FORMATS = ("CSV", "NEWLINE_DELIMITED_JSON", "PARQUET", "ORC", "AVRO")


def load_source(files: Mapping[Path, str], options: Mapping[str, Any]) -> Source:
    """The files as DuckDB reads them, with the columns that the URI of each says.

    Raises BigQueryError: when there are none, or an option or the format is not supported.
    """
    uris = tuple(files.values())
    source = replace(_read_source(list(files), options), uris=uris)
    if not object_member(options, MEMBER):
        return source
    if not all(uris):
        raise BigQueryError(f"{MEMBER} is about objects of Cloud Storage, and a file was sent.")
    return replace(source, path_columns=tuple(key_columns(uris, options)))


def _read_source(files: Sequence[Path], options: Mapping[str, Any]) -> Source:
    unknown = [key for key, value in options.items() if key not in _KNOWN_OPTIONS and value]
    if unknown:
        raise unsupported(f"the load option {unknown[0]}")
    source_format = str(options.get("sourceFormat") or "CSV").upper()
    if source_format not in _FORMATS:
        raise unsupported(f"loading the format {source_format}")
    if not files:
        raise BigQueryError("A load job needs at least one file.")
    if source_format == "AVRO":
        return avro_source(files, options)
    if source_format == "ORC":
        return Source(tuple(map(orc_as_parquet, files)), "PARQUET", options, given_format="ORC")
    encoding = str(options.get("encoding") or "UTF-8").upper()
    if encoding != "UTF-8" and source_format == "CSV":
        files = [recoded(path, encoding) for path in files]
    paths = files if source_format == "PARQUET" else _alike(files)
    source = Source(tuple(paths), source_format, options)
    if source_format != "PARQUET":
        check_is_text(source)
    if source_format == "CSV" and options.get("autodetect"):
        source = replace(source, options=_with_detected_dialect(source))
    if source_format == "CSV" and source.options.get("allowQuotedNewlines"):
        mark = quote_mark(source)
        return replace(source, files=tuple(with_plain_line_ends(path, mark) for path in paths))
    if source_format == "NEWLINE_DELIMITED_JSON":
        check_is_lines(source)
    return source


def load_fields(
    cursor: DuckDBPyConnection, source: Source, found: Mapping[str, Any] | None, mode: str
) -> list[Field]:
    """The fields of the rows: those of the files, and behind them those of their paths.

    Raises BigQueryError: when there are none.
    """
    keys = [column.field for column in source.path_columns]
    return [*source.own_fields(_file_fields(cursor, source, found, mode)), *keys]


def _file_fields(
    cursor: DuckDBPyConnection, source: Source, found: Mapping[str, Any] | None, mode: str
) -> list[Field]:
    """The fields that are given, of the table, of the file, or found in its values."""
    given = object_member(source.options, "schema").get("fields")
    if given:
        return check_fields(given)
    known: list[Field] = [] if found is None else found["schema"]["fields"]
    if source.format == "PARQUET" and (not known or mode == "WRITE_TRUNCATE"):
        with read_faults():
            return with_required(parquet_fields(cursor, source), source.required)
    if known and not (source.options.get("autodetect") and mode == "WRITE_TRUNCATE"):
        return known
    if not source.options.get("autodetect"):
        raise BigQueryError("No schema specified on job or table.")
    with read_faults():
        return detect_fields(cursor, source)


def given_columns(cursor: DuckDBPyConnection, source: Source, fields: list[Field]) -> list[str]:
    """The names of the columns that the files have, as far as they say it; else of the fields."""
    if source.format == "PARQUET":
        return list(cursor.sql(f"SELECT * FROM read_parquet({source.files_sql})").columns)
    if source.format == "CSV":
        return csv_columns(source, fields)
    return [field["name"] for field in fields]


def leading_rows(cursor: DuckDBPyConnection, source: Source) -> int:
    """How many lines of each CSV file come before its rows."""
    if source.format != "CSV":
        return 0
    skip = source.whole_number("skipLeadingRows")
    if skip or not source.options.get("autodetect"):
        return skip
    with read_faults():
        return int(has_header(cursor, source))


def select_sql(
    cursor: DuckDBPyConnection, source: Source, fields: list[Field], *, skip: int
) -> str:
    """The DuckDB query that gives the rows of the files in the types of the fields, by their names.

    Raises BigQueryError: when a file has keys or shapes that the fields do not.
    """
    fields = source.own_fields(fields)
    if source.format == "CSV":
        return csv_select(cursor, source, fields, skip=skip)
    if source.format == "PARQUET":
        return parquet_select(cursor, source, fields)
    check_keys(cursor, source, fields)
    return json_select(source, fields)


@contextmanager
def read_faults() -> Iterator[None]:
    """DuckDB's errors inside leave as those of a file that cannot be read."""
    try:
        yield
    except duckdb.Error as error:
        fault = to_bigquery_error(error)
        if fault.status != 400:
            raise fault from error
        message = fault.message.removeprefix(READING)
        raise BigQueryError(f"{READING}{message}") from error


def is_read_fault(error: BigQueryError) -> bool:
    """Whether an error is about what a file holds."""
    return error.message.startswith(READING)


def _with_detected_dialect(source: Source) -> dict[str, Any]:
    """The options, with what BigQuery detects beside a schema where they do not say it."""
    options = {"allowQuotedNewlines": True, **source.options}
    if not options.get("fieldDelimiter"):
        options["fieldDelimiter"] = detected_delimiter(source)
    return options


def _alike(files: Sequence[Path]) -> list[Path]:
    """The files, all gzipped or none: where only some are, those are unpacked."""
    packed = [path for path in files if is_gzip(path)]
    if not packed or len(packed) == len(files):
        return list(files)
    return [_unpacked(path) if path in packed else path for path in files]


def _unpacked(path: Path) -> Path:
    target = path.with_name(f"{path.name}.unpacked")
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as result:
            shutil.copyfileobj(source, result)
    except GZIP_FAULTS as error:
        raise BigQueryError(f"{READING}a file is no gzip after its beginning.") from error
    return target
