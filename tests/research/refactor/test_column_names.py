"""Rules of column names, and statements written in several ways, with pandas as the oracle."""

from __future__ import annotations

import pytest

from tests.research.refactor.oracle import assert_alike, reason_of

_NAMES = '["a", "b", "c", "e", "f", "g"]'


@pytest.mark.parametrize(
    "line",
    [
        "df.columns = df.columns.str.upper()",
        "df = df.set_axis([10, 11, 12, 13, 14], axis=0)",
        "df = df.add_prefix(prefix)",
        "df = df.reset_index()",
        "df = df.loc[:, df.dtypes == 'float64']",
        'df.loc[df["n"] > 1, ["n", "i"]] = [0, 1]',
        'df["x"] = [df["i"][k] + k for k in range(len(df))]',
        'df["x"] = [i for i, row in df.iterrows()]',
        'df["x"] = pd.Series(df["i"], index=df["n"])',
    ],
)
def test_is_left_alone(line: str) -> None:
    assert reason_of(line)


@pytest.mark.parametrize(
    "line",
    [
        f"df.columns = {_NAMES}",
        f"df = df.set_axis({_NAMES}, axis=1)",
        'df = df.add_prefix("p_")',
        'df = df[["n", "i"]].add_suffix("_s")',
        "df = df.reset_index(drop=True)",
        'df = df.loc[:, ["n", "i"]]',
        'df["x"] = df.loc[:, "n"] * 2',
        'df.loc[:, "n"] = df["n"] * 2',
        'del df["n"]',
        'df.loc[df["n"] > 1, ["n", "x"]] = 0.0',
        'df["x"] = [row["n"] + row["i"] for _, row in df.iterrows()]',
        'df["x"] = [df["i"][k] * 2 + len(str(df["n"][k])) for k in range(len(df))]',
        'df["x"] = [df.i[k] * 2 for k in range(0, len(df))]',
        'df["x"] = pd.Series([i * 2 for i in df["i"]])',
    ],
)
def test_rows_form_gives_what_pandas_gives(line: str) -> None:
    assert_alike(line)


@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
@pytest.mark.parametrize(
    "line",
    [
        'df.drop(columns=["n"], inplace=True)',
        'df.drop("n", axis=1, inplace=True)',
        'df.rename(columns={"n": "m"}, inplace=True)',
        'df.fillna({"n": 0}, inplace=True)',
        "df.reset_index(inplace=True, drop=True)",
    ],
)
def test_frame_changed_in_place(line: str) -> None:
    assert_alike(line)
