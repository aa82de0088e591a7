import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import drop_duplicates, mark_duplicates
from tests.preprocessing.tables import dicts, lists, one_missing, subsets, to_frame, unchanged

PANDAS_KEEP = {"first": "first", "last": "last", "none": False, False: False}
keeps = st.sampled_from(list(PANDAS_KEEP))


@given(dicts, st.none() | subsets, keeps)
def test_mark_duplicates_agrees_with_pandas(rows, subset, keep):
    expected = to_frame(one_missing(rows)).duplicated(subset=subset, keep=PANDAS_KEEP[keep])
    assert unchanged(mark_duplicates, rows, subset=subset, keep=keep) == expected.tolist()


@given(lists, keeps)
def test_mark_duplicates_of_lists_agrees_with_pandas(rows, keep):
    frame = to_frame(one_missing(rows))
    expected = frame.duplicated(subset=[0], keep=PANDAS_KEEP[keep]).tolist() if rows else []
    assert unchanged(mark_duplicates, rows, subset=0, keep=keep) == expected


@given(dicts, keeps)
def test_mark_duplicates_marks_what_drop_duplicates_drops(rows, keep):
    marks = mark_duplicates(rows, subset="name", keep=keep)
    kept = [row for row, is_marked in zip(rows, marks, strict=True) if not is_marked]
    assert repr(drop_duplicates(rows, subset="name", keep=keep)) == repr(kept)


def test_mark_duplicates_refuses_what_it_cannot_compare():
    with pytest.raises(PreprocessingError, match="Row 0, column 'a' holds a dict, which mark_dup"):
        mark_duplicates([{"a": {}}])
    with pytest.raises(PreprocessingError, match="keep is 0"):
        mark_duplicates([], keep=0)
