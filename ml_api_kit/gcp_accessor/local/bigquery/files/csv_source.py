"""CSV files as DuckDB queries.

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source, from_text
from ml_api_kit.gcp_accessor.local.bigquery.names import quote, text_literal

_HEAD_BYTES = 1 << 16
_MOST_LINE_BYTES = 1 << 24


def csv_select(
    cursor: DuckDBPyConnection, source: Source, fields: list[Field], *, skip: int
) -> str:
    """The DuckDB query for CSV files without their first `skip` lines.

    Raises BigQueryError: when a field is nested or repeated, or is missing in the header, or a line
        is broken.
    """
    for field in fields:
        if field["mode"] == "REPEATED" or field["type"] == "RECORD":
            raise BigQueryError(f"CSV cannot hold the nested or repeated field {field['name']}")
    columns = csv_columns(source, fields)
    listed = ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in columns)
    options = _options(source, columns=f"{{{listed}}}", skip=skip)
    if source.ignores_unknown_values:
        _refuse_broken_lines(cursor, source, options)
    arguments = _arguments(options)
    known = {name.lower() for name in columns}
    values = ", ".join(
        f"{value_sql(quote(field['name']), field, source)} AS {quote(field['name'])}"
        if field["name"].lower() in known
        else f"NULL AS {quote(field['name'])}"
        for field in fields
    )
    values += source.path_columns_sql(columns)
    return f"SELECT {values} FROM read_csv({source.files_sql}, {arguments})"


def csv_columns(source: Source, fields: list[Field]) -> list[str]:
    """The names of the columns in their order in the files.

    Raises BigQueryError: when they are matched by name, and one is unknown or headers differ.
    """
    match = str(source.options.get("sourceColumnMatch") or "POSITION").upper()
    if match == "POSITION":
        return [field["name"] for field in fields]
    if match != "NAME":
        raise BigQueryError(f"Invalid value for sourceColumnMatch: {match}")
    heads = {tuple(_header(source, path)) for path in source.files}
    if len(heads) > 1:
        raise unsupported("files with different headers (sourceColumnMatch)")
    names = {field["name"].lower(): field["name"] for field in fields}
    found = list(heads.pop())
    for name in found:
        if name.lower() not in names and not source.ignores_unknown_values:
            raise BigQueryError(
                f"Error while reading data, error message: No such field: {name} in the header."
            )
    return [names.get(name.lower(), name) for name in found]


def delimiter(source: Source) -> str:
    """The text between two values."""
    given = str(source.options.get("fieldDelimiter") or ",")
    return {"\\t": "\t", "tab": "\t"}.get(given, given)


def quote_mark(source: Source) -> str:
    """The mark around values, or nothing."""
    given = source.options.get("quote")
    return '"' if given is None else str(given)


def null_marks(source: Source) -> list[str]:
    """The texts that stand for NULL.

    Raises BigQueryError: when one and several are given.
    """
    one, several = source.options.get("nullMarker"), source.options.get("nullMarkers")
    if one and several:
        raise BigQueryError("nullMarker and nullMarkers cannot be set at the same time.")
    return [
        str(mark) for mark in (several if isinstance(several, list) and several else [one or ""])
    ]


def value_sql(value: str, field: Field, source: Source) -> str:
    """The DuckDB expression for a text of the file as a value of the field."""
    if field["type"] == "BOOLEAN":
        # CSV spells truth in more ways than CAST takes.
        # Lists with IN would become joins, one for each, of which a wide table has hundreds.
        yes, no = "'true|t|yes|y|1'", "'false|f|no|n|0'"
        return (
            f"CASE WHEN regexp_full_match(lower({value}), {yes}) THEN true"
            f" WHEN regexp_full_match(lower({value}), {no}) THEN false"
            f" WHEN {value} IS NOT NULL THEN bq_cast_bool({value}) END"
        )
    if field["type"] == "STRING" and not source.options.get("allowQuotedNewlines"):
        # DuckDB always allows them.
        return (
            f"CASE WHEN contains({value}, chr(10)) THEN"
            f" py_error('Missing close quote character for field {field['name']}; a newline within"
            f" quotes needs allow_quoted_newlines') ELSE {value} END"
        )
    return from_text(value, field, source.options)


def head(path: Path, compression: str) -> bytes:
    """The beginning of a file, unpacked: its first line and more.

    Raises BigQueryError: when it is no gzip after its beginning.
    """
    try:
        with (gzip.open if compression == "gzip" else open)(path, "rb") as file:
            found = bytes(file.read(_HEAD_BYTES))
            # The names of a table's columns may take more than that.
            is_cut = len(found) == _HEAD_BYTES and b"\n" not in found and b"\r" not in found
            return found + file.readline(_MOST_LINE_BYTES) if is_cut else found
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BigQueryError(f"Error while reading data, error message: {error}") from error


def check_is_text(source: Source) -> None:
    """Nothing, when no file begins with what no text in UTF-8 has.

    Raises BigQueryError: when one does, as binary files and UTF-16 do.
    """
    for path in source.files:
        if b"\0" in head(path, source.compression):
            raise BigQueryError(
                "Error while reading data, error message: Bad character (ASCII 0) encountered; the "
                "file is binary, or in another encoding than UTF-8, which CSV loads can name."
            )


def _options(source: Source, *, columns: str, skip: int) -> dict[str, str]:
    """The arguments of DuckDB's `read_csv`."""
    mark = quote_mark(source)
    is_jagged = bool(source.options.get("allowJaggedRows"))
    options = {
        "columns": columns,
        "auto_detect": "false",
        "header": "false",
        "skip": str(skip),
        "delim": text_literal(delimiter(source)),
        "quote": text_literal(mark),
        "escape": text_literal(mark),
        "nullstr": f"[{', '.join(map(text_literal, null_marks(source)))}]",
        "allow_quoted_nulls": "false",
        "null_padding": "true" if is_jagged else "false",
        # Values behind the last column are left out by what DuckDB calls not strict.
        "strict_mode": "false" if source.ignores_unknown_values else "true",
        "compression": text_literal(source.compression),
    }
    if is_jagged and source.options.get("allowQuotedNewlines"):
        options["parallel"] = "false"
    return options


