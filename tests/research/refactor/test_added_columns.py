"""Rules that add columns to a frame or put frames side by side, with pandas as the oracle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ml_api_kit.research.refactor import refactor_module
from tests.research.refactor.oracle import HEAD, assert_alike, reason_of

_ADD = "def add(d, by=1):\n    return d.assign(x=d.n * by)\n\n\n"


@pytest.mark.parametrize(
    "line",
    [
        'df = df.assign(i=lambda d: d.i + 1, x=lambda d: d.i * 2, y=df["i"])',
        "df = df.assign(**more)",
        "df = df.assign(x=lambda d: d.n.mean())",
        'df = df.eval("x = n * @factor")',
        'df = df.eval("x = sin(n)")',
        'df = df.eval("x = n > 1 and i > 1")',
        'df = df.join(df[["n"]], rsuffix="_2")',
        'df = df.join(other, on="t")',
        'df = pd.concat([df, df["n"] * 2], axis=1)',
        'df = df.pipe((len, "x"))',
        "df = df.pipe(np.log1p)",
    ],
)
def test_is_left_alone(line: str) -> None:
    assert reason_of(line)


@pytest.mark.parametrize(
    "line",
    [
        "df = df.assign(x=lambda d: d.i * 2)",
        "df = df.assign(x=lambda d: d.i * 2, y=lambda d: d.x + d.n)",
        "df = df.assign(i=lambda d: d['i'] + 1, x=lambda d: d['i'] * 2, y=1)",
        "df = df.assign(i=df['i'] + 1, x=df['i'] * 2)",
        'df = df.assign(**{"a b": df["n"].fillna(0), "c": lambda d: d["a b"] + 1})',
        'df = df[["n", "i"]].assign(const=1.0)',
        'df = df[["n", "i"]].assign(x=lambda d: d.n.fillna(d.i))',
        'df = df[["n"]].assign(x=df["i"] * 2)',
        'df = df.eval("x = i * 2 + n")',
        'df = df.eval("x = i * 2\\ny = x - n")',
        'df = df[["n", "i"]].eval("x = (n > 1) & (i == 7)")',
        'df["x"] = df.eval("i / n")',
        'df["x"] = df.eval("n >= 1")',
        'df = df[["n"]].join(df[["i", "t"]])',
        'df = df[["n"]].join([df[["i"]], df[["t"]].fillna("none")])',
        'df = pd.concat([df[["n"]], df["i"], df["t"]], axis=1)',
    ],
)
def test_rows_form_gives_what_pandas_gives(line: str) -> None:
    assert_alike(line)


def test_piped_function_is_called_on_rows() -> None:
    made = assert_alike("df = df.pipe(add, by=3)", before=_ADD)
    assert "df = add(df, by=3)" in made
    assert "def add(d: list[Row], by=1) -> list[Row]:" in made


def test_piped_function_without_a_rule_leaves_both_alone() -> None:
    before = "def add(d):\n    return d.assign(x=d.n.rank())\n\n\n"
    source = f"{HEAD}{before}def step(df: pd.DataFrame) -> pd.DataFrame:\n    return df.pipe(add)\n"
    made = refactor_module(source)
    assert {one.name: one.is_rewritten for one in made.functions}["add"] is False


_ARRAYS = f"""{HEAD}def matrix(df: pd.DataFrame) -> np.ndarray:
    X = df[["n", "i"]].values
    return X


def impute(X: np.ndarray, *, imp) -> np.ndarray:
    X[:, 0:1] = imp.transform(X[:, 0:1])
    X[:, 1] *= 2
    return X


def preprocess(df: pd.DataFrame, frozen: dict) -> np.ndarray:
    X = matrix(df)
    X = impute(X, imp=frozen["imp"])
    features = X
    return features
"""


def test_statements_on_arrays_stay() -> None:
    from sklearn.impute import SimpleImputer

    made = refactor_module(_ARRAYS)
    assert made.is_plain, made.functions
    assert "X[:, 0:1] = imp.transform(X[:, 0:1])" in made.source
    namespace: dict[str, Any] = {}
    exec(compile(made.source, "<module>", "exec"), namespace)
    imputer = SimpleImputer().fit([[1.0], [3.0]])
    rows = [{"n": float("nan"), "i": 4}, {"n": 5.0, "i": 1}]
    found = namespace["preprocess"](rows, {"imp": imputer})
    assert np.array_equal(found, [[2.0, 8.0], [5.0, 2.0]])


def test_array_filled_from_a_column_is_left_alone() -> None:
    source = (
        f"{HEAD}def step(df: pd.DataFrame) -> np.ndarray:\n"
        '    X = df[["n", "i"]].values\n    X[:, 0] = df["i"]\n    return X\n'
    )
    made = refactor_module(source)
    assert made.source == source
    assert made.functions[0].reason
