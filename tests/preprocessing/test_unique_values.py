import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import count_unique, unique_values
from tests.preprocessing.tables import COLUMNS, dicts, lists, one_missing, to_frame, unchanged

columns = st.sampled_from(COLUMNS)


@given(dicts, columns)
def test_unique_values_agrees_with_pandas_in_values_and_order(rows, column):
    expected = to_frame(one_missing(rows))[column].unique().tolist()
    assert repr(unchanged(unique_values, rows, column)) == repr(expected)


@given(dicts, columns, st.booleans())
def test_count_unique_agrees_with_pandas(rows, column, dropna):
    expected = to_frame(one_missing(rows))[column].nunique(dropna=dropna)
    assert unchanged(count_unique, rows, column, dropna=dropna) == expected


@given(lists)
def test_unique_values_of_lists_agree_with_pandas(rows):
    frame = to_frame(one_missing(rows))
    expected = frame[1].unique().tolist() if rows else []
    assert repr(unchanged(unique_values, rows, 1)) == repr(expected)
    assert unchanged(count_unique, rows, 1) == len([one for one in expected if one is not None])


@pytest.mark.parametrize("verb", [unique_values, count_unique])
def test_unique_values_names_what_is_at_fault(verb):
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'nam'"):
        verb([{"name": 1}], "nam")
    with pytest.raises(
        PreprocessingError, match=f"Row 1, column 0 holds a list, which {verb.__name__}"
    ):
        verb([[1], [[]]], 0)
