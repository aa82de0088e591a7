import json

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import fill_missing, is_missing, learn_fill
from tests.preprocessing.tables import NAN, unchanged

numbers = st.lists(st.integers(-99, 99) | st.floats(-1e6, 1e6) | st.sampled_from([None, NAN]))
texts = st.lists(st.sampled_from(["b", "a", "C", "", None, NAN]))


def is_known(values):
    return not all(is_missing(value) for value in values)


@pytest.mark.parametrize("how", ["mean", "median", "mode"])
@given(values=numbers)
def test_learn_fill_agrees_with_pandas(how, values):
    assume(is_known(values))
    series = pd.Series(values, dtype="float64")
    expected = series.mode()[0] if how == "mode" else getattr(series, how)()
    rows = [{"n": value, "m": None} for value in values]

    fill = unchanged(learn_fill, rows, {"n": how})

    assert fill["n"] == pytest.approx(expected, rel=1e-12, abs=1e-9)
    assert json.loads(json.dumps(fill)) == fill
    assert not any(is_missing(row["n"]) for row in fill_missing(rows, fill))


@given(texts)
def test_learn_fill_by_the_mode_of_texts_agrees_with_pandas(values):
    assume(is_known(values))
    expected = pd.Series(values, dtype="str").mode()[0]
    assert unchanged(learn_fill, [[value] for value in values], {0: "mode"}) == {0: expected}


def test_learn_fill_takes_the_first_of_modes_without_an_order():
    assert learn_fill([{"a": "x"}, {"a": 1}], {"a": "mode"}) == {"a": "x"}


def test_learn_fill_names_what_is_at_fault():
    with pytest.raises(PreprocessingError, match="'a' is to be filled by 'max'"):
        learn_fill([{"a": 1}], {"a": "max"})
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'b'"):
        learn_fill([{"a": 1}], {"b": "mode"})
    with pytest.raises(PreprocessingError, match="Row 1, column 'a': 'x' is no finite number"):
        learn_fill([{"a": 1}, {"a": "x"}], {"a": "mean"})
    with pytest.raises(PreprocessingError, match="Column 'a' has no value to learn from"):
        learn_fill([{"a": None}], {"a": "median"})
    with pytest.raises(
        PreprocessingError, match="Row 0, column 'a' holds a dict, which learn_fill"
    ):
        learn_fill([{"a": {}}], {"a": "mode"})
