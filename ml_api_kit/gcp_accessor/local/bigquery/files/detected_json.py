"""The fields that the first lines of files of JSON lines suggest.

Source: https://cloud.google.com/bigquery/docs/schema-detect#schema_auto-detection_for_json_data
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.detected_types import detected_type
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source

_READING = "Error while reading data, error message: JSON parsing error: "


@dataclass(slots=True)
class _Seen:
    """What the values of one key were: texts and numbers, records, lists of these."""

    texts: list[str] = field(default_factory=list)
    members: dict[str, _Seen] = field(default_factory=dict)
    is_record: bool = False
    is_list: bool = False
    is_single: bool = False


def json_fields(source: Source, *, most: int) -> list[Field]:
    """The fields of the first `most` lines; a text that spells a number or a date is one.

    Raises BigQueryError: for a line that is no JSON object, or a key with values of several shapes.
    """
    seen = _Seen()
    for number, line in _lines(source, most):
        value = _parsed(number, line)
        if not isinstance(value, dict):
            raise BigQueryError(f"{_READING}line {number} is no JSON object.")
        _see(seen, value, "")
    if not seen.members:
        raise BigQueryError(f"{_READING}the file holds no columns.")
    return [_field(name, one, source) for name, one in seen.members.items()]


def _lines(source: Source, most: int) -> Iterator[tuple[int, bytes]]:
    with (gzip.open if source.compression == "gzip" else open)(source.files[0], "rb") as file:
        lines = ((number, line) for number, line in enumerate(file, start=1) if line.strip())
        try:
            yield from islice(lines, most)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise BigQueryError(f"{_READING}{error}") from error


def _parsed(number: int, line: bytes) -> Any:
    try:
        # Numbers stay as they are spelled.
        return json.loads(line.decode("utf-8-sig"), parse_int=str, parse_float=str)
    except UnicodeDecodeError as error:
        raise BigQueryError(f"{_READING}line {number} is not UTF-8.") from error
    except json.JSONDecodeError as error:
        # Its own number of the line is that within this line.
        raise BigQueryError(
            f"{_READING}line {number}, character {error.pos + 1}: {error.msg}; write one whole"
            " object on each line."
        ) from error
    except RecursionError as error:
        raise BigQueryError(f"{_READING}line {number}: {error}") from error


def _see(seen: _Seen, value: Any, name: str) -> None:
    if value is None:
        return
    if isinstance(value, list):
        seen.is_list = True
        for item in value:
            if isinstance(item, list):
                raise BigQueryError(f"{_READING}Nested arrays not allowed: {name}")
            _see_one(seen, item, name)
    else:
        seen.is_single = True
        _see_one(seen, value, name)
    if (seen.is_list and seen.is_single) or (seen.is_record and seen.texts):
        raise BigQueryError(
            f"{_READING}the key {name} has values of several shapes; give a schema."
        )


def _see_one(seen: _Seen, value: Any, name: str) -> None:
    if isinstance(value, dict):
        seen.is_record = True
        for key, inner in value.items():
            _see(seen.members.setdefault(key, _Seen()), inner, f"{name}.{key}" if name else key)
    elif value is not None:
        seen.texts.append(value if isinstance(value, str) else json.dumps(value))


def _field(name: str, seen: _Seen, source: Source) -> Field:
    mode = "REPEATED" if seen.is_list else "NULLABLE"
    if seen.is_record:
        fields = [_field(key, inner, source) for key, inner in seen.members.items()]
        return {"name": name, "type": "RECORD", "mode": mode, "fields": fields}
    kind = detected_type(seen.texts, source.options, is_csv=False)
    return {"name": name, "type": kind, "mode": mode}
