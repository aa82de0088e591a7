import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import drop_missing
from tests.preprocessing.tables import (
    NAN,
    dicts,
    from_frame,
    lists,
    normal,
    subsets,
    to_frame,
    unchanged,
)


@given(dicts, st.none() | subsets, st.sampled_from(["any", "all"]))
def test_drop_missing_agrees_with_pandas(rows, subset, how):
    found = unchanged(drop_missing, rows, subset=subset, how=how)

    assert normal(found) == from_frame(to_frame(rows).dropna(subset=subset, how=how))


@given(dicts, st.none() | subsets, st.integers(0, 4))
def test_drop_missing_by_threshold_agrees_with_pandas(rows, subset, thresh):
    found = unchanged(drop_missing, rows, subset=subset, thresh=thresh)

    assert normal(found) == from_frame(to_frame(rows).dropna(subset=subset, thresh=thresh))


@given(lists)
def test_drop_missing_of_lists_agrees_with_pandas(rows):
    found = unchanged(drop_missing, rows, subset=1)

    kept = list(to_frame(rows).dropna(subset=[1]).index) if rows else []
    assert found == [rows[index] for index in kept]


@pytest.mark.parametrize("how", ["any", "all"])
def test_drop_missing_with_an_empty_subset_agrees_with_pandas(how):
    rows = [{"name": None, "score": 1, "flag": None}]

    found = drop_missing(rows, subset=[], how=how)

    assert len(found) == len(to_frame(rows).dropna(subset=[], how=how))


def test_drop_missing_keeps_empty_strings_zeros_and_empty_lists():
    rows = [{"a": "", "b": 0, "c": []}]
    assert drop_missing([*rows, {"a": "x", "b": NAN, "c": 1}]) == rows


@pytest.mark.parametrize("options", [{}, {"how": "all"}, {"thresh": 1}])
def test_drop_missing_names_the_row_and_the_column_meant(options):
    rows = [{"score": 1, "name": "A"}, {"scores": 1, "name": "A"}]

    with pytest.raises(PreprocessingError) as caught:
        drop_missing(rows, subset=["score", "name"], **options)

    assert str(caught.value) == (
        "Row 1 has no column 'score'; it has 'scores', 'name'. Did you mean 'scores'?"
    )


def test_drop_missing_names_the_position_a_list_lacks():
    with pytest.raises(PreprocessingError, match=r"Row 0 has no column 2; it is a list of 2"):
        drop_missing([[1, 2]], subset=2)
    with pytest.raises(PreprocessingError, match=r"Row 0 has no column 'score'"):
        drop_missing([[1, 2]], subset="score")


def test_drop_missing_refuses_options_that_contradict():
    with pytest.raises(PreprocessingError, match="how and thresh"):
        drop_missing([], how="all", thresh=1)
    with pytest.raises(PreprocessingError, match="'any' or 'all'"):
        drop_missing([], how="some")


@pytest.mark.parametrize("options", [{}, {"how": "all"}, {"thresh": 2}])
def test_drop_missing_judges_rows_by_the_columns_they_have(options):
    rows = [{"a": 1, "b": 2}, {"a": 1, "c": 2}, {"c": NAN}, {"d": None, "e": NAN}]
    assert drop_missing(rows, **options) == rows[:2]


def test_drop_missing_refuses_an_unknown_column_though_another_drops_every_row():
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'nam'"):
        drop_missing([{"name": None}], subset=["name", "nam"])
