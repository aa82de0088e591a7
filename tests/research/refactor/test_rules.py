"""Rules: what they leave alone, what they make, and that pandas says the same."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_api_kit.research.refactor import find_rules, refactor_module

_HEAD = "import numpy as np\nimport pandas as pd\n\n\n"


def _module(*lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"{_HEAD}def step(df: pd.DataFrame) -> pd.DataFrame:\n{body}    return df\n"


_ALIKE = {
    "fillna": 'df["n"] = df["n"].fillna(2.5)',
    "fillna_of_all": 'df = df.fillna({"n": 1.5, "t": "none"})',
    "map_values": 'df["t"] = df["t"].map({"a": 1.0, "b": 2.0})',
    "map_a_function": 'df["n"] = df["n"].apply(lambda v: v * 2 + 1)',
    "replace": 'df["t"] = df["t"].replace({"a": "z"})',
    "replace_of_columns": 'df = df.replace({"t": {"a": "x"}})',
    "comparison": 'df["n"] = (df["n"] > 1) & (df["i"] <= 3)',
    "negation": 'df["n"] = ~(df["n"] > 1) | (df["i"] == 2)',
    "arithmetic": 'df["n"] = df["n"] * 2 - df["i"] / 4',
    "division_by_zero": 'df["n"] = df["n"] / (df["i"] - df["i"])',
    "floor_and_remainder": 'df["n"] = df["i"] // 3 + df["i"] % 3',
    "power": 'df["n"] = df["n"] ** 2',
    "clip": 'df["n"] = df["n"].clip(-1, 4)',
    "absolute": 'df["n"] = df["n"].abs()',
    "isna": 'df["n"] = df["n"].isna()',
    "isin": 'df["t"] = df["t"].isin(["a", "c"])',
    "between": 'df["n"] = df["i"].between(1, 3)',
    "where": 'df["n"] = np.where(df["i"] > 2, 1, 0)',
    "masked_store": 'df.loc[df["i"] > 2, "n"] = 9.0',
    "texts": 'df["t"] = df["t"].str.upper()',
    "text_items": 'df["t"] = df["t"].str[0]',
    "text_length": 'df["n"] = df["t"].str.len()',
    "astype": 'df["i"] = df["i"].astype(float)',
    "select": 'df = df[["i", "t"]]',
    "drop": 'df = df.drop(columns=["t"])',
    "rename": 'df = df.rename(columns={"n": "number"})',
    "assign": 'df = df.assign(more=df["i"] + 1)',
    "dummies": (
        'df = pd.get_dummies(df.astype({"t": pd.CategoricalDtype(["a", "b", "cd"])}), '
        'columns=["t"])'
    ),
    "bins": 'df["n"] = pd.cut(df["i"], bins=[-10, 0, 2, 10], labels=[0.0, 1.0, 2.0]).astype(float)',
    "rows": 'df["n"] = df.apply(lambda row: row["i"] + 1, axis=1)',
}

_ROW = st.builds(
    lambda number, whole, text: {"n": number, "i": whole, "t": text},
    st.one_of(st.just(math.nan), st.floats(-50, 50, width=32)),
    st.integers(-9, 9),
    st.one_of(st.none(), st.sampled_from(["a", "b", "cd"])),
)


def _run(source: str, given_rows: Any) -> Any:
    namespace: dict[str, Any] = {}
    exec(compile(source, "<module>", "exec"), namespace)
    return namespace["step"](given_rows)


def _same(one: Any, other: Any) -> bool:
    if one is None or one != one or one is pd.NA:
        return other is None or bool(other != other)
    if isinstance(one, float):
        return bool(math.isclose(one, float(other), rel_tol=1e-12, abs_tol=1e-12))
    return bool(one == other)


@pytest.mark.parametrize("name", _ALIKE)
@settings(max_examples=12, deadline=None)
@given(rows=st.lists(_ROW, min_size=1, max_size=5))
def test_rows_form_gives_what_pandas_gives(name: str, rows: list[dict[str, Any]]) -> None:
    source = _module(_ALIKE[name])
    made = refactor_module(source)
    assert made.is_plain, made.functions
    frame = pd.DataFrame(rows).astype({"n": "float64", "i": "int64", "t": "str"})
    expected = _run(source, frame.copy()).to_dict("records")
    found = _run(made.source, [dict(row) for row in rows])
    assert [list(row) for row in found] == [list(row) for row in expected]
    for one, other in zip(expected, found, strict=True):
        assert all(_same(one[column], other[column]) for column in one), (one, other)


@pytest.mark.parametrize("name", _ALIKE)
def test_second_run_changes_nothing(name: str) -> None:
    once = refactor_module(_module(_ALIKE[name])).source
    assert refactor_module(once).source == once


@pytest.mark.parametrize(
    "line",
    [
        'df["n"] = df["n"].fillna(method="ffill")',
        'df["n"] = df["n"].rolling(3).mean()',
        'df = df.merge(other, on="t")',
        'df["n"] = df["t"].str.extract("(a)")',
        'df = pd.get_dummies(df, columns=["t"])',
        'df["n"] = pd.cut(df["i"], bins=[0, 1])',
        'df["i"] = df["i"].astype("Int8")',
        "df = df[df.i > 2]",
        "df = df.rename(columns=str.upper)",
        'df["n"] = df["n"].rank()',
        "for c in df: pass",
    ],
)
def test_what_no_rule_knows_is_left_with_the_reason(line: str) -> None:
    source = _module(line)
    made = refactor_module(source)
    assert made.source == source
    [function] = made.functions
    assert not function.is_rewritten
    assert function.reason


def test_refused_function_stays_behind_a_bridge() -> None:
    source = (
        f"{_HEAD}def one(df: pd.DataFrame) -> pd.DataFrame:\n"
        '    df["a"] = df["a"] + 1\n    return df\n\n\n'
        "def two(df: pd.DataFrame) -> pd.DataFrame:\n"
        '    df["a"] = df["a"].rank()\n    return df\n\n\n'
        "def preprocess(df: pd.DataFrame, frozen: dict) -> pd.DataFrame:\n"
        '    df = one(df)\n    df = two(df)\n    features = df[["a"]]\n    return features\n'
    )
    made = refactor_module(source)
    assert [(one.name, one.is_rewritten) for one in made.functions] == [
        ("one", True),
        ("two", False),
        ("preprocess", True),
    ]
    namespace: dict[str, Any] = {}
    exec(compile(made.source, "<module>", "exec"), namespace)
    assert namespace["preprocess"]([{"a": 5}, {"a": 3}], {}) == [[2.0], [1.0]]


def test_every_rule_says_what_it_leaves_alone() -> None:
    assert len(find_rules()) > 10
    for rule in find_rules():
        assert rule.summary.startswith("`")
        assert rule.leaves_alone.endswith(".")
        assert rule.column or rule.frame or rule.statement


def test_syntax_error_is_said() -> None:
    with pytest.raises(SyntaxError):
        refactor_module("def f(:\n")
