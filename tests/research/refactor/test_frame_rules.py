"""Rules of frames: each value computed, columns added, frames side by side."""

from __future__ import annotations

import pytest

from tests.research.refactor.oracle import assert_alike, reason_of

_TABLE = {"n": 2.0, "i": 0.5}


@pytest.mark.parametrize(
    "line",
    [
        'df = df[["n", "i"]] - df[["i", "n"]]',
        'df = df[["n", "i"]].sub(df["n"], axis=0)',
        'df = df[["n", "i"]].apply(lambda c: c - c.mean())',
        'df = df[["n", "i"]].apply(np.cumsum)',
        'df = df[["n", "i"]].ffill()',
        'df = df[["n", "i"]] - pd.Series(df["n"])',
        'df = pd.DataFrame({name: df[name] - df["n"] for name in ["n", "i"]})',
        "df = pd.DataFrame({name: df[name] for name in df.columns})",
        'df = pd.DataFrame({name: df[name] for name in ["n"] if name})',
        'df.loc[df["n"] > 1, ["n", "i"]] = df[["n", "i"]] * 2',
    ],
)
def test_is_left_alone(line: str) -> None:
    assert reason_of(line)


@pytest.mark.parametrize(
    "value",
    [
        'df[["n", "i"]] * 2',
        '1 - df[["n", "i"]]',
        '(df[["n", "i"]] - pd.Series(table)) / pd.Series(table)',
        'np.log1p(df[["n", "i"]].clip(0))',
        'df[["n", "i"]].clip(-1, 5).apply(np.exp)',
        'df[["n", "i"]].apply(lambda c: c.fillna(0) + 1)',
        'df[["t", "d"]].apply(lambda c: c.str.strip().str.upper())',
        'df[["d"]].apply(pd.to_numeric, errors="coerce")',
        'df[["n", "i"]].map(lambda v: v / 2)',
        'df[["n", "i"]].map(lambda name: name)',
        'df[["n", "i"]].fillna(0).astype(int)',
        'df[["n", "i"]].fillna(pd.Series(table))',
        'df[["n", "i"]].fillna(pd.Series(table)).abs()',
        'df[["n", "i"]].isna()',
        '(df[["n", "i"]] > 1) & ~(df[["n", "i"]] > 5)',
        '(df[["n", "i"]] > 1).astype(int)',
        'df[["n", "i"]].where(df[["n", "i"]] > 1, 0)',
        'df[["n", "i"]].mask(df[["n", "i"]] > 1)',
        'df[["i", "n"]].replace(7, 70).pow(2)',
        'np.power(df[["n", "i"]], 2)',
        'pd.DataFrame({name: df[name] - table[name] for name in ["n", "i"]})',
        'pd.DataFrame({f"{c}_2": df[c].fillna(0) ** 2 for c in ["n", "i"]})',
        'pd.DataFrame({c: df[c].map({"b": 1.0}).fillna(0) for c in ["t", "d"]})',
        "pd.DataFrame({name: df[name] * part for name, part in table.items()})",
    ],
)
def test_frame_computed_value_by_value(value: str) -> None:
    assert_alike(f"df = {value}", parameters=", *, table", table=_TABLE)


@pytest.mark.parametrize(
    "line",
    [
        'df[["n", "i"]] = df[["n", "i"]] - pd.Series(table)',
        'df[["n", "i"]] = np.sqrt(df[["n", "i"]].abs())',
        'df.loc[:, ["n", "i"]] = df[["n", "i"]] * 2',
        'df[["m", "j"]] = df[["n", "i"]] * 2',
        'df[["d"]] = df[["d"]].apply(pd.to_numeric, errors="coerce")',
    ],
)
def test_columns_stored_after_each_value_was_computed(line: str) -> None:
    assert_alike(line, parameters=", *, table", table=_TABLE)


def test_columns_computed_of_themselves_stay_in_their_row() -> None:
    made = assert_alike('df[["n", "i"]] = df[["n", "i"]].fillna(1) * 2')
    inner = '**{name: (filled(row[name], 1) * 2) for name in ["n", "i"]}'
    assert inner in made
