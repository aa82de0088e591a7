"""Which rows and columns a conversion asks for, and which it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.research.modularize.homes import FIT, READ, TABLE
from tests.research.notebooks import convert_cells


def test_conversion_says_where_the_code_left_rows_out(tmp_path: Path) -> None:
    code = (
        'df = df[df["rent"] > 700]\ndf = df.drop_duplicates(subset=["rent"])\n'
        "train = df.sample(frac=0.5, random_state=0)\n"
        'X = df[["rent"]]'
    )
    made = convert_cells(tmp_path, TABLE, READ, code, FIT)
    filters = made.interface["filters"]
    assert [(one["cell"], one["line"]) for one in filters] == [(3, 1)]
    assert filters[0]["text"] == 'df = df[df["rent"] > 700]'
    assert filters[0]["rows"] == 120 > filters[0]["kept"] > 90


def test_statements_that_change_nothing_here_ask_for_no_other_column(tmp_path: Path) -> None:
    made = convert_cells(
        tmp_path,
        TABLE,
        READ,
        'df["rent"] = df["rent"].fillna(0)',
        'df["rent"] = df["rent"].astype(float)',
        'df["rent"] = df["rent"].clip(0, 10000)',
        'df["rent"] = df["rent"].fillna(df["rent"].mean())\n'
        'df["rent"] = df["rent"].fillna(df["rent"].mean())',
        'X = df[["rent"]]',
        FIT,
    )
    assert made.is_equal
    assert made.columns == ["rent"]


@pytest.mark.parametrize(
    "store", ['df.loc[5, "rent"] = 1.0', "df.iloc[5, 3] = 1.0", 'df.at[5, "rent"] = 1.0']
)
def test_conversion_leaves_out_a_row_whose_cell_the_code_corrected(
    store: str, tmp_path: Path
) -> None:
    made = convert_cells(tmp_path, TABLE, READ, store, 'X = df[["rent"]]', FIT)
    assert made.is_equal, made.interface["trial"]
    assert made.request_path == "python"
    assert made.interface["trial"]["rows"] == 119
    corrected = {"cell": 3, "line": 1, "text": store, "row": 5}
    assert made.interface["corrections"] == [corrected]


def test_conversion_without_a_row_path_serves_what_was_computed(tmp_path: Path) -> None:
    code = 'by_town = df.groupby("town")["rent"].mean()'
    made = convert_cells(tmp_path, TABLE, READ, code)
    assert made.request_path == "batch"
    assert made.interface["noun"] == "by_towns"
    assert made.interface["trial"]["rows"] == 3
