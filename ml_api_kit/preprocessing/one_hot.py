"""The verbs `one_hot` and `one_hot_values`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ml_api_kit.preprocessing.drop_columns import drop_columns
from ml_api_kit.preprocessing.rows import AnyRow, Column, has_column_names, unknown_column


def one_hot(
    rows: Iterable[AnyRow],
    categories: Mapping[Column, Sequence[Any]],
    *,
    is_first_dropped: bool = False,
    prefix: str | None = None,
    separator: str = "_",
) -> list[AnyRow]:
    """The rows with a true or false column for each category in place of the columns encoded.

    `categories` maps a column to its frozen categories, in order, as `learn_one_hot` learned them;
    a column is named `column_category`, or with the one `prefix` and `separator` that are given,
    and stands behind the other columns. A value that is none of them, or is missing, is false
    everywhere. Replaces `pandas.get_dummies`, which takes the categories of the rows it is given.

    Raises PreprocessingError: when a row lacks a column.

    >>> one_hot([{"n": 1, "fuel": "gas"}], {"fuel": ["gas", "oil"]})
    [{'n': 1, 'fuel_gas': True, 'fuel_oil': False}]
    >>> one_hot([["gas", 1]], {0: ["gas", "oil"]})
    [[1, True, False]]
    """
    listed_rows: list[Any] = list(rows)
    start = 1 if is_first_dropped else 0
    try:
        values = {column: [row[column] for row in listed_rows] for column in categories}
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(listed_rows, categories) from error
    others: list[Any] = drop_columns(listed_rows, categories)
    is_named = has_column_names(listed_rows)
    for column, listed in categories.items():
        front = column if prefix is None else prefix
        names = [f"{front}{separator}{category}" for category in listed[start:]]
        find = _finder(names, listed[start:])
        if is_named:
            for other, value in zip(others, values[column], strict=True):
                other.update(find(value))
        else:
            for other, value in zip(others, values[column], strict=True):
                other.extend(find(value).values())
    return others


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
    find = _finder(names, listed)
    return [find(value).copy() for value in values]


def _finder(names: Sequence[Any], categories: Sequence[Any]) -> Callable[[Any], dict[Any, bool]]:
    """Finds the true and false columns of a value among those made once for each category."""
    made = {
        category: {name: category == one for name, one in zip(names, categories, strict=True)}
        for category in categories
    }
    none = dict.fromkeys(names, False)

    def find(value: Any) -> dict[Any, bool]:
        try:
            return made.get(value, none)
        except TypeError:  # a list or a dict, which no category is
            return none

    return find
