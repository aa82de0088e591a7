"""The docstrings of converted functions say what they take and give, in Google's style."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from ml_api_kit.research.convert import convert
from ml_api_kit.research.modularize.docstrings import unit_of
from tests.research.notebooks import convert_cells, notebook_text

_TABLE = """
import pandas as pd
df = pd.DataFrame({
    "bill_mm": [39.1, None, 40.3, 36.7, 39.3, 38.9],
    "species": ["a", "b", "a", "b", "b", "a"],
    "mass": [3.1, 3.4, 3.0, 3.9, 4.1, 3.2],
})
"""
_FILL = """# Birds that moved have no "bill".
for column in ["bill_mm"]:
    df[column] = df[column].fillna(df[column].median())
"""
_FIT = """
from sklearn.linear_model import LinearRegression
df["code"] = df["species"].map({"a": 1, "b": 2})
model = LinearRegression().fit(df[["bill_mm", "code"]], df["mass"])
model.predict(df[["bill_mm", "code"]])
"""
_NOTE = """# Missing

| bill | rows |
| --- | --- |
| none | 1 |

![birds](birds.png)

By median."""


def test_functions_say_types_shapes_and_units(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, _TABLE, _FILL, _FIT)
    assert made.is_equal
    tree = ast.parse(made.preprocessing)
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    assert ast.get_docstring(functions["fill_bill_mm"]) == (
        "Fill `bill_mm`.\n\n"
        "From cell 2, line 2.\n\n"
        "The research code says: Birds that moved have no 'bill'.\n\n"
        "Args:\n"
        "    df: the rows, [rows, columns].\n"
        "    bill_mm_median (float): learned from the training data, in mm.\n\n"
        "Returns:\n"
        "    The rows in the same order, with `bill_mm` in mm."
    )
    for function in functions.values():
        said = ast.get_docstring(function) or ""
        assert "\nArgs:\n" in said
        assert "\nReturns:\n" in said


def test_functions_are_named_by_what_they_change(tmp_path: Path) -> None:
    code = (
        "from sklearn.impute import SimpleImputer\ni = SimpleImputer()\n"
        'df[["bill_mm"]] = i.fit_transform(df[["bill_mm"]])'
    )
    made = convert_cells(tmp_path, _TABLE, code, _FIT)
    assert made.is_equal
    assert "def transform_bill_mm(" in made.preprocessing
    assert '"""Transform `bill_mm`.' in made.preprocessing


@pytest.mark.parametrize(
    ("name", "unit"),
    [("body_mass_g", "g"), ("g", None), ("priceUSD", "USD"), ("age", None), ("t_celsius", "°C")],
)
def test_unit_is_read_from_the_name_of_a_column(name: str, unit: str | None) -> None:
    assert unit_of(name) == unit


def test_markdown_above_a_cell_is_carried_along_once(tmp_path: Path) -> None:
    document = json.loads(notebook_text(_TABLE, _FILL, _FIT))
    note = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": _NOTE}
    document["cells"].insert(1, note)
    path = tmp_path / "research.ipynb"
    path.write_text(json.dumps(document))
    (tmp_path / "work").mkdir()
    convert(path, tmp_path / "work")
    source = (tmp_path / "work" / "package" / "preprocessing.py").read_text("utf-8")
    assert source.count("The research code says: Missing. By median.") == 1
