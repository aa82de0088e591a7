from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import date_parts, is_missing
from tests.preprocessing.tables import NAN, unchanged

TWINS = {
    "weekday": lambda times: times.dt.day_of_week,
    "week": lambda times: times.dt.isocalendar().week,
    "day_name": lambda times: times.dt.day_name(),
    "month_name": lambda times: times.dt.month_name(),
}
PARTS = [
    *("year", "month", "day", "hour", "minute", "second", "microsecond", "day_of_year"),
    *("quarter", "is_month_start", "is_month_end", "is_leap_year"),
]
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))
columns = st.lists(moments | st.none(), max_size=6)


def twin(times, part):
    values = TWINS[part](times) if part in TWINS else getattr(times.dt, part)
    return [None if time is pd.NaT else value for time, value in zip(times, values, strict=True)]


@pytest.mark.parametrize("part", [*PARTS, *TWINS])
@given(times=columns)
def test_date_parts_agrees_with_pandas(part, times):
    texts = [None if time is None else time.isoformat() for time in times]
    expected = twin(pd.Series(pd.to_datetime(pd.Series(times, dtype="datetime64[us]"))), part)

    found = unchanged(date_parts, [{"when": text} for text in texts], "when", part)

    assert [row[f"when_{part}"] for row in found] == expected
    assert [row["when"] for row in found] == texts


@given(columns)
def test_date_parts_of_lists_stand_behind_the_others(times):
    found = unchanged(date_parts, [["x", time] for time in times], 1, ["day", "year"])
    assert found == [
        ["x", time, *((None, None) if time is None else (time.day, time.year))] for time in times
    ]


def test_date_parts_have_the_names_that_are_given_and_whole_values():
    rows = [{"on": "21/11/2026"}, {"on": NAN}]
    found = date_parts(rows, "on", {"month": "m", "is_month_end": "last"}, pattern="%d/%m/%Y")
    assert (found[0]["m"], found[0]["last"]) == (11, False)
    assert type(found[0]["m"]) is int
    assert is_missing(found[1]["on"])
    assert found[1]["m"] is None


@pytest.mark.parametrize("value", ["21/11/2026", 20261121, "yesterday", True])
def test_date_parts_names_the_value_that_is_no_time(value):
    with pytest.raises(PreprocessingError, match=r"Row 1, column 'on': .* is no time in ISO 8601"):
        date_parts([{"on": "2026-11-21"}, {"on": value}], "on", "year")


def test_date_parts_names_what_is_at_fault():
    with pytest.raises(PreprocessingError, match=r"'2026' is no time of the form '%d'"):
        date_parts([{"on": "2026"}], "on", "year", pattern="%d")
    with pytest.raises(PreprocessingError, match="There is no part 'years'; there are year, month"):
        date_parts([], "on", ["years"])
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'on'"):
        date_parts([{"of": "2026-11-21"}], "on", "year")
