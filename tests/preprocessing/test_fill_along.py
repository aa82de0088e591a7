import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import fill_backward, fill_forward
from tests.preprocessing.tables import (
    COLUMNS,
    NAN,
    dicts,
    from_frame,
    lists,
    normal,
    subsets,
    to_frame,
    unchanged,
)

VERBS = pytest.mark.parametrize(
    ("verb", "twin"), [(fill_forward, "ffill"), (fill_backward, "bfill")]
)
limits = st.none() | st.integers(1, 3)


@VERBS
@given(rows=dicts, limit=limits)
def test_fill_along_agrees_with_pandas(verb, twin, rows, limit):
    expected = getattr(to_frame(rows), twin)(limit=limit)
    assert normal(unchanged(verb, rows, limit=limit)) == from_frame(expected)


@VERBS
@given(rows=dicts, columns=subsets, limit=limits)
def test_fill_along_in_some_columns_agrees_with_pandas(verb, twin, rows, columns, limit):
    frame = to_frame(rows)
    frame[columns] = getattr(frame[columns], twin)(limit=limit)
    assert normal(unchanged(verb, rows, columns=columns, limit=limit)) == from_frame(frame)


@VERBS
@given(rows=lists)
def test_fill_along_of_lists_agrees_with_pandas(verb, twin, rows):
    frame = getattr(to_frame(rows), twin)()
    found = [dict(enumerate(row)) for row in unchanged(verb, rows)]
    assert normal(found) == from_frame(frame)


@VERBS
def test_fill_along_leaves_what_has_nothing_beside_it(verb, twin):
    rows = [{"a": None, "b": NAN}]
    assert repr(verb(rows)) == repr(rows)
    assert verb([]) == []


@VERBS
def test_fill_along_names_the_row_without_the_column(verb, twin):
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'score'"):
        verb([{"score": 1}, {"name": "A"}], columns="score")
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'score'"):
        verb([{"score": 1}, {"name": "A"}])
    with pytest.raises(PreprocessingError, match="Row 1 has 2 columns, and the first row 1"):
        verb([{"score": 1}, {"score": 1, "name": "A"}])


@VERBS
def test_fill_along_refuses_a_limit_of_nothing(verb, twin):
    with pytest.raises(PreprocessingError, match="limit is 0"):
        verb([dict.fromkeys(COLUMNS)], limit=0)
