import pytest
from hypothesis import given

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import count_groups
from tests.preprocessing.tables import dicts, lists, subsets, to_frame, unchanged


@given(dicts, subsets)
def test_count_groups_agrees_with_pandas(rows, by):
    found = unchanged(count_groups, rows, by)
    sizes = to_frame(rows).groupby(by).size() if rows else {}
    # Of one column in a list, pandas has plain keys in its result.
    expected = {key if isinstance(key, tuple) else (key,): size for key, size in sizes.items()}
    assert found == expected


@given(dicts)
def test_count_groups_of_one_column_agrees_with_pandas(rows):
    expected = to_frame(rows).groupby("name").size().to_dict() if rows else {}
    assert unchanged(count_groups, rows, "name") == expected


@given(lists)
def test_count_groups_of_lists_agrees_with_pandas(rows):
    expected = to_frame(rows).groupby(1).size().to_dict() if rows else {}
    assert unchanged(count_groups, rows, 1) == expected


def test_count_groups_keeps_the_order_of_first_sight():
    assert list(count_groups([["B"], ["A"], ["B"]], 0)) == ["B", "A"]


def test_count_groups_refuses_lists_as_keys_with_their_place():
    with pytest.raises(PreprocessingError, match=r"Row 1, column 'tags' holds a dict, which count"):
        count_groups([{"tags": "x"}, {"tags": {}}], "tags")


def test_count_groups_refuses_a_column_that_is_not_there():
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'name'"):
        count_groups([{}], ["name"])


def test_count_groups_refuses_to_group_by_no_column():
    with pytest.raises(PreprocessingError, match="No column is named"):
        count_groups([{"a": 1}], [])
