"""`total_sum` and the like, with pandas as the oracle."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from ml_api_kit.preprocessing import total_max, total_mean, total_min, total_sum

_VERBS: dict[str, Callable[[Any], Any]] = {
    "sum": total_sum,
    "mean": total_mean,
    "min": total_min,
    "max": total_max,
}


@pytest.mark.parametrize("name", _VERBS)
@pytest.mark.parametrize("values", [[1.5, math.nan, 4.0], [math.nan, math.nan], [2.0], [-1.0, 3.0]])
def test_total_is_what_pandas_gives(name: str, values: list[float]) -> None:
    expected = getattr(pd.DataFrame([values]), name)(axis=1)[0]
    found = _VERBS[name](value for value in values)
    assert found == expected or (math.isnan(found) and math.isnan(expected))
