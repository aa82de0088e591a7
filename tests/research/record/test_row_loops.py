"""Loops over rows: what is a function of a row, and that a run goes on with what the loop gave."""

from __future__ import annotations

import ast
from typing import Any

import pandas as pd
import pytest

from ml_api_kit.research.record.row_loops import find_row_loop
from ml_api_kit.research.record.telling import TRACER
from ml_api_kit.research.record.tracer import Tracer


def _loop(text: str) -> ast.For:
    loop = ast.parse(text).body[0]
    assert isinstance(loop, ast.For)
    return loop


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(len(df)):\n    df.at[i + 1, 'a'] = df.at[i, 'b']",
        "for i in range(len(df)):\n    df.at[i, 'a'] = df['b'].mean()",
        "for i in range(len(df)):\n    df.at[i, 'a'] = i",
        "for i in range(10):\n    df.at[i, 'a'] = df.at[i, 'b']",
        "for i in df.index:\n    df.at[i, 'a'] = df.at[i, 'b']\n    seen.add(df.at[i, 'b'])",
        "for i in df.index:\n    df.at[i, 'a'] = df.at[i, 'b']\n    table['x'] = 1",
        "for i in df.index:\n    if df.at[i, 'b']:\n        break\n    df.at[i, 'a'] = 1",
        "for i, row in df.iterrows():\n    found.append(model.predict([row]))",
        "for a in df['a']:\n    found.append(a)\nelse:\n    pass",
        "for a, b in zip(df['a'], other['b']):\n    found.append(a + b)",
        "for a in df['a']:\n    found.append(1)",
    ],
)
def test_loop_that_is_no_function_of_a_row_is_left_alone(text: str) -> None:
    assert find_row_loop(_loop(text)) is None


def test_loop_of_branches_is_a_function_that_returns() -> None:
    found = find_row_loop(
        _loop(
            "for i in df.index:\n    print(i)\n    if df.loc[i, 'a'] > 1:\n"
            "        df.loc[i, 'c'] = df['b'].iloc[i]"
        )
    )
    assert found is not None
    (result,) = found.stored
    assert result.columns == ("a", "b", "c")
    assert ast.unparse(ast.fix_missing_locations(result.function)) == (
        "def c_of_row(row):\n"
        '    """The value of `c` for a row."""\n'
        "    c = row['c']\n"
        "    if row['a'] > 1:\n"
        "        return row['b']\n"
        "    else:\n"
        "        return c"
    )


def _run(text: str, **names: Any) -> dict[str, Any]:
    """What the variables of a code are after it ran, told."""
    tracer = Tracer()
    namespace: dict[str, Any] = {TRACER: tracer, **names}
    tracer.begin(0)
    tree = tracer.instrumenter.instrument(ast.parse(text))
    exec(compile(tree, "<cell 1>", "exec"), namespace)
    return namespace


@pytest.mark.parametrize(
    "loop",
    [
        "for i in df.index:\n    df.at[i, 'c'] = df.at[i, 'a'] * 2",
        "for i in range(len(df)):\n    if df.at[i, 'a'] > 1:\n        df.loc[i, 'c'] = 1",
        "for i in df.index:\n    df.at[i, 'c'] = calls.pop()",
        "last = 0\nfor i in df.index:\n    last = last + df.at[i, 'a']\n    df.at[i, 'c'] = last",
        "found = []\nfor a in df['a']:\n    if a > 1:\n        found.append(a)",
        "found = []\nfor a in df['a']:\n    if a > 1:\n        found.append(a)\n"
        "    else:\n        found.append(-a)",
        "found = []\nfor i, row in df.iterrows():\n    found.append(row['a'] + row['b'])\n"
        "    df.loc[i, 'd'] = row['a']",
    ],
)
def test_run_goes_on_with_what_the_loop_gave(loop: str) -> None:
    def table() -> pd.DataFrame:
        return pd.DataFrame({"a": [1, 2, 3], "b": [0.5, None, 2.5], "c": [0.0, 7.0, 0.0]})

    expected: dict[str, Any] = {"df": table(), "calls": [1, 2, 3]}
    exec(loop, expected)
    found = _run(loop, df=table(), calls=[1, 2, 3])
    pd.testing.assert_frame_equal(found["df"], expected["df"])
    assert repr(found.get("found")) == repr(expected.get("found"))
    assert found["calls"] == expected["calls"]
