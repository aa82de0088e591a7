import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import concat_rows
from tests.preprocessing.tables import COLUMNS, flags, from_frame, names, normal, scores, unchanged

values = {"name": names, "score": scores, "flag": flags}
tables = st.lists(
    st.lists(st.sampled_from(COLUMNS), min_size=1, unique=True).flatmap(
        lambda columns: st.lists(
            st.fixed_dictionaries({column: values[column] for column in columns}), max_size=4
        )
    ),
    min_size=1,
    max_size=4,
)
widths = st.lists(
    st.integers(1, 3).flatmap(
        lambda width: st.lists(st.lists(scores, min_size=width, max_size=width), max_size=4)
    ),
    max_size=4,
)


def frames(rows_of_tables):
    return [pd.DataFrame(rows, dtype=object) for rows in rows_of_tables]


@given(tables)
def test_concat_rows_agrees_with_pandas(rows_of_tables):
    expected = pd.concat(frames(rows_of_tables), ignore_index=True)
    found = unchanged(concat_rows, rows_of_tables)
    assert normal(found) == from_frame(expected)
    assert all(list(row) == list(expected) for row in found)


@given(widths)
def test_concat_rows_of_lists_agrees_with_pandas(rows_of_tables):
    expected = []
    if rows_of_tables:
        frame = pd.concat(frames(rows_of_tables), ignore_index=True)
        expected = [list(row.values()) for row in from_frame(frame)]
    found = unchanged(concat_rows, rows_of_tables)
    assert [list(row.values()) for row in normal([dict(enumerate(row)) for row in found])] == (
        expected
    )


def test_concat_rows_gives_copies():
    row = {"a": 1}
    found = concat_rows([[row], iter([row])])
    assert found == [row, row]
    assert all(one is not row for one in found)


def test_concat_rows_refuses_dicts_with_lists():
    with pytest.raises(PreprocessingError, match="Row 1 is a list, whose columns have no names"):
        concat_rows([[{"a": 1}], [[1]]])
