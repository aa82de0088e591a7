import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import convert_types
from tests.preprocessing.tables import NAN, normal, unchanged

floats = st.floats(-1e15, 1e15) | st.sampled_from([None, NAN, float("inf")])
ints = st.integers(-(2**53), 2**53)
texts = st.sampled_from(["1", "-7", "2.5", "1e3", "", "x", None])
columns = st.one_of(
    st.lists(floats),
    st.lists(ints),
    st.lists(st.booleans()),
    st.lists(texts),
    st.lists(st.one_of(floats, ints, st.booleans(), texts)),
)


def twin(values, dtype):
    """What pandas makes of the values of a column of objects, or None where it refuses."""
    try:
        return pd.Series(values, dtype=object).astype(dtype).tolist()
    except (TypeError, ValueError, OverflowError):
        return None


@pytest.mark.parametrize("dtype", ["int64", "float64", "bool", "str"])
@given(values=columns)
def test_convert_types_agrees_with_pandas(dtype, values):
    expected = twin(values, dtype)
    rows = [{"a": value, "b": "x"} for value in values]
    if expected is None:
        with pytest.raises(PreprocessingError, match=r"Row \d+, column 'a': .* cannot be"):
            convert_types(rows, {"a": dtype})
        return

    found = unchanged(convert_types, rows, {"a": dtype})

    assert normal(found) == normal([{"a": value, "b": "x"} for value in expected])


@pytest.mark.parametrize(("kind", "dtype"), [(int, "int64"), (float, "float64"), (str, "str")])
@given(values=st.lists(floats) | st.lists(ints))
def test_convert_types_by_type_agrees_with_pandas_on_columns_of_numbers(kind, dtype, values):
    assume(kind is not int or all(isinstance(value, int) for value in values))
    natural = float if any(not isinstance(value, int) for value in values) else int
    series = pd.Series([None if v is None else natural(v) for v in values], dtype=natural.__name__)
    # In a frame a whole number beside a missing one is a float, as in the rows made of it.
    rows = [[value] for value in series.tolist()]

    found = unchanged(convert_types, rows, {0: kind})

    expected = [{0: value} for value in series.astype(dtype).tolist()]
    assert normal([dict(enumerate(row)) for row in found]) == normal(expected)


def test_convert_types_cuts_off_and_does_not_round():
    assert convert_types([{"a": 2.9}, {"a": -2.9}], {"a": int}) == [{"a": 2}, {"a": -2}]


def test_convert_types_names_what_is_at_fault():
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'a'"):
        convert_types([{"a": 1}, {}], {"a": int})
    with pytest.raises(PreprocessingError, match="Row 1, column 'a': None cannot be int"):
        convert_types([{"a": 1}, {"a": None}], {"a": int})
    with pytest.raises(PreprocessingError, match="type of column 'a' is 'complex'; it may be int"):
        convert_types([], {"a": complex})
    with pytest.raises(PreprocessingError, match="type of column 'a' is 'category'"):
        convert_types([], {"a": "category"})
