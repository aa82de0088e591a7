"""The verb `split_text`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.added import put_behind
from ml_api_kit.preprocessing.rows import AnyRow, Column, unknown_column


def split_text(
    rows: Iterable[AnyRow],
    column: Column,
    names: Sequence[str],
    *,
    separator: str | None = None,
) -> list[AnyRow]:
    """The rows as copies with the parts of a column's texts as columns behind the others.

    A text is split at the `separator`, a plain text, or at white space where that is None, into as
    many parts as there are `names`: the last one is all that is left. Parts that a text does not
    have are None, and all are where the value is missing or no text.

    Replaces `frame[column].str.split(separator, n=len(names) - 1, expand=True, regex=False)`. For
    one part a comprehension is clearer: `row["name"].split(", ")[0]`.

    Raises PreprocessingError: when a row has no such column, or fewer than two parts are named.

    >>> split_text([{"name": "Hopper, Grace"}], "name", ["last", "first"], separator=", ")
    [{'name': 'Hopper, Grace', 'last': 'Hopper', 'first': 'Grace'}]
    """
    count = len(names)
    if isinstance(names, str) or count < 2:
        raise PreprocessingError(f"names is {names!r}; name two parts or more.")
    rows = list(rows)
    try:
        values = list(map(itemgetter(column), rows))
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, [column]) from error
    none = [None] * count
    parts: list[list[Any]] = [
        value.split(separator, count - 1) if isinstance(value, str) else none for value in values
    ]
    if set(map(len, parts)) != {count}:
        parts = [(part + none)[:count] for part in parts]
    copies: list[Any] = [row.copy() for row in rows]
    put_behind(copies, names, [map(itemgetter(place), parts) for place in range(count)])
    return copies
