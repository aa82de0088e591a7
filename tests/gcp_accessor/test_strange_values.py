"""Values that strangers load and give as parameters: taken whole, or told by their name."""

from __future__ import annotations

import datetime
import itertools
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_api_kit.errors import PreprocessingError, QueryError
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.bigquery.parameters import to_query_parameters

EAST = datetime.timezone(datetime.timedelta(hours=5))
_numbers = itertools.count(1)


def loop() -> dict[str, Any]:
    row: dict[str, Any] = {}
    row["self"] = row
    return row


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (None, "rows is of type NoneType"),
        ({"a": 1}, "Row 0 is of type str"),
        ([{"a": 1}, {2: 1}], "Row 1 has the column 2"),
        ([{None: 1}], "Row 0 has the column None"),
        ([{"a": {1}}], "no BigQuery type takes a set"),
        ([{"a": 1.5, "b": [float("nan"), {1}]}], "no BigQuery type takes a set"),
    ],
    ids=itertools.count(),
)
def test_rows_of_a_load_are_told(bigquery: BigQueryAccessor, rows: Any, told: str) -> None:
    with pytest.raises(PreprocessingError, match=told):
        bigquery.load_rows("strange.never", rows)
    assert not bigquery.table_exists("strange.never")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"a": 1}, {"a": "x"}], "Row 1, column 'a': it is STRING, and INT64 in rows before"),
        ([{"a": 2**63}], "Row 0, column 'a': no BigQuery type takes a int of this size"),
        ([{"a": [1]}, {"a": 1}], "Row 1, column 'a': it holds one value, and a list"),
        ([{"a": {"b": 1}}, {"a": {"b": "x"}}], "Row 1, column 'a', field 'b': it is STRING"),
        ([{"a": Decimal("NaN")}], "it is the Decimal NaN, which no BigQuery type takes"),
        ([{"a": Decimal("1e-39")}], "it has more digits than BIGNUMERIC keeps"),
        ([{"a": Decimal("5.8e38")}], "it has more digits than BIGNUMERIC keeps"),
        ([{"a": {}}], "'a' holds mappings without any key"),
        ([{}, {}], "None of the rows has a column"),
        ([{"a": [1, None]}], "Row 0, column 'a': a list holds None"),
        ([{"a": "x"}, {"a": float("nan")}], "Row 1, column 'a': it is NaN, .* None for what is"),
        ([{"a": datetime.time(1, tzinfo=datetime.UTC)}], "it has a time zone, which TIME lacks"),
        ([{"a": pd.Timestamp("2020-01-01T00:00:00.000000001")}], "it has nanoseconds"),
        ([{"a": np.datetime64("2020-01-01T00:00:00.000000001")}], "Row 0 .* parts of a microsec"),
        ([{"a": np.datetime64("10000-01-01T00:00:00")}], "Row 0 cannot be loaded: .* year 9999"),
        ([{"a": np.timedelta64(5, "ns")}], "Row 0 .* parts of a microsecond"),
        ([{"a": np.timedelta64(5000, "ns")}], "no BigQuery type takes a timedelta"),
        ([{"a": ""}, {"a": "\ud800"}], "Row 1 cannot be loaded: a text holds half of a character"),
        (pd.DataFrame({"a": [1]}), "rows is a DataFrame of pandas; give .* load_frame"),
    ],
    ids=itertools.count(),
)
def test_values_that_make_no_column_are_told(
    bigquery: BigQueryAccessor, rows: list[dict[str, Any]], told: str
) -> None:
    with pytest.raises(PreprocessingError, match=told):
        bigquery.load_rows("strange.never", rows)
    assert not bigquery.table_exists("strange.never")


def test_new_table_has_the_types_of_the_values(bigquery: BigQueryAccessor) -> None:
    row = {
        "text": "2020-01-02",
        "digits": "007",
        "raw": b"\x00\xff",
        "exact": Decimal("0.1"),
        "long": Decimal("1e-30"),
        "day": datetime.date(2020, 1, 2),
        "here": datetime.datetime(2020, 1, 2, 3),
        "then": datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.UTC),
        "clock": datetime.time(1, 2),
        "inner": {"many": [1, 2.5], "none": None},
        "empty": [],
    }
    table = f"strange.typed{next(_numbers)}"
    assert bigquery.load_rows(table, [{"text": None}, row]) == 2
    [found] = bigquery.execute_query(f"SELECT * FROM {table} WHERE text IS NOT NULL", rows="dicts")
    assert found == {**row, "inner": {"many": [1.0, 2.5], "none": None}}


