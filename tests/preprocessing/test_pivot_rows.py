import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import pivot_rows
from tests.preprocessing.tables import names, scores, unchanged

days = st.sampled_from([1, 2, 3, None])
items = st.sampled_from(["p", "q", "r", None])
tables = st.lists(
    st.fixed_dictionaries({"name": names, "day": days, "item": items, "score": scores}), max_size=12
)
DTYPES = {"name": "string", "day": "Int64", "item": "string", "score": "float64"}
indexes = st.sampled_from(["name", ["name"], ["day", "name"]])
orders = st.sampled_from(["first-seen", "sorted"])
hows = st.sampled_from(["sum", "mean", "median", "min", "max", "count", "size", "nunique", "first"])


def to_frame(rows):
    return pd.DataFrame(rows, columns=list(DTYPES), dtype=object).astype(DTYPES)


def from_frame(frame):
    """The rows of a pivoted frame, sorted: among missing keys pandas does not always do that."""
    frame = frame.sort_index(axis="index").sort_index(axis="columns")
    return [
        {column: None if pd.isna(value) else value for column, value in row.items()}
        for row in frame.reset_index().to_dict("records")
    ]


def is_known(row, index):
    return all(row[name] is not None for name in ["item", *([index] if index == "name" else index)])


def approximately(rows):
    return [
        {
            name: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def assert_same(found, expected):
    assert found == approximately(expected)
    assert [list(row) for row in found] == [list(row) for row in expected]


@given(tables, indexes, hows)
def test_pivot_rows_with_an_aggregate_agrees_with_pandas(rows, index, how):
    found = unchanged(
        pivot_rows, rows, index=index, columns="item", values="score", how=how, order="sorted"
    )
    index = [index] if isinstance(index, str) else index
    expected = []
    if any(is_known(row, index) for row in rows):
        cells = to_frame(rows).groupby([*index, "item"])["score"].agg(how)
        expected = from_frame(cells.unstack("item"))
    assert_same(found, expected)


@given(tables, indexes, st.sampled_from(["mean", "max", "sum"]))
def test_pivot_rows_of_values_that_are_there_agrees_with_pivot_table(rows, index, how):
    rows = [row for row in rows if row["score"] is not None and row["score"] == row["score"]]
    options = {"index": index, "columns": "item", "values": "score", "fill_value": -1}
    found = unchanged(pivot_rows, rows, **options, how=how, order="sorted")
    known = any(is_known(row, index) for row in rows)
    expected = from_frame(to_frame(rows).pivot_table(**options, aggfunc=how)) if known else []
    assert_same(found, expected)


@given(tables, indexes)
def test_pivot_rows_without_an_aggregate_agrees_with_pandas(rows, index):
    rows = [row for row in rows if is_known(row, index)]
    columns = [index] if isinstance(index, str) else index
    rows = list({tuple(row[name] for name in [*columns, "item"]): row for row in rows}.values())
    options = {"index": index, "columns": "item", "values": "score"}
    found = unchanged(pivot_rows, rows, **options, order="sorted")
    assert_same(found, from_frame(to_frame(rows).pivot(**options)) if rows else [])


@given(tables, indexes, hows, orders)
def test_pivot_rows_in_either_order_has_the_same_cells(rows, index, how, order):
    options = {"index": index, "columns": "item", "values": "score", "how": how}
    in_order = pivot_rows(rows, **options, order=order)
    assert sorted(map(repr, map(sorted_cells, in_order))) == sorted(
        map(repr, map(sorted_cells, pivot_rows(rows, **options, order="sorted")))
    )


def sorted_cells(row):
    return sorted(row.items(), key=repr)


@given(tables, st.sampled_from(["sum", "max"]))
def test_pivot_rows_with_frozen_categories_gives_each_key_the_same_alone(rows, how):
    options = {"index": "name", "columns": "item", "values": "score", "how": how}
    together = pivot_rows(rows, **options, categories=["q", "p"])
    for made in together:
        alone = [row for row in rows if row["name"] == made["name"]]
        assert pivot_rows(alone, **options, categories=["q", "p"]) == [made]
        assert list(made) == ["name", "q", "p"]


def test_pivot_rows_is_in_the_order_of_first_sight():
    rows = [{"a": "z", "b": 2, "c": 1}, {"a": "y", "b": 1, "c": 2}]
    found = pivot_rows(rows, index="a", columns="b", values="c")
    assert [list(row.items()) for row in found] == [
        [("a", "z"), (2, 1), (1, None)],
        [("a", "y"), (2, None), (1, 2)],
    ]


def test_pivot_rows_fills_what_is_missing():
    rows = [{"a": "z", "b": "p", "c": None}, {"a": "y", "b": "q", "c": 2}]
    found = pivot_rows(rows, index="a", columns="b", values="c", fill_value=0)
    assert found == [{"a": "z", "p": 0, "q": 0}, {"a": "y", "p": 0, "q": 2}]


def test_pivot_rows_refuses_several_values_for_a_cell():
    rows = [{"a": "z", "b": "p", "c": 1}, {"a": "z", "b": "p", "c": 2}]
    with pytest.raises(PreprocessingError, match="There are 2 values of 'z' for 'b' 'p'"):
        pivot_rows(rows, index="a", columns="b", values="c")
    assert pivot_rows(rows, index="a", columns="b", values="c", how="last") == [{"a": "z", "p": 2}]


def test_pivot_rows_refuses_a_category_with_the_name_of_the_index():
    with pytest.raises(PreprocessingError, match="A category of 'b' has the name of the column"):
        pivot_rows([{"a": 1, "b": "a", "c": 1}], index="a", columns="b", values="c")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([1, 2, 3], "Row 0 is a list, whose columns have no names"),
        ({"a": 1, "c": 1}, "Row 0 has no column 'b'"),
        ({"a": [], "b": 1, "c": 1}, "Row 0, column 'a' holds a list, which pivot_rows"),
        ({"a": 1, "b": {}, "c": 1}, "Row 0, column 'b' holds a dict, which pivot_rows"),
    ],
)
def test_pivot_rows_refuses_rows_that_it_cannot_turn(row, message):
    with pytest.raises(PreprocessingError, match=message):
        pivot_rows([row], index="a", columns="b", values="c")


def test_pivot_rows_refuses_an_order_or_an_aggregate_that_there_is_not():
    row = {"a": 1, "b": 2, "c": 3}
    with pytest.raises(PreprocessingError, match="'first-seen' or 'sorted'"):
        pivot_rows([row], index="a", columns="b", values="c", order="random")
    with pytest.raises(PreprocessingError, match="no aggregate 'average'"):
        pivot_rows([row], index="a", columns="b", values="c", how="average")
