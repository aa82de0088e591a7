"""The verbs `one_hot` and `one_hot_values`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def one_hot(
    rows: Iterable[Mapping[str, Any]],
    categories: Mapping[str, Sequence[Any]],
    *,
    is_first_dropped: bool = False,
    prefix: str | None = None,
    separator: str = "_",
) -> list[dict[str, Any]]:
    """The rows with a true or false column for each category in place of the columns encoded.

    `categories` maps a column to its frozen categories, in order; a column is named
    `column_category`, or with the one `prefix` and `separator` that are given, and stands behind
    the other columns. A value that is none of them, or is
    missing, is false everywhere. Replaces `pandas.get_dummies`, which takes the categories of the
    rows it is given.

    Raises KeyError: when a row lacks a column.

    >>> one_hot([{"n": 1, "fuel": "gas"}], {"fuel": ["gas", "oil"]})
    [{'n': 1, 'fuel_gas': True, 'fuel_oil': False}]
    """
    start = 1 if is_first_dropped else 0
    made = [
        (column, [(_name(column, prefix, separator, one), one) for one in listed[start:]])
        for column, listed in categories.items()
    ]
    return [
        {
            **{name: value for name, value in row.items() if name not in categories},
            **{name: row[column] == one for column, names in made for name, one in names},
        }
        for row in rows
    ]


def _name(column: str, prefix: str | None, separator: str, category: Any) -> str:
    return f"{column if prefix is None else prefix}{separator}{category}"


def one_hot_values(
    values: Iterable[Any],
    categories: Sequence[Any],
    *,
    prefix: str | None = None,
    is_first_dropped: bool = False,
) -> list[dict[Any, bool]]:
    """A row for each value, with a true or false column for each category.

    Replaces `pandas.get_dummies(series)`: the columns are the categories themselves, or
    `prefix_category`.

    >>> one_hot_values(["b", None], ["a", "b"])
    [{'a': False, 'b': True}, {'a': False, 'b': False}]
    """
    listed = categories[1:] if is_first_dropped else categories
    names = [one if prefix is None else f"{prefix}_{one}" for one in listed]
    return [
        {name: value == one for name, one in zip(names, listed, strict=True)} for value in values
    ]