def _arguments(options: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in options.items())


def _refuse_broken_lines(
    cursor: DuckDBPyConnection, source: Source, options: Mapping[str, str]
) -> None:
    """Nothing, when no line has another fault than too many values.

    What is not strict also takes quotes that are broken, and loses what is around them.

    Raises BigQueryError: when one has.
    """
    strict = {
        **options,
        "strict_mode": "true",
        "ignore_errors": "true",
        "store_rejects": "true",
        "rejects_table": "'_rejected'",
        "rejects_scan": "'_scanned'",
    }
    for table in ("_rejected", "_scanned"):
        cursor.execute(f'DROP TABLE IF EXISTS temp."{table}"')
    scan = f"SELECT count(COLUMNS(*)) FROM read_csv({source.files_sql}, {_arguments(strict)})"
    cursor.execute(scan).fetchall()
    row = cursor.execute(
        'SELECT line, error_message FROM "_rejected"'
        " WHERE error_type <> 'TOO MANY COLUMNS' LIMIT 1"
    ).fetchone()
    if row is not None:
        raise BigQueryError(
            f"Error while reading data, error message: CSV Error on Line: {row[0]} {row[1]}"
        )


def _header(source: Source, path: Path) -> list[str]:
    lines = head(path, source.compression).decode("utf-8-sig", "replace").splitlines()
    place = max(source.whole_number("skipLeadingRows") - 1, 0)
    if place >= len(lines):
        raise BigQueryError("Error while reading data, error message: a file has no header.")
    mark = quote_mark(source)
    if not mark or len(delimiter(source)) > 1:
        return lines[place].split(delimiter(source))
    return next(csv.reader([lines[place]], delimiter=delimiter(source), quotechar=mark))
