import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import melt_rows
from tests.preprocessing.tables import dicts, from_frame, normal, to_frame, unchanged

ids = st.sampled_from([[], "name", ["name"], ["flag", "name"]])
melted = st.sampled_from([None, "score", ["score"], ["score", "flag"]])


@given(dicts, ids, melted)
def test_melt_rows_agrees_with_pandas(rows, id_vars, value_vars):
    assume("flag" not in id_vars or value_vars is None or "flag" not in value_vars)
    options = {"id_vars": id_vars, "value_vars": value_vars, "var_name": "k", "value_name": "v"}
    expected = to_frame(rows).melt(**options)
    found = unchanged(melt_rows, rows, **options)
    assert normal(found) == from_frame(expected)
    assert all(list(row) == list(expected) for row in found)


@given(dicts)
def test_melt_rows_names_the_new_columns_as_pandas_does(rows):
    expected = to_frame(rows).melt("name")
    assert normal(unchanged(melt_rows, rows, "name")) == from_frame(expected)


def test_melt_rows_refuses_a_column_that_is_melted_and_kept():
    with pytest.raises(PreprocessingError, match="The column 'a' is to be kept and to be melted"):
        melt_rows([{"a": 1, "b": 2}], "a", value_vars=["b", "a"])


def test_melt_rows_refuses_a_name_that_is_taken():
    with pytest.raises(PreprocessingError, match="Two columns would have the name 'a'"):
        melt_rows([{"a": 1, "b": 2}], "a", value_name="a")
    with pytest.raises(PreprocessingError, match="Two columns would have the name 'k'"):
        melt_rows([{"a": 1, "b": 2}], var_name="k", value_name="k")


def test_melt_rows_refuses_rows_that_lack_a_column():
    rows = [{"a": 1, "b": 2}, {"a": 1}]
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'b'"):
        melt_rows(rows, "a")
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'c'"):
        melt_rows(rows, "c")
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'c'"):
        melt_rows(rows, "a", value_vars=["c"])


def test_melt_rows_refuses_lists():
    with pytest.raises(PreprocessingError, match="Row 0 is a list"):
        melt_rows([["a", 1]], 0)
