"""Rules of choices among values, loops over columns and functions of values."""

from __future__ import annotations

import pytest

from tests.research.refactor.oracle import assert_alike, reason_of

_BAND = (
    "def band(value):\n    if pd.isnull(value):\n        return -1\n"
    "    return 1 if pd.notna(value) and value > 1 else 0\n\n\n"
)


@pytest.mark.parametrize(
    "line",
    [
        'df["x"] = np.select([df["n"] > 1], values)',
        'df["x"] = np.select([df["n"] > 1], [1, 2])',
        'df["x"] = df["n"].where(lambda n: n > 1, 0)',
        'df["x"] = df["n"].where(df["n"] > 1, 0, axis=0)',
        'df["x"] = [n for n in df["n"] if n > 1]',
        'df["x"] = [n * m for n in df["n"] for m in df["i"]]',
        'df["x"] = [n - df["n"].mean() for n in df["n"]]',
        'df["x"] = [name for name in df.columns]',
        'df["x"] = [i for i in range(len(df))]',
        'df["x"] = list(map(len, df))',
        'df["x"] = df["i"].between(1)',
        'df["x"] = pd.Series(df["i"])',
        "df = df.assign(x=lambda d: d[d.n > 1].n)",
    ],
)
def test_is_left_alone(line: str) -> None:
    assert reason_of(line)


@pytest.mark.parametrize(
    "value",
    [
        'np.select([df["n"] > 5, df["n"] < 0], [2, 1], default=0)',
        'np.select([df["n"] > 5, df["i"] == 7], [df["n"], df["i"] * 2])',
        'np.select([df["t"].isna(), df["t"] == "b"], ["none", "b"], "other")',
        'np.where(df["n"] > 5, 2, np.where(df["n"] < 0, 1, 0))',
        'df["n"].where(df["n"] > 1, 0)',
        'df["n"].where(df["n"] > 1)',
        'df["n"].mask(df["t"] == "b", df["i"]).mask(df["n"].isna(), -1)',
        '[len(str(i)) for i in df["i"]]',
        '[i * i + 1 for i in df["i"]]',
        '["long" if isinstance(t, str) and len(t) > 1 else "short" for t in df["t"]]',
        '[n + i for n, i in zip(df["n"], df["i"])]',
        '[sum(x for x in (i, 1)) for i in df["i"].abs()]',
        '[round(n) if n == n else 0 for n in df["n"].clip(0, 5)]',
        'list(map(abs, df["i"]))',
        'list(map(lambda n, i: n * i, df["n"], df["i"]))',
        'df["i"].tolist()',
        'pd.isna(df["n"]) | pd.notnull(df["t"])',
        'df["i"].between(0, 7, inclusive="neither")',
        'df["i"].between(0, 7, "left")',
        'df["n"].apply(lambda v: 0 if pd.isnull(v) else v)',
        "df.apply(lambda row: 0 if pd.isna(row['t']) else row['i'], axis=1)",
        'df["n"].apply(lambda v: -1.0 if v is pd.NA else v)',
    ],
)
def test_rows_form_gives_what_pandas_gives(value: str) -> None:
    assert_alike(f'df["x"] = {value}')


def test_function_of_values_asks_without_pandas() -> None:
    made = assert_alike('df["x"] = df["n"].apply(band)', before=_BAND)
    assert "if is_missing(value):" in made
    assert "if (not is_missing(value)) and value > 1" in made


def test_value_stands_where_its_name_did() -> None:
    made = assert_alike('df["x"] = [abs(i) * i for i in df["i"]]')
    assert '"x": (abs(row["i"]) * row["i"])' in made
