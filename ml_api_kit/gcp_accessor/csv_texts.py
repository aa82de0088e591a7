"""Columns of numbers as texts, the same that CSV has, made a column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_NUMBERS = ({int}, {float}, {int, type(None)}, {float, type(None)})


def column_texts(values: Sequence[Any]) -> Sequence[Any]:
    """The texts of the numbers in a column, `""` for None; the column itself where it is no such.

    Each text is what `str` gives, in a third of the time: the column is spelled as JSON, which
    differs from Python in what has an exponent or is not finite, and such columns stay as they are.

    >>> column_texts((1, None, -2))
    ['1', '', '-2']
    >>> column_texts((0.5, 1e-7))
    (0.5, 1e-07)
    """
    if set(map(type, values)) not in _NUMBERS:
        return values
    import orjson

    try:
        text = orjson.dumps(values)[1:-1].decode()
    except TypeError:
        # A whole number of more than 64 bits.
        return values
    # Python has an exponent from four zeros behind the point on.
    if "e" in text or "0.0000" in text:
        return values
    if "n" in text:
        # NaN and infinity are null in JSON too.
        if text.count("null") != values.count(None):
            return values
        text = text.replace("null", "")
    return text.split(",")
