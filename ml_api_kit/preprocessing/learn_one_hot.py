"""The learner `learn_one_hot`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.learn_codes import learn_codes
from ml_api_kit.preprocessing.rows import AnyRow, Column


def learn_one_hot(
    rows: Iterable[AnyRow], columns: Column | Iterable[Column]
) -> dict[Column, list[Any]]:
    """The categories of each column, sorted, for `one_hot`.

    A dict that JSON can keep. Missing values are no category. Values that have no order among each
    other, such as texts and numbers, stay in the order they are first seen.

    Replaces what `pandas.get_dummies(frame, columns=columns)` learns of the rows it is given.

    Raises PreprocessingError: when a row has no such column, or it holds a list or a dict, or no
        value at all.

    >>> from ml_api_kit.preprocessing import one_hot
    >>> categories = learn_one_hot([{"fuel": "oil"}, {"fuel": "gas"}], "fuel")
    >>> categories
    {'fuel': ['gas', 'oil']}
    >>> one_hot([{"fuel": "gas"}], categories)
    [{'fuel_gas': True, 'fuel_oil': False}]
    """
    return learn_codes(rows, columns, order="sorted")
