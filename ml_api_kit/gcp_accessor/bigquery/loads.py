"""What goes into tables: rows, files and objects of Cloud Storage, each in one load job."""

from __future__ import annotations

import base64
import datetime
import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.gcp_accessor.bigquery.plain_values import is_missing, plain_value
from ml_api_kit.gcp_accessor.bigquery.row_types import RowTypes
from ml_api_kit.gcp_accessor.given_rows import checked_rows
from ml_api_kit.gcp_accessor.temporary import temporary_disk

_BATCH_ROWS = 1_000


@contextmanager
def json_lines(
    rows: Iterable[Mapping[str, Any]], *, types: RowTypes | None = None
) -> Iterator[IO[bytes] | None]:
    """A file of one JSON object per row, at its beginning; None where there are no rows.

    It lies on disk, so that the rows are never in memory as a whole. `types` observe them.

    Raises PreprocessingError: for a row that is no mapping, or a value that no column takes.
    """
    with tempfile.TemporaryFile() as file:
        lines = _lines(rows, types)
        while block := b"".join(islice(lines, _BATCH_ROWS)):
            _write(file, block)
        if file.tell() == 0:
            yield None
        else:
            file.seek(0)
            yield file


def _write(file: IO[bytes], block: bytes) -> None:
    with temporary_disk("the rows to load"):
        try:
            file.write(block)
            file.flush()
        except OSError:
            # Else what could not be written would be tried again, and fail again, on closing.
            os.ftruncate(file.fileno(), 0)
            raise


def _lines(rows: Iterable[Mapping[str, Any]], types: RowTypes | None) -> Iterator[bytes]:
    if type(rows).__module__.startswith("pandas"):
        raise PreprocessingError(
            f"rows is a {type(rows).__name__} of pandas; give a DataFrame to load_frame."
        )
    for number, row in enumerate(checked_rows(rows)):
        if not isinstance(row, Mapping):
            raise PreprocessingError(
                f"Row {number} is of type {type(row).__name__}; give mappings from column name"
                " to value."
            )
        _check_names(number, row)
        if types is not None:
            types.observe(number, row)
        yield _line(number, row)


def _check_names(number: int, row: Mapping[Any, Any]) -> None:
    for name in row:
        if not isinstance(name, str):
            raise PreprocessingError(
                f"Row {number} has the column {name!r}; the names of columns are text."
            )


def _line(number: int, row: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(dict(row), default=_json_value, allow_nan=False, ensure_ascii=False)
    except ValueError:
        text = _with_spelled_floats(number, row)
    except (TypeError, RecursionError) as error:
        raise PreprocessingError(f"Row {number} cannot be loaded: {error}.") from error
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError as error:
        raise PreprocessingError(
            f"Row {number} cannot be loaded: a text holds half of a character (a surrogate); decode"
            " it again from its bytes."
        ) from error


def _with_spelled_floats(number: int, row: Mapping[str, Any]) -> str:
    try:
        return json.dumps(_without_nan(dict(row)), default=_json_value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        told = str(error).rstrip(".")
        raise PreprocessingError(f"Row {number} cannot be loaded: {told}.") from error


def _json_value(value: Any) -> Any:
    if is_missing(value):
        return None
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return dict(value)
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return plain_value(value)
    raise TypeError(f"no BigQuery type takes a {type(value).__name__}")


def _without_nan(value: Any) -> Any:
    """The value with the floats that JSON cannot spell as the texts that BigQuery reads."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return value
