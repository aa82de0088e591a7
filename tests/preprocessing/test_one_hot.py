import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import one_hot, one_hot_values
from tests.preprocessing.tables import dicts, lists, normal, to_frame, unchanged

CATEGORIES = {"name": ["", "A", "B"], "flag": [False, True]}


def frozen(frame):
    """The frame with the categories in place of what pandas would learn of its values."""
    return frame.assign(
        **{
            name: pd.Series(pd.Categorical([*frame[name]], given))
            for name, given in CATEGORIES.items()
        }
    )


@given(dicts, st.booleans())
def test_one_hot_agrees_with_get_dummies_of_frozen_categories(rows, is_first_dropped):
    frame = to_frame([{**row, "name": None if row["name"] == "a" else row["name"]} for row in rows])
    expected = pd.get_dummies(frozen(frame), columns=list(CATEGORIES), drop_first=is_first_dropped)
    found = unchanged(one_hot, rows, CATEGORIES, is_first_dropped=is_first_dropped)
    assert normal(found) == normal(expected.to_dict("records"))
    assert [list(row) for row in found] == [list(expected.columns)] * len(rows)


@given(lists)
def test_one_hot_of_lists_puts_the_columns_behind(rows):
    found = unchanged(one_hot, rows, {0: ["A", "B"], 2: [True]})
    assert repr(found) == repr(
        [[score, name == "A", name == "B", flag is True] for name, score, flag in rows]
    )


@given(st.lists(st.sampled_from(["A", "B", "", None])), st.booleans())
def test_one_hot_values_agrees_with_get_dummies(values, is_first_dropped):
    series = pd.Series(pd.Categorical(values, CATEGORIES["name"]))
    expected = pd.get_dummies(series, drop_first=is_first_dropped).to_dict("records")
    found = unchanged(one_hot_values, values, CATEGORIES["name"], is_first_dropped=is_first_dropped)
    assert found == expected


def test_one_hot_values_gives_each_row_its_own():
    found = one_hot_values(["a", "a"], ["a"], prefix="x")
    assert found == [{"x_a": True}, {"x_a": True}]
    assert found[0] is not found[1]


def test_one_hot_of_a_list_or_a_dict_is_false_everywhere():
    assert one_hot([{"a": []}, {"a": {}}], {"a": ["x"]}) == [{"a_x": False}, {"a_x": False}]


def test_one_hot_names_the_row_without_the_column():
    with pytest.raises(PreprocessingError, match="Row 1 has no column 'a'"):
        one_hot([{"a": 1}, {"b": 1}], {"a": [1]})
