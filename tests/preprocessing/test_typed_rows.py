import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import typed_rows
from tests.preprocessing.tables import NAN, normal, unchanged

DTYPES = {"n": "float64", "t": "str", "f": "object"}
tables = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "n": st.sampled_from([1, 2.5, True, None, NAN]),
            "t": st.sampled_from(["a", "", None]),
            "f": st.sampled_from([True, 3, None]),
            "more": st.just(0),
        },
    ),
    max_size=8,
)


@given(tables)
def test_typed_rows_agrees_with_pandas(rows):
    frame = pd.DataFrame(rows, columns=list(DTYPES), dtype=object).astype(DTYPES)
    found = unchanged(typed_rows, rows, DTYPES)
    assert normal(found) == normal(frame.to_dict("records"))
    assert [list(row) for row in found] == [list(DTYPES)] * len(rows)


def test_typed_rows_of_no_columns_or_no_rows():
    assert typed_rows([{"a": 1}, {}], {}) == [{}, {}]
    assert typed_rows([], DTYPES) == []


def test_typed_rows_names_the_first_value_that_does_not_fit():
    rows = [{"a": 1, "b": 1}, {"a": 1, "b": "x"}, {"a": "x"}]
    with pytest.raises(PreprocessingError, match="Row 1, column 'b': a value of type str cannot"):
        typed_rows(rows, {"a": "float", "b": "int"})
