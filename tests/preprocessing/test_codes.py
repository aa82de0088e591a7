import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.preprocessing import LabelEncoder

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import encode_codes, is_missing, learn_codes, learn_one_hot, one_hot
from tests.preprocessing.tables import NAN, lists, normal, unchanged

texts = st.lists(st.sampled_from(["b", "a", "C", "", None, NAN]), max_size=12)
numbers = st.lists(st.sampled_from([3, 1, 2.5, -1, None, NAN]), max_size=12)
columns = texts | numbers


def known(values):
    return [value for value in values if not is_missing(value)]


@given(columns, st.sampled_from(["first-seen", "sorted"]))
def test_encode_codes_agrees_with_factorize(values, order):
    assume(known(values))
    codes, uniques = pd.factorize(np.array(values, dtype=object), sort=order == "sorted")
    rows = [{"x": value, "y": 0} for value in values]

    learned = unchanged(learn_codes, rows, "x", order=order)

    assert learned == {"x": uniques.tolist()}
    assert json.loads(json.dumps(learned)) == learned
    found = unchanged(encode_codes, rows, learned)
    assert found == [{"x": int(code), "y": 0} for code in codes]


@given(
    st.lists(st.sampled_from(["b", "a", "C", ""]), min_size=1) | st.lists(st.integers(), min_size=1)
)
def test_encode_codes_agrees_with_label_encoder(values):
    encoder = LabelEncoder().fit(values)
    rows = [[value] for value in values]

    found = unchanged(encode_codes, rows, learn_codes(rows, 0, order="sorted"), is_strict=True)

    assert found == [[int(code)] for code in encoder.transform(values)]


def test_encode_codes_of_several_columns_and_none():
    rows = [{"a": "x", "b": 1}, {"a": "y", "b": 1}]
    assert encode_codes(rows, learn_codes(rows, ["a", "b"])) == [{"a": 0, "b": 0}, {"a": 1, "b": 0}]
    assert encode_codes(rows, {})[0] is not rows[0]


def test_encode_codes_says_what_has_no_code():
    rows = [{"a": "x"}, {"a": "z"}, {"a": None}]
    assert encode_codes(rows, {"a": ["x"]}, unknown=9) == [{"a": 0}, {"a": 9}, {"a": 9}]
    with pytest.raises(
        PreprocessingError, match=r"Row 1, column 'a': 'z' has no code; .* are 'x'\."
    ):
        encode_codes(rows, {"a": ["x"]}, is_strict=True)


def test_codes_name_what_is_at_fault():
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'b'"):
        encode_codes([{"a": 1}], {"b": [1]})
    with pytest.raises(PreprocessingError, match="Row 0, column 'a' holds a list, which encode_"):
        encode_codes([{"a": []}], {"a": [1]})
    with pytest.raises(PreprocessingError, match="Row 0, column 'a' holds a list, which learn_"):
        learn_codes([{"a": []}], "a")
    with pytest.raises(PreprocessingError, match="order is 'random'"):
        learn_codes([{"a": 1}], "a", order="random")
    with pytest.raises(PreprocessingError, match="Column 'a' has no value to learn from"):
        learn_codes([], "a")


def test_learn_codes_keeps_values_without_an_order_as_first_seen():
    assert learn_codes([["b"], [1], ["a"]], 0, order="sorted") == {0: ["b", 1, "a"]}


@given(texts, st.booleans())
def test_one_hot_of_what_was_learned_agrees_with_get_dummies(values, is_first_dropped):
    assume(known(values))
    rows = [{"x": value, "y": 0} for value in values]
    frame = pd.DataFrame({"x": pd.Series(values, dtype=object), "y": 0})
    expected = pd.get_dummies(frame, columns=["x"], drop_first=is_first_dropped)

    categories = unchanged(learn_one_hot, rows, "x")
    found = unchanged(one_hot, rows, categories, is_first_dropped=is_first_dropped)

    assert json.loads(json.dumps(categories)) == categories
    assert normal(found) == normal(expected.to_dict("records"))
    assert [list(row) for row in found] == [list(expected.columns)] * len(rows)


@given(lists)
def test_learn_one_hot_of_lists_agrees_with_pandas(rows):
    assume(known([row[0] for row in rows]))
    categories = pd.Series([row[0] for row in rows]).astype("category").cat.categories.tolist()
    assert unchanged(learn_one_hot, rows, [0]) == {0: categories}
