"""Writes rows as the text of CSV, column by column, not cell by cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from itertools import chain, count
from typing import Any

import orjson

from ml_api_kit.gcp_accessor.storage.csv_values import are_plain, text_of

_needs_quotes: Callable[[str], object] = re.compile('[,"\r\n]').search
_TEXT = frozenset((str,))
_NUMBERS = frozenset(
    frozenset(kinds) for kinds in ((int,), (float,), (int, type(None)), (float, type(None)))
)
_ROWS = frozenset((list, tuple))


def csv_text(rows: Sequence[Sequence[Any]]) -> str:
    r"""The CSV of `rows`, byte for byte as `csv.writer` with its defaults writes it.

    Rows are of any length, values of any type: text as it is, None as nothing, the rest as `str`
    has it; but bytes in base64, pandas' NA and NaT as nothing, and nothing nested. Lines end in
    CRLF; only what needs quotes is quoted.

    Raises NestedValueError: for a list, a mapping or an array.

    >>> csv_text([[1, 0.5, "a,b", None], [2, 1e-05, "c", True]])
    '1,0.5,"a,b",\r\n2,1e-05,c,True\r\n'
    """
    if _is_table(rows):
        columns = map(_column, zip(*rows, strict=True), count())
        return "\r\n".join(map(",".join, zip(*columns, strict=True))) + "\r\n"
    buffer = io.StringIO(newline="")
    # Some rows can be read only once.
    listed = [row if isinstance(row, list | tuple) else list(row) for row in rows]
    is_plain = are_plain(set(map(type, chain.from_iterable(listed))))
    csv.writer(buffer).writerows(listed if is_plain else map(_plain, listed))
    return buffer.getvalue()


def _plain(row: Sequence[Any]) -> list[Any]:
    return [
        value if isinstance(value, str | float) else text_of(value, column)
        for column, value in enumerate(row)
    ]


def _is_table(rows: Sequence[Sequence[Any]]) -> bool:
    if not _ROWS.issuperset(map(type, rows)):
        return False
    widths = set(map(len, rows))
    # Of a single column an empty value is written as "", which is left to csv.
    return len(widths) == 1 and widths.isdisjoint((0, 1))


def _column(values: Sequence[Any], place: int) -> Sequence[str]:
    kinds = frozenset(map(type, values))
    if kinds in _NUMBERS:
        return _numbers(values) or _texts(values)
    if kinds == _TEXT:
        return _quoted(values)
    if are_plain(kinds):
        return _texts(values)
    return _quoted([text_of(value, place) for value in values])


def _numbers(values: Sequence[Any]) -> list[str] | None:
    """The numbers as `str` writes them; None where orjson, which is faster, writes them otherwise.

    It writes other exponents than Python, and none where Python begins to, below 0.0001; NaN and
    the infinities as null; and no integer of more than 64 bits.
    """
    try:
        text = orjson.dumps(values)[1:-1].decode()
    except TypeError:
        return None
    if "e" in text or "0.0000" in text:
        return None
    if "n" in text:
        if text.count("null") != sum(value is None for value in values):
            return None
        text = text.replace("null", "")
    return text.split(",")


def _texts(values: Sequence[Any]) -> Sequence[str]:
    return _quoted(["" if value is None else str(value) for value in values])


def _quoted(texts: Sequence[str]) -> Sequence[str]:
    joined = "".join(texts)
    if _needs_quotes(joined) is None:
        return texts
    # Columns repeat their values; to look each up takes a third of the time to look into each.
    quoted = {text: _field(text) for text in set(texts)}
    return list(map(quoted.__getitem__, texts))


def _field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _needs_quotes(text) else text
