"""Verbs of some values of a row: `total_sum`, `total_mean`, `total_min`, `total_max`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ml_api_kit.preprocessing.missing import is_missing


def total_sum(values: Iterable[Any]) -> Any:
    """The sum of the values that are not missing; 0 where all are. As `frame.sum(axis=1)`.

    >>> total_sum([1, None, 2.5]), total_sum([None])
    (3.5, 0)
    """
    return sum(one for one in values if not is_missing(one))


def total_mean(values: Iterable[Any]) -> float:
    """The mean of the values that are not missing; NaN where all are. As `frame.mean(axis=1)`.

    >>> total_mean([1, None, 2]), total_mean([None])
    (1.5, nan)
    """
    there = [one for one in values if not is_missing(one)]
    return sum(there) / len(there) if there else math.nan


def total_min(values: Iterable[Any]) -> Any:
    """The least of the values that are not missing; NaN where all are. As `frame.min(axis=1)`.

    >>> total_min([3, None, 2]), total_min([None])
    (2, nan)
    """
    return min((one for one in values if not is_missing(one)), default=math.nan)


def total_max(values: Iterable[Any]) -> Any:
    """The greatest of the values that are not missing; NaN where all are.

    As `frame.max(axis=1)`.

    >>> total_max([3, None, 2]), total_max([None])
    (3, nan)
    """
    return max((one for one in values if not is_missing(one)), default=math.nan)
