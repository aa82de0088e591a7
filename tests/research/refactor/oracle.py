"""Statements on a table, in pandas and as the rules write them over rows."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pandas as pd

from ml_api_kit.preprocessing import to_time
from ml_api_kit.research.refactor import refactor_module

HEAD = "import numpy as np\nimport pandas as pd\n\n\n"

#: A number, a whole number, a text, a text of digits, two times: each but the second once missing.
ROWS: list[dict[str, Any]] = [
    {"n": 1.5, "i": 3, "t": " Ab-12 ", "d": "7", "at": "2024-02-29T10:30:15", "to": "2024-03-04"},
    {"n": math.nan, "i": -2, "t": None, "d": None, "at": None, "to": "2023-12-31"},
    {"n": -0.5, "i": 0, "t": "b", "d": "-3.5", "at": "2023-12-31T23:59:59", "to": None},
    {"n": 40.0, "i": 7, "t": "", "d": "x9", "at": "2024-01-01T00:00:00", "to": "2024-01-01"},
    {"n": 7.25, "i": 7, "t": "a,b c", "d": "1e2", "at": "2025-06-15T12:00:00", "to": "2024-05-01"},
]
_DTYPES = {"n": "float64", "i": "int64", "t": "str", "d": "str", "at": "str", "to": "str"}
_TIMES = ("at", "to")


def module_of(*lines: str, before: str = "", parameters: str = "") -> str:
    """A module with a step of these lines, and what stands before it."""
    body = "".join(f"    {line}\n" for line in lines)
    dtypes = "DTYPES = {'at': 'datetime64[us]', 'to': 'datetime64[us]'}\n\n\n"
    head = f"{HEAD}{dtypes}{before}def step(df: pd.DataFrame{parameters}) -> pd.DataFrame:\n"
    return f"{head}{body}    return df\n"


def table() -> pd.DataFrame:
    """The rows as pandas reads them."""
    frame = pd.DataFrame(ROWS).astype(_DTYPES)
    return frame.assign(**{name: pd.to_datetime(frame[name], format="ISO8601") for name in _TIMES})


def rows() -> list[dict[str, Any]]:
    """The rows as a request's rows are typed."""
    return [{**row, **{name: to_time(row[name]) for name in _TIMES}} for row in ROWS]


def run(source: str, given: Any, **options: Any) -> Any:
    """What the module's step gives."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "<module>", "exec"), namespace)
    return namespace["step"](given, **options)


def rewritten(source: str) -> str:
    """The module after the rules, which leave nothing of pandas and change nothing again."""
    made = refactor_module(source)
    assert made.is_plain, [one.reason for one in made.functions]
    assert "pd." not in made.source
    assert refactor_module(made.source).source == made.source
    return made.source


def assert_alike(*lines: str, before: str = "", parameters: str = "", **options: Any) -> str:
    """The module over rows, after it gave what pandas gives, columns in the same order."""
    source = module_of(*lines, before=before, parameters=parameters)
    made = rewritten(source)
    expected = run(source, table(), **options).to_dict("records")
    found = run(made, rows(), **options)
    assert len(found) == len(expected)
    for one, other in zip(expected, found, strict=True):
        assert list(other) == list(one)
        for name in one:
            assert is_same(one[name], other[name]), (name, one, other)
    return made


def reason_of(*lines: str, before: str = "") -> str:
    """Why a step of these lines stays pandas; its module does not change."""
    source = module_of(*lines, before=before)
    made = refactor_module(source)
    assert made.source == source
    [reason] = [one.reason for one in made.functions]
    assert reason
    return reason


def is_same(one: Any, other: Any) -> bool:
    """Whether pandas' value and that of the rows mean the same."""
    if isinstance(one, list):
        return one == other
    if one is None or one is pd.NaT or one is pd.NA or one != one:
        return other is None or bool(other != other)
    if isinstance(one, pd.Timestamp):
        return bool(one.to_pydatetime() == other)
    if isinstance(one, date):
        return one == other
    if isinstance(one, pd.Timedelta):
        return bool(one.to_pytimedelta() == other)
    if isinstance(one, float):
        return math.isclose(one, float(other), rel_tol=1e-12, abs_tol=1e-12)
    return bool(one == other)
