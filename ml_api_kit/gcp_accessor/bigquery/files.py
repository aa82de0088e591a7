"""Which load options a file's name asks for, and the columns that a schema file names."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from ml_api_kit.errors import DataAccessError

if TYPE_CHECKING:
    from google.cloud.bigquery import SchemaField

_DELIMITERS = (",", "|", "\t", ";")
# BigQuery finds these out by itself where it detects the columns.
DETECTED_DELIMITERS = _DELIMITERS[:3]
_MOST_HEADER_BYTES = 1 << 20
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
_FORMATS = {
    ".csv": "CSV",
    ".jsonl": "NEWLINE_DELIMITED_JSON",
    ".ndjson": "NEWLINE_DELIMITED_JSON",
    ".json": "NEWLINE_DELIMITED_JSON",
    ".parquet": "PARQUET",
}


def source_format(name: str) -> str:
    """BigQuery's name of the format of a file or a URI, from its ending without `.gz`.

    Raises DataAccessError: when the ending is none that BigQuery loads.

    >>> source_format("answers.csv.gz")
    'CSV'
    """
    ending = Path(name.removesuffix(".gz")).suffix
    if ending.lower() not in _FORMATS:
        raise DataAccessError(
            f"{name}: the ending {ending!r} is no format that BigQuery loads; use one of "
            f"{', '.join(_FORMATS)}, each but .parquet also with .gz."
        )
    return _FORMATS[ending.lower()]


def csv_delimiter(path: Path) -> str:
    """What separates the names in the first line of a CSV file, gzipped or not.

    Comma, pipe, tab or semicolon, whichever cuts the line most; a comma where none is in it.

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
    names = _QUOTED.sub("", re.split(r"[\r\n]", line, maxsplit=1)[0])
    # Of equal counts the first is taken.
    return max(_DELIMITERS, key=names.count)


def read_table_schema(path: Path) -> list[SchemaField]:
    """The columns that a schema file of BigQuery's own format names.

    Raises DataAccessError: when the file is not such a list of columns.
    Source: https://cloud.google.com/bigquery/docs/schemas#specifying_a_json_schema_file
    """
    from google.cloud.bigquery import SchemaField

    try:
        columns = json.loads(path.read_bytes())
        _check_columns(columns)
        return [SchemaField.from_api_repr(column) for column in columns]
    except OSError as error:
        raise DataAccessError(
            f"{path} cannot be read ({error.strerror}); give the path of a table schema."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataAccessError(
            f"{path} is no table schema ({error}); write a list such as "
            '[{"name": "score", "type": "FLOAT64", "mode": "NULLABLE"}].'
        ) from error


def _check_columns(columns: object) -> None:
    """Nothing for columns that each have a name and a type, which the client does without."""
    if not isinstance(columns, list) or not columns:
        raise ValueError("it is no list of columns")
    for number, column in enumerate(columns, start=1):
        lacking = [name for name in ("name", "type") if name not in column]
        if lacking:
            raise ValueError(f"column {number} has no {lacking[0]}")
