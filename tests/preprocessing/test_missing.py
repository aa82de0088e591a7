from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from ml_api_kit.preprocessing import is_missing


@pytest.mark.parametrize(
    "value",
    [None, float("nan"), np.float32("nan"), Decimal("nan"), 0, 0.0, "", "nan", False, float("inf")],
)
def test_is_missing_agrees_with_pandas(value):
    assert is_missing(value) == pd.isna(value)


@pytest.mark.parametrize("value", [[], [None], {}, {"a": None}])
def test_is_missing_takes_a_container_as_there(value):
    assert not is_missing(value)
