"""The verb `date_parts`."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.added import put_behind
from ml_api_kit.preprocessing.rows import AnyRow, Column, to_columns, unknown_column
from ml_api_kit.preprocessing.typed_rows import to_time

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_ONE_DAY = timedelta(days=1)

_PARTS: dict[str, Callable[[Any], Any]] = {
    **{
        name: attrgetter(name)
        for name in ("year", "month", "day", "hour", "minute", "second", "microsecond")
    },
    "weekday": datetime.weekday,
    "day_of_year": lambda when: when.timetuple().tm_yday,
    "week": lambda when: when.isocalendar().week,
    "quarter": lambda when: (when.month + 2) // 3,
    "day_name": lambda when: _DAYS[when.weekday()],
    "month_name": lambda when: _MONTHS[when.month - 1],
    "is_month_start": lambda when: when.day == 1,
    "is_month_end": lambda when: (when + _ONE_DAY).day == 1,
    "is_leap_year": lambda when: isleap(when.year),
}


def date_parts(
    rows: Iterable[AnyRow],
    column: Column,
    parts: str | Iterable[str] | Mapping[str, str],
    *,
    pattern: str | None = None,
) -> list[AnyRow]:
    """The rows as copies with the `parts` of a column's times as columns behind the others.

    Parts are year, month, day, hour, minute, second, microsecond, weekday (Monday is 0),
    day_of_year, week (of ISO 8601), quarter, day_name and month_name in English, is_month_start,
    is_month_end, is_leap_year. A part is named `column_part`, or as a mapping of parts says. Times
    are texts in ISO 8601, or in the form of `pattern` (as `datetime.strptime` takes it), or
    datetimes. Where the time is missing, so are its parts: None.

    Replaces `frame[column].dt.year` and the like. It departs from it in that whole numbers stay
    whole beside missing ones, and the form of a time is never guessed.

    Raises PreprocessingError: when a row has no such column, holds what is no such time, or a part
        has another name than these.

    >>> date_parts([{"sold": "2026-11-21"}, {"sold": None}], "sold", ["year", "weekday"])
    [{'sold': '2026-11-21', 'sold_year': 2026, 'sold_weekday': 5}, \
{'sold': None, 'sold_year': None, 'sold_weekday': None}]
    """
    names = _names(column, parts)
    rows = list(rows)
    times = _times(rows, column, pattern)
    copies: list[Any] = [row.copy() for row in rows]
    put_behind(copies, list(names.values()), (_values(times, _PARTS[part]) for part in names))
    return copies


def _names(column: Column, parts: str | Iterable[str] | Mapping[str, str]) -> Mapping[str, str]:
    if not isinstance(parts, Mapping):
        parts = {part: f"{column}_{part}" for part in to_columns(parts)}
    for part in parts:
        if part not in _PARTS:
            raise PreprocessingError(f"There is no part {part!r}; there are {', '.join(_PARTS)}.")
    return parts


def _times(rows: list[Any], column: Column, pattern: str | None) -> list[datetime | None]:
    try:
        values = list(map(itemgetter(column), rows))
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, [column]) from error
    try:
        if pattern is None and set(map(type, values)) == {str}:
            return list(map(datetime.fromisoformat, values))
        return [to_time(value, pattern) for value in values]
    except (TypeError, ValueError) as error:
        raise _no_time(values, column, pattern) from error


def _values(times: list[datetime | None], part: Callable[[Any], Any]) -> Iterable[Any]:
    if None in times:
        return [None if when is None else part(when) for when in times]
    return map(part, times)


def _no_time(values: list[Any], column: Column, pattern: str | None) -> PreprocessingError:
    form = "in ISO 8601; name its pattern" if pattern is None else f"of the form {pattern!r}"
    for index, value in enumerate(values):
        try:
            to_time(value, pattern)
        except (TypeError, ValueError):
            return PreprocessingError(
                f"Row {index}, column {column!r}: {value!r} is no time {form}."
            )
    raise AssertionError("every value is a time")
