"""Verbs of one value: `filled`, `replaced`, `for_text`, `for_time`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ml_api_kit.preprocessing.missing import is_missing


def filled(value: Any, other: Any) -> Any:
    """The value, or the other one where it is missing: what `Series.fillna` does to each.

    >>> filled(None, 3), filled(float("nan"), 3), filled(0, 3)
    (3, 3, 0)
    """
    return other if is_missing(value) else value


def replaced(value: Any, table: Mapping[Any, Any]) -> Any:
    """What the table has for the value, or the value itself: what `Series.replace` does to each.

    A value that cannot be a key, such as a list, stays as it is.

    >>> replaced("yes", {"yes": 1, "no": 0}), replaced("maybe", {"yes": 1, "no": 0})
    (1, 'maybe')
    """
    try:
        return table.get(value, value)
    except TypeError:
        return value


def for_text(function: Callable[[Any], Any], value: Any) -> Any:
    """The function's result for a text, NaN for anything else: what `Series.str` does to each.

    A list, as `split` gives one, is taken as a text is; what is looked for behind its end is NaN.

    >>> for_text(str.upper, "a"), for_text(str.upper, None)
    ('A', nan)
    >>> for_text(lambda words: words[0], ["2", "BHK"]), for_text(lambda words: words[5], ["2"])
    ('2', nan)
    """
    try:
        return function(value) if isinstance(value, str | list) else math.nan
    except IndexError:
        return math.nan


def for_time(function: Callable[[datetime], Any], value: Any) -> Any:
    """The function's result for a time, NaN where it is missing: what `Series.dt` does to each.

    >>> for_time(lambda when: when.year, datetime(2026, 11, 21)), for_time(str, None)
    (2026, nan)
    """
    return function(value) if isinstance(value, datetime) else math.nan
