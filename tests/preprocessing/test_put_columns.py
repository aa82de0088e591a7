import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import put_columns
from tests.preprocessing.tables import dicts, from_frame, normal, to_frame


@given(dicts, st.lists(st.sampled_from(["score", "new", "other"]), min_size=1, unique=True))
def test_put_columns_agrees_with_pandas(rows, columns):
    matrix = np.arange(len(rows) * len(columns), dtype=float).reshape(len(rows), len(columns))
    frame = to_frame(rows)
    frame[columns] = matrix

    found = put_columns(rows, columns, matrix)

    assert normal(found) == from_frame(frame)
    assert repr(put_columns(iter(rows), columns, matrix.tolist())) == repr(found)


def test_put_columns_takes_one_column_of_plain_values_and_leaves_the_rows():
    rows = [{"a": 1}, {"a": 2}]
    assert put_columns(rows, ["a"], np.array([0.5, 1.5])) == [{"a": 0.5}, {"a": 1.5}]
    assert put_columns(rows, ["b"], [7, 8]) == [{"a": 1, "b": 7}, {"a": 2, "b": 8}]
    assert rows == [{"a": 1}, {"a": 2}]


def test_put_columns_agrees_with_pandas_that_the_shape_must_fit():
    rows = [{"a": 1}, {"a": 2}]
    with pytest.raises(PreprocessingError, match="values for 1 rows, and 2 rows"):
        put_columns(rows, ["a"], [[1]])
    with pytest.raises(PreprocessingError, match="Row 1 is given 1 values for 2 columns"):
        put_columns(rows, ["a", "b"], [[1, 2], [3]])
    frame = pd.DataFrame(rows)
    with pytest.raises(ValueError, match="Columns must be same length"):
        frame[["a", "b"]] = np.array([[1], [3]])
