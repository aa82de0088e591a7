"""What a conversion calls things, and what it takes for exploration."""

from __future__ import annotations

from pathlib import Path

from tests.research.modularize.homes import FIT, READ, TABLE
from tests.research.notebooks import convert_cells


def test_learned_value_of_a_column_with_a_raised_2_has_a_name(tmp_path: Path) -> None:
    code = (
        'df = df.rename(columns={"age": "Area (m²)"})\n'
        'df["Area (m²)"] = df["Area (m²)"].fillna(df["Area (m²)"].mean())\nX = df[["Area (m²)"]]'
    )
    made = convert_cells(tmp_path, TABLE, READ, code, FIT)
    assert made.is_equal
    assert "area_m2_mean" in made.preprocessing


def test_conversion_makes_a_name_of_the_noun_that_is_wished(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, TABLE, READ, 'X = df[["rent"]]', FIT, noun="a Price/m")
    assert made.interface["name"] == "a_price_m"
    assert made.interface["noun"] == "a_price_ms"


def test_statements_that_the_model_needs_are_not_exploration(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, TABLE, READ, 'df.head()\nX = df[["rent"]]', FIT)
    by_source = {one["source"]: one["category"] for one in made.interface["statements"]}
    assert by_source["df.head()"] == "exploration"
    assert by_source['X = df[["rent"]]'] == "preprocessing"
    assert by_source['model.fit(X, df["price"])'] == "ml"
