"""`%%bigquery` cells as Python."""

from __future__ import annotations

import ast

import pytest

from ml_api_kit.research.source.magics import to_python


def test_named_cell_is_client_code_with_as_many_lines() -> None:
    cell = '\n%%bigquery df --project mine --verbose\nSELECT "a\\n" AS a\nFROM d.t WHERE b = "x"'
    made = to_python(cell)
    assert made.notes == []
    assert len(made.text.split("\n")) == len(cell.split("\n"))
    tree = ast.parse(made.text)
    texts = [one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)]
    assert '\nSELECT "a\\n" AS a\nFROM d.t WHERE b = "x"' in texts
    assert "mine" in texts


@pytest.mark.parametrize(
    "head", ["%%bigquery", "%%bigquery df --params {}", "%%bigquery df --max_results 3"]
)
def test_other_cells_are_left_out_and_told(head: str) -> None:
    made = to_python(f"{head}\nSELECT 1")
    assert made.text.strip() == ""
    assert "bigquery" in made.notes[0][1]


def test_cell_without_a_query_is_left_out() -> None:
    assert to_python("%%bigquery df\n").notes
