import csv
import datetime
import decimal
import io
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.gcp_accessor.storage.csv_text import csv_text
from ml_api_kit.gcp_accessor.storage.csv_values import NestedValueError


def written(rows: Any) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.sampled_from(
    ["", ",", '"', "\n", "\r", "a,b", 'a"b']
)
columns = st.sampled_from(
    [
        st.integers(),
        st.integers(-(2**63), 2**64 - 1),
        st.floats(),
        st.floats(-1e-3, 1e-3),
        st.floats(1e14, 1e18),
        texts,
        st.booleans(),
        st.none(),
        st.dates(),
        st.integers() | st.none(),
        st.floats() | st.none(),
        texts | st.none(),
        st.integers() | st.floats() | texts | st.none(),
    ]
)


@st.composite
def tables(draw: Any) -> list[list[Any]]:
    kinds = draw(st.lists(columns, max_size=4))
    return draw(st.lists(st.tuples(*kinds).map(list), max_size=6))


@settings(deadline=None, max_examples=300)
@given(tables())
def test_text_is_that_of_the_standard_library(rows: list[list[Any]]) -> None:
    assert csv_text(rows) == written(rows)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.floats(), min_size=1, max_size=30))
def test_floats_are_written_as_python_writes_them(values: list[float]) -> None:
    rows = [[value, value] for value in values]
    assert csv_text(rows) == written(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [[], []],
        [[None]],
        [[""]],
        [[None, None]],
        [[1, 2], [3]],
        [(1, "a"), [2, "b"]],
        [[0.0001, 1], [0.00001, 2]],
        [[-0.0, 1], [1e16, 2], [1e15, 3]],
        [[math.nan, None], [None, math.inf], [1.5, -math.inf]],
        [[2**64, 1], [-(2**63) - 1, 2]],
        [[np.float64(0.1), np.int64(3)], [0.2, 4]],
        [[decimal.Decimal("1.10"), datetime.datetime(2026, 1, 2)], [True, "x"]],
    ],
)
def test_text_of_the_odd_ones_is_that_of_the_standard_library(rows: list[Any]) -> None:
    assert csv_text(rows) == written(rows)


def test_row_that_can_be_read_once_is_written_once() -> None:
    def values() -> Iterator[int]:
        yield from (1, 2)

    assert csv_text([values(), (3, 4)]) == "1,2\r\n3,4\r\n"  # type: ignore[list-item]


@pytest.mark.parametrize("width", [1, 3])
def test_what_bigquery_reads_otherwise_than_str_spells_it(width: int) -> None:
    values = [b"x", bytearray(b"\x00"), memoryview(b"ab"), pd.NA, pd.NaT, np.datetime64("NaT"), 1]
    texts = ["eA==", "AA==", "YWI=", "", "", "", "1"]
    rows = [[value] * width for value in values]
    assert csv_text(rows) == written([[text] * width for text in texts])


@pytest.mark.parametrize("value", [[1], (1,), {"a": 1}, {1}, np.array([1]), pd.Series([1])])
@pytest.mark.parametrize("row", [[1, "a"], [1]], ids=["table", "ragged"])
def test_nested_value_is_refused_with_its_column(row: list[Any], value: Any) -> None:
    with pytest.raises(NestedValueError, match=r"type \w+ in column 2: CSV holds no nested"):
        csv_text([row, [1, value]])
