"""Rules of times and of what lies between them, with pandas as the oracle."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.research.refactor.oracle import assert_alike, reason_of


@pytest.mark.parametrize(
    "line",
    [
        'df["x"] = df["at"].dt.tz_localize("UTC")',
        'df["x"] = df["at"].dt.floor("h")',
        'df["x"] = df["at"].dt.to_period("M")',
        'df["x"] = df["at"].dt.day_name(locale="de_DE")',
        'df["x"] = (df["at"] - df["to"]) / np.timedelta64(1, "M")',
        'df["x"] = df["at"] - pd.Timestamp(2024, 1, 1)',
        'df["x"] = df["at"] - df["at"].min()',
    ],
)
def test_is_left_alone(line: str) -> None:
    assert reason_of(line)


@pytest.mark.parametrize(
    "value",
    [
        'df["at"].dt.year',
        'df["at"].dt.quarter',
        "df.at_.dt.day_of_year",
        'df["at"].dt.day_of_week',
        'df["at"].dt.hour + df["at"].dt.minute / 60',
        'df["at"].dt.days_in_month',
        'df["at"].dt.date',
        'df["at"].dt.time',
        'df["at"].dt.normalize()',
        'df["at"].dt.day_name()',
        'df["at"].dt.month_name().str[:3]',
        'df["at"].dt.strftime("%d/%m/%y %H")',
        'df["at"].dt.isocalendar().week',
        'df["at"].dt.isocalendar().day',
        'df["at"].dt.is_leap_year',
        'df["at"].dt.is_month_end',
        'df["at"].dt.is_year_start',
        'df["at"].dt.day_name().map({"Monday": 1}).fillna(0)',
        'df["at"].dt.day_of_week.isin([5, 6]).astype(int)',
        'df["at"] - df["to"]',
        '(df["at"] - df["to"]).dt.days',
        '(df["at"] - df["to"]).dt.seconds',
        '(df["to"] - df["at"]).dt.total_seconds() / 3600',
        '(df["at"] - pd.Timestamp("2024-01-01")).dt.days',
        '(pd.to_datetime("2024-01-01 12:00:00") - df["at"]).dt.days',
        '(df["at"] - df["to"]) / np.timedelta64(1, "D")',
        '(df["at"] - df["to"]) // pd.Timedelta(hours=2)',
        'df["at"] + pd.Timedelta(days=3)',
        'df["at"] - np.timedelta64(12, "h")',
        'df["at"] > "2024-01-01"',
        'df["at"] <= np.datetime64("2024-01-01")',
        'df["at"] != df["to"]',
        'pd.Timestamp("2024-01-01") >= df["to"]',
        '(df["at"] >= pd.to_datetime("2024-01-01")) & (df["n"] > 1)',
    ],
)
def test_rows_form_gives_what_pandas_gives(value: str) -> None:
    assert_alike(f'df["x"] = {value.replace("df.at_", "df.to")}')


def test_span_that_was_stored_has_parts() -> None:
    assert_alike('df["gap"] = df["at"] - df["to"]', 'df["x"] = df["gap"].dt.days')


@pytest.mark.parametrize("since", ["2024-01-05", "2024-01-05T06:30:00"])
def test_time_that_was_learned_is_a_text(since: str) -> None:
    line = 'df["x"] = (df["at"] - pd.Timestamp(since)).dt.days'
    assert_alike(line, parameters=", *, since", since=since)


def test_time_in_a_variable() -> None:
    made = assert_alike('since = pd.Timestamp("2024-01-05")', 'df["x"] = df["at"] - since')
    assert 'since = to_time("2024-01-05")' in made


def test_value_that_only_pandas_makes_is_left_alone() -> None:
    assert "pd.Series" in reason_of("table = pd.Series([1, 2])", 'df["x"] = df["i"]')


def test_time_that_was_learned_is_a_datetime() -> None:
    line = 'df["x"] = (df["at"] - since).dt.days'
    assert_alike(line, parameters=", *, since", since=datetime(2024, 1, 5))
