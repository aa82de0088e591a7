"""Rules of each value of a column, and of each row, with pandas as the oracle."""

from __future__ import annotations

import pytest

from tests.research.refactor.oracle import assert_alike, reason_of

_FUNCTIONS = (
    "def total(row):\n    return row.i * 2 if row.t == 'b' else len(row['to'].strftime('%Y'))\n\n\n"
    "def scaled(value, by, more=0):\n    return value * by + more\n\n\n"
)


@pytest.mark.parametrize(
    "line",
    [
        'df["x"] = df["n"].add(df["i"], fill_value=0)',
        'df["x"] = df["t"].map(len, na_action="ignore")',
        'df["x"] = df["i"].map("{}".format, na_action="ignore")',
        'df["x"] = df["i"].agg("sum")',
        'df["x"] = df["i"].transform("cumsum")',
        'df["x"] = df["n"].replace({np.nan: 0, 1.5: 2})',
        'df["x"] = df["n"].replace([np.nan, 1.5], 0)',
        'df["x"] = df["t"].replace(r"\\d+", "", regex=True)',
        'df["x"] = df.isnull().sum(axis=1)',
        'df["x"] = df[["n", "i"]].sum(axis=1, skipna=False)',
        'df["x"] = df[["n", "i"]].std(axis=1)',
        'df["x"] = sum(df["n"])',
        'df["x"] = df["i"].astype("Int8")',
    ],
)
def test_is_left_alone(line: str) -> None:
    assert reason_of(line)


@pytest.mark.parametrize(
    "value",
    [
        'df["n"].isin([1.5, np.nan])',
        '~df["t"].isin(["b", None])',
        'df["t"] > "a"',
        '"b" == df["t"]',
        '(df["n"] > 1) + (df["i"] > 1)',
        'df["n"].replace(np.nan, 0)',
        'df["t"].replace("", np.nan)',
        'df["t"].replace(["b", ""], ["B", "E"])',
        'df["n"].rsub(1).floordiv(2).mod(3)',
        'df["n"].combine_first(df["i"])',
        'df["n"].copy().round(1)',
        'df["i"].transform(lambda v: v * 2)',
        "df['i'].apply(lambda v, k: v + k, k=2)",
        'df["i"].apply(scaled, args=(2,), more=1)',
        'df["n"].astype("float32")',
        'df["i"].astype("float32") / 3',
        'df["at"].dt.year.astype("Int64")',
        'abs(df["n"])',
        'round(df["n"], 1)',
        'np.vectorize(lambda a, b: a + b)(df["n"], df["i"])',
        'np.arctan2(df["n"], df["i"])',
        'np.sin(np.radians(df["n"])) ** 2',
        'np.clip(df["n"], 0, 5)',
        'np.isfinite(df["n"])',
        'np.logical_and(df["n"] > 1, df["i"] > 1)',
        'df[["n", "i"]].sum(axis=1)',
        'df[["n", "i"]].mean(axis=1) * 2',
        'df[["n", "i"]].min(axis="columns")',
        'df[["n"]].max(axis=1)',
        'df[["n", "t", "d"]].isna().sum(axis=1)',
        '(df[["n", "i"]] > 1).sum(axis=1)',
        "df.apply(lambda r: r.n + r.i, axis=1)",
        'df[["n", "i"]].apply(lambda r: r["n"] * r.i, axis=1)',
        "df.apply(total, axis=1)",
    ],
)
def test_rows_form_gives_what_pandas_gives(value: str) -> None:
    assert_alike(f'df["x"] = {value}', before=_FUNCTIONS)


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "//", "%", "**"])
def test_column_changed_in_place(operator: str) -> None:
    assert_alike(f'df["n"] {operator}= df["i"]')


def test_function_of_rows_reads_by_name() -> None:
    made = assert_alike('df["x"] = df.apply(total, axis=1)', before=_FUNCTIONS)
    assert '{**row, "x": total(row)}' in made
    assert "return row['i'] * 2 if row['t'] == 'b' else len(row['to'].strftime('%Y'))" in made
