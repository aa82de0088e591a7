"""Loops over the rows of a table, converted whole: each is a function of a row, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.research.modularize.homes import FIT, READ, TABLE
from tests.research.notebooks import convert_cells

_LOOPS = {
    "a_column_filled_cell_by_cell": (
        'df["band"] = 0\nfor i in range(len(df)):\n    if df.at[i, "rent"] > 900:\n'
        '        df.at[i, "band"] = 2\n    elif df["sex"][i] == "f":\n'
        '        df.loc[i, "band"] = 1\nX = df[["band", "rent"]]',
        {"sex", "rent"},
    ),
    "columns_filled_row_by_row": (
        'df["size"], df["note"] = 0.0, ""\nfor i, row in df.iterrows():\n'
        '    letters = len(row["town"])\n    df.at[i, "size"] = letters * row["rent"]\n'
        '    df.at[i, "note"] = row["sex"] + row["town"]\n'
        'df["note"] = df["note"].str.len()\nX = df[["size", "note"]]',
        {"town", "sex", "rent"},
    ),
    "a_list_of_the_rows": (
        'bands = []\nfor town, rent in zip(df["town"], df["rent"]):\n'
        '    if town == "Kiel" and rent > 800:\n        bands.append("high")\n'
        '    else:\n        bands.append("low")\n'
        'df["band"] = bands\ndf["band"] = df["band"].map({"low": 0, "high": 1})\n'
        'X = df[["band", "rent"]]',
        {"town", "rent"},
    ),
}


@pytest.mark.parametrize("loop", _LOOPS)
def test_conversion_of_a_loop_over_rows_answers_as_the_code(loop: str, tmp_path: Path) -> None:
    code, columns = _LOOPS[loop]
    made = convert_cells(tmp_path, TABLE, READ, code, FIT)
    assert made.is_equal, made.interface["trial"]
    assert set(made.columns) == columns
    assert made.request_path == "python", made.interface["reasons"]
    assert "_of_row(row)" in made.preprocessing


def test_column_that_a_loop_fills_from_other_rows_is_refused_with_its_line(tmp_path: Path) -> None:
    code = (
        'df["total"] = 0.0\ntotal = 0.0\nfor i in range(len(df)):\n'
        '    total = total + df.at[i, "rent"]\n    df.at[i, "total"] = total\n'
        'X = df[["total"]]'
    )
    made = convert_cells(tmp_path, TABLE, READ, code, FIT)
    assert not made.interface["has_row_path"]
    whys = [reason["why"] for reason in made.interface["reasons"]]
    assert any("Line 3 of its cell fills a column row by row" in why for why in whys)
