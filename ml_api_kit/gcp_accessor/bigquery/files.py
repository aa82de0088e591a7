"""Which load options a file's name asks for, and the columns that a schema file names."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from ml_api_kit.errors import DataAccessError

if TYPE_CHECKING:
    from google.cloud.bigquery import SchemaField

_DELIMITERS = (",", "|", "\t")
_MOST_HEADER_BYTES = 1 << 20
_FORMATS = {
    ".csv": "CSV",
    ".jsonl": "NEWLINE_DELIMITED_JSON",
    ".ndjson": "NEWLINE_DELIMITED_JSON",
    ".json": "NEWLINE_DELIMITED_JSON",
    ".parquet": "PARQUET",
}


def source_format(path: Path) -> str:
    """BigQuery's name of the file's format, from its ending without `.gz`.

    Raises DataAccessError: when the ending is none that BigQuery loads.

    >>> source_format(Path("answers.csv.gz"))
    'CSV'
    """
    ending = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if ending.lower() not in _FORMATS:
        raise DataAccessError(
            f"{path}: the ending {ending!r} is no format that BigQuery loads; use one of "
            f"{', '.join(_FORMATS)}, each but .parquet also with .gz."
        )
    return _FORMATS[ending.lower()]


def csv_delimiter(path: Path) -> str:
    """What separates the names in the first line of a CSV file, gzipped or not.

    Comma, pipe or tab, whichever cuts the line most; a comma where none is in it.

    Raises DataAccessError: when the file begins as gzip does, and is none.
    """
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    try:
        with (gzip.open if is_gzip else open)(path, "rb") as file:
            # Each of them is one byte in every encoding that has ASCII in it.
            line = file.readline(_MOST_HEADER_BYTES).decode("latin-1")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataAccessError(f"{path} cannot be unpacked ({error}); write it anew.") from error
    # Of equal counts the first is taken.
    return max(_DELIMITERS, key=lambda one: len(next(csv.reader([line], delimiter=one), [])))


def read_table_schema(path: Path) -> list[SchemaField]:
    """The columns that a schema file of BigQuery's own format names.

    Raises DataAccessError: when the file is not such a list of columns.
    Source: https://cloud.google.com/bigquery/docs/schemas#specifying_a_json_schema_file
    """
    from google.cloud.bigquery import SchemaField

    try:
        columns = json.loads(path.read_bytes())
        # The client itself would take a column without a type, and the load then fail.
        return [SchemaField.from_api_repr(column | {"type": column["type"]}) for column in columns]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataAccessError(
            f"{path} is no table schema ({error!r}); write a list such as "
            '[{"name": "score", "type": "FLOAT64", "mode": "NULLABLE"}].'
        ) from error
