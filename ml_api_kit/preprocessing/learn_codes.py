"""The learner `learn_codes`."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Literal

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.column_numbers import no_value
from ml_api_kit.preprocessing.rows import AnyRow, Column, key_error, to_columns


def learn_codes(
    rows: Iterable[AnyRow],
    columns: Column | Iterable[Column],
    *,
    order: Literal["first-seen", "sorted"] = "first-seen",
) -> dict[Column, list[Any]]:
    """The values of each column, each once, whose positions are their codes, for `encode_codes`.

    A dict that JSON can keep. They are in the order they are first seen, or sorted. Missing values
    have no code. Values that have no order among each other, such as texts and numbers, stay in
    the order they are first seen.

    Replaces what `pandas.factorize(frame[column])` learns, with `sort=True` where sorted, and what
    scikit-learn's `LabelEncoder` does, which sorts.

    Raises PreprocessingError: when a row has no such column, or it holds a list or a dict, or no
        value at all, or the order has another name.

    >>> from ml_api_kit.preprocessing import encode_codes
    >>> codes = learn_codes([{"fuel": "oil"}, {"fuel": "gas"}], "fuel")
    >>> codes
    {'fuel': ['oil', 'gas']}
    >>> encode_codes([{"fuel": "gas"}, {"fuel": "coal"}], codes)
    [{'fuel': 1}, {'fuel': -1}]
    """
    if order not in ("first-seen", "sorted"):
        raise PreprocessingError(f"order is {order!r}; it may be 'first-seen' or 'sorted'.")
    rows = list(rows)
    return {column: _values(rows, column, order) for column in to_columns(columns)}


def _values(rows: list[Any], column: Column, order: str) -> list[Any]:
    try:
        found = dict.fromkeys(map(itemgetter(column), rows))
    except (KeyError, IndexError, TypeError) as error:
        raise key_error(rows, [column], "learn_codes") from error
    values = [value for value in found if value is not None and value == value]
    if not values:
        raise no_value(rows, column)
    if order == "first-seen":
        return values
    try:
        return sorted(values)
    except TypeError:  # values of several types, which the docstring speaks of
        return values
