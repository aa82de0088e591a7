import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import is_missing, learn_scaling, scale_values
from tests.preprocessing.tables import NAN, unchanged

numbers = st.lists(
    st.integers(-99, 99) | st.integers(-99, 99).map(lambda n: n / 8) | st.sampled_from([None, NAN])
)


def known(values):
    return [value for value in values if not is_missing(value)]


def close(expected):
    return pytest.approx([float(value) for value in expected], rel=1e-9, abs=1e-9, nan_ok=True)


def scaled(rows, **options):
    learned = unchanged(learn_scaling, rows, "n", **options)
    assert json.loads(json.dumps(learned)) == learned
    found = unchanged(scale_values, rows, learned)
    return [NAN if row["n"] is None else row["n"] for row in found]


@pytest.mark.parametrize(
    ("how", "scaler"), [("standard", StandardScaler), ("min-max", MinMaxScaler)]
)
@given(values=numbers)
def test_scale_values_agrees_with_scikit_learn(how, scaler, values):
    assume(known(values))
    matrix = np.array(values, dtype=float).reshape(-1, 1)
    expected = scaler().fit_transform(matrix)[:, 0]
    assert scaled([{"n": value} for value in values], how=how) == close(expected)


@given(numbers)
def test_scale_values_agrees_with_pandas(values):
    assume(len(set(known(values))) > 1)
    series = pd.Series(values, dtype="float64")
    rows = [{"n": value} for value in values]
    assert scaled(rows, ddof=1) == close((series - series.mean()) / series.std())


def test_scale_values_of_lists_and_equal_values():
    rows = [["a", 2], ["b", None], ["c", 2]]
    learned = learn_scaling(rows, [1])
    assert learned == {1: {"center": 2.0, "scale": 1.0}}
    assert scale_values(rows, learned) == [["a", 0.0], ["b", None], ["c", 0.0]]


def test_scaling_names_what_is_at_fault():
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'm'"):
        scale_values([{"n": 1}], {"m": {"center": 0, "scale": 1}})
    with pytest.raises(PreprocessingError, match="Row 1, column 'n': 'x' is no number"):
        scale_values([{"n": 1}, {"n": "x"}], {"n": {"center": 0, "scale": 1}})
    with pytest.raises(PreprocessingError, match="how is 'robust'"):
        learn_scaling([{"n": 1}], "n", how="robust")
    with pytest.raises(PreprocessingError, match="1 numbers, too few for a deviation with ddof 1"):
        learn_scaling([{"n": 1}], "n", ddof=1)
