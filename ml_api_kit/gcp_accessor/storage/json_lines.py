"""Rows as JSON lines and back, in memory that does not grow with the rows."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ml_api_kit.errors import DataAccessError, PreprocessingError
from ml_api_kit.gcp_accessor.given_rows import checked_rows
from ml_api_kit.gcp_accessor.gzip_stream import pack_gzip, unpack_gzip
from ml_api_kit.gcp_accessor.storage.csv_values import MISSING_TYPES

_BATCH_BYTES = 1 << 16


def pack_json_lines(rows: Iterable[Mapping[str, Any]], *, is_gzipped: bool) -> Iterator[bytes]:
    r"""One JSON object per row, in pieces, gzipped or plain; the same rows give the same bytes.

    Dates and times are written as ISO 8601, Decimal as its text, pandas' NA and NaT as null; NaN
    and infinity are refused, as JSON has none.

    Raises PreprocessingError: for a row that is no mapping, or a value that JSON cannot hold.

    >>> b"".join(pack_json_lines([{"id": 1, "name": None}], is_gzipped=False))
    b'{"id":1,"name":null}\n'
    """
    blocks = _blocks(_lines(rows))
    return pack_gzip(blocks) if is_gzipped else blocks


def unpack_json_lines(pieces: Iterable[bytes], *, subject: str) -> Iterator[dict[str, Any]]:
    r"""The objects of JSON lines, gzipped or plain; `subject` names them in an error.

    Raises DataAccessError: when a line is no JSON object, or the gzip is damaged.

    >>> list(unpack_json_lines([b'{"id": 1}\n{"i', b'd": 2}'], subject="it"))
    [{'id': 1}, {'id': 2}]
    """
    number = 0
    try:
        for line in _split(_unpacked(pieces)):
            number += 1
            if line.strip():
                yield _object(line)
    except (EOFError, zlib.error) as error:
        raise DataAccessError(
            f"{subject} is damaged behind line {number} ({error}). Upload it again."
        ) from error
    except ValueError as error:
        raise DataAccessError(
            f"{subject} is no JSON object in line {number} ({error}). Write one object per line."
        ) from error


def _object(line: bytes) -> dict[str, Any]:
    import orjson

    value = orjson.loads(line)
    if not isinstance(value, dict):
        raise ValueError(f"it is a {type(value).__name__}")
    return value


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    import orjson

    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
    for number, row in enumerate(checked_rows(rows)):
        if not isinstance(row, Mapping):
            raise PreprocessingError(
                f"Row {number} is of type {type(row).__name__}; give mappings from column name to"
                " value."
            )
        try:
            line = orjson.dumps(row if type(row) is dict else dict(row), _text, options)
        except TypeError as error:
            # Where a value has no form, what was said of it is the cause.
            reason = error.__cause__ or error
            raise PreprocessingError(f"Row {number} cannot be written: {reason}.") from error
        if b"null" in line:
            _check_finite(number, row)
        yield line


def _check_finite(number: int, value: Any) -> None:
    """Refuse what would be written as null and is not missing."""
    if isinstance(value, Mapping):
        for item in value.values():
            _check_finite(number, item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_finite(number, item)
    elif isinstance(value, float) and value - value != 0:
        raise PreprocessingError(f"Row {number} holds {value}, which JSON lacks; give None.")


def _text(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return str(value)
    if type(value).__name__ in MISSING_TYPES:
        return None
    if isinstance(value, datetime.date):
        # One of a kind of its own, such as the Timestamp of pandas.
        return value.isoformat()
    raise TypeError(f"JSON cannot hold a {type(value).__name__}")


def _blocks(lines: Iterator[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for line in lines:
        block += line
        if len(block) >= _BATCH_BYTES:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = iter(pieces)
    first = next(waiting, b"")

    def joined() -> Iterator[bytes]:
        yield first
        yield from waiting

    return unpack_gzip(joined()) if first[:2] == b"\x1f\x8b" else joined()


def _split(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        yield rest
