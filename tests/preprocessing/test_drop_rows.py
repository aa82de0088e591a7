import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import drop_rows
from tests.preprocessing.tables import dicts, from_frame, normal, to_frame, unchanged


@given(dicts, st.data())
def test_drop_rows_agrees_with_pandas(rows, data):
    places = st.integers(-len(rows), len(rows) - 1)
    positions = data.draw(st.lists(places, max_size=5)) if rows else []
    frame = to_frame(rows)

    found = unchanged(drop_rows, rows, positions)

    assert normal(found) == from_frame(frame.drop(frame.index[positions]))


@pytest.mark.parametrize("step", [1, 2, 9])
def test_drop_rows_agrees_with_pandas_on_many(step):
    rows = [{"place": place} for place in range(40)]
    positions = range(0, 40, step)
    frame = to_frame(rows)
    found = unchanged(drop_rows, rows, positions)
    assert normal(found) == from_frame(frame.drop(frame.index[list(positions)]))


def test_drop_rows_gives_the_rows_themselves():
    rows = [[1], [2]]
    assert drop_rows(rows, 0)[0] is rows[1]


@pytest.mark.parametrize("position", [2, -3])
def test_drop_rows_refuses_a_row_that_is_not_there(position):
    with pytest.raises(PreprocessingError, match=f"no row {position} to drop; there are 2 rows"):
        drop_rows([[1], [2]], position)