def test_row_that_holds_itself_is_told(bigquery: BigQueryAccessor) -> None:
    with pytest.raises(PreprocessingError, match="Row 0 cannot be loaded"):
        bigquery.load_rows("strange.never", [loop()])


# The client's own remark, before it fails.
@pytest.mark.filterwarnings("ignore:Could not determine the type of columns:UserWarning")
@pytest.mark.parametrize(
    "column", [[1, "x"], pd.period_range("2020", "2021", freq="Y")], ids=["mixed", "periods"]
)
def test_column_of_a_frame_without_a_type_is_told(bigquery: BigQueryAccessor, column: Any) -> None:
    with pytest.raises(PreprocessingError, match=r"cannot be loaded into .*strange\.never"):
        bigquery.load_frame("strange.never", pd.DataFrame({"a": column}))


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({1: 2}, "params names a value 1; a name is a text"),
        ({"": 2}, "params names a value ''"),
        ({"x": 1, "X": 2}, "params names 'x' and 'X', which is one name"),
        ({"x": {1: 2}}, "params names a value 1"),
        ({"x": [{"a": 1}, {"b": 1}]}, "'x' holds mappings of different fields"),
        ({"x": [{"a": "x"}, {"a": 1}]}, "'x' holds mappings of different fields"),
        ({"x": Decimal("1e-39")}, "'x' has more digits than BIGNUMERIC keeps"),
        ({"x": Decimal("sNaN")}, "'x' is the Decimal sNaN"),
        ({"x": "\ud800"}, "'x' holds half of a character"),
        (
            {"x": datetime.datetime.min.replace(tzinfo=EAST)},
            "'x' is outside of the years 1 to 9999",
        ),
        ([datetime.time(1, tzinfo=EAST)], "A positional parameter has a time zone"),
        ([np.datetime64("2020-01-01T00:00:00.000000001")], "parts of a microsecond"),
        ([[pd.Timestamp("2020-01-01T00:00:00.000000001")]], "has nanoseconds"),
    ],
    ids=itertools.count(),
)
def test_parameter_that_bigquery_does_not_keep_is_told(params: Any, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        to_query_parameters(params)


def test_moments_and_edges_are_taken_whole(bigquery: BigQueryAccessor) -> None:
    moment, early = datetime.datetime(2020, 1, 2, 3), datetime.datetime(1, 2, 3, 4, 5, 6, 7)
    params = [
        np.datetime64(moment, "ns"),
        np.array([moment], dtype="M8[ns]"),
        early,
        [early],
        Decimal("-578960446186580977117854925043439539266.34992332820282019728792003956564819968"),
        Decimal("1e-38"),
    ]
    expected = [moment, [moment], early, [early], *params[4:]]
    assert bigquery.execute_query("SELECT ?, ?, ?, ?, ?, ?", params) == [expected]
    table = f"strange.moments{next(_numbers)}"
    row = {"a": params[0], "b": params[1], "c": pd.NaT, "d": pd.NA, "e": "☃"}
    bigquery.load_rows(table, [row])
    # Now that it is there the types are its own.
    bigquery.load_rows(table, [row])
    assert (
        bigquery.execute_query(f"SELECT * FROM {table}")
        == [[moment, [moment], None, None, "☃"]] * 2
    )


def test_values_of_numpy_are_taken(bigquery: BigQueryAccessor) -> None:
    row = {"n": np.int64(3), "x": np.float64(0.5), "is": np.bool_(True), "many": np.array([1, 2])}
    assert bigquery.execute_query("SELECT @n, @x, @is, @many", row) == [[3, 0.5, True, [1, 2]]]
    table = f"strange.numpy{next(_numbers)}"
    assert bigquery.load_rows(table, [row]) == 1
    assert bigquery.execute_query(f"SELECT n, x, `is`, many FROM {table}") == [
        [3, 0.5, True, [1, 2]]
    ]
