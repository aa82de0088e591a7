import pytest
from hypothesis import given

from ml_api_kit.preprocessing import filter_rows
from tests.preprocessing.tables import dicts, from_frame, lists, normal, to_frame, unchanged


@given(dicts)
def test_filter_rows_agrees_with_pandas(rows):
    frame = to_frame(rows)

    found = unchanged(filter_rows, rows, lambda row: row["name"] == "A")

    assert normal(found) == from_frame(frame[frame["name"] == "A"])


@given(lists)
def test_filter_rows_of_lists_agrees_with_pandas(rows):
    frame = to_frame(rows).reindex(columns=[0, 1, 2]) if rows else None

    found = filter_rows(rows, lambda row: row[0] == "A")

    assert len(found) == (0 if frame is None else int((frame[0] == "A").sum()))
    assert all(row[0] == "A" for row in found)


def test_filter_rows_keeps_the_rows_themselves():
    rows = [{"score": 1}, {"score": 2}]
    assert filter_rows(rows, lambda row: row["score"] == 2)[0] is rows[1]


def test_filter_rows_raises_what_the_condition_raises():
    with pytest.raises(KeyError, match="grade"):
        filter_rows([{"score": 1}], lambda row: row["grade"])
