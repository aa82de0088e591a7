"""Verbs of one value: `filled`, `replaced`, `for_text`, `for_time`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any


def filled(value: Any, other: Any) -> Any:
    """The value, or the other one where it is missing: what `Series.fillna` does to each.

    >>> filled(None, 3), filled(float("nan"), 3), filled(0, 3)
    (3, 3, 0)
    """
    return other if value is None or value != value else value


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


def for_text(function: Callable[[Any], Any], value: Any, *, missing: Any = math.nan) -> Any:
    """The function's result for a text, `missing` for anything else: as `Series.str` for each.

    A list, as `split` gives one, is taken as a text is; what is looked for behind its end is
    `missing` as well. Tests of a text have False for `missing`, as pandas answers them.

    >>> for_text(str.upper, "a"), for_text(str.upper, None)
    ('A', nan)
    >>> for_text(lambda words: words[0], ["2", "BHK"]), for_text(lambda words: words[5], ["2"])
    ('2', nan)
    >>> for_text(str.isdigit, None, missing=False)
    False
    """
    try:
        return function(value) if isinstance(value, str | list) else missing
    except IndexError:
        return missing


def for_time(function: Callable[..., Any], *values: Any, missing: Any = math.nan) -> Any:
    """The function's result for times or spans, `missing` where one is: as `Series.dt` for each.

    With two times, such as for their difference, both are given to the function.

    >>> from datetime import datetime
    >>> for_time(lambda when: when.year, datetime(2026, 11, 21)), for_time(str, None)
    (2026, nan)
    >>> since = datetime(2026, 11, 1)
    >>> for_time(lambda when, other: (when - other).days, datetime(2026, 11, 21), since)
    20
    """
    are_times = all(isinstance(one, date | timedelta) for one in values)
    return function(*values) if are_times else missing
