"""What cells are for, and what is learned of it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand import Category, categorize_cells, categorize_snippet
from ml_api_kit.research.understand.cells import tokens_of_snippet
from ml_api_kit.research.understand.learned import Weights, learned_weights, read_as
from tests.research.notebooks import write_notebook

MOST_BYTES = 300_000


@pytest.mark.parametrize(
    ("source", "category"),
    [
        ("import numpy as np\nimport pandas as pd", "support"),
        ("train = pd.read_csv('a.csv')\ntrain.head()", "preparation"),
        ("df = df.drop('a', axis=1)\ndf.head()", "preprocessing"),
        ("def clean(df):\n    df['a'] = df.a.fillna(0)\n    return df", "preprocessing"),
        ("model = RandomForestClassifier()\nmodel.fit(X, y)", "ml"),
        ("plt.figure()\nx = df.a\nplt.hist(x)\nplt.show()", "exploration"),
        ("sub = pd.DataFrame({'a': pred})\nsub.to_csv('a.csv', index=False)", "export"),
    ],
)
def test_category_of_lines_together(source: str, category: str) -> None:
    assert categorize_snippet(source) == category


def test_cells_are_numbered_as_in_the_notebook_and_say_why(tmp_path: Path) -> None:
    path = write_notebook(tmp_path, "import os", "# nothing", "model.fit(X, y)\nmodel.score(X, y)")
    found = categorize_cells(read_research_code(path))
    assert [(one.cell, one.category) for one in found] == [(1, "support"), (3, "ml")]
    assert [one.reason for one in found] == ["imports a library", "fits a model: model.fit"]


def test_a_mixed_cell_is_for_what_it_reads_like(tmp_path: Path) -> None:
    cell = "df['a'] = encoder.fit_transform(df['a'])\nprint('-')\nprint(df['a'].head())\nprint('-')"
    found = categorize_cells(read_research_code(write_notebook(tmp_path, cell)))
    assert found[0].category == "preprocessing"
    assert found[0].reason.startswith("reads like preprocessing: ")


def test_rows_that_are_only_shown_are_exploration(tmp_path: Path) -> None:
    found = categorize_cells(read_research_code(write_notebook(tmp_path, "df[df.a > 3]")))
    assert found[0].category == "exploration"


def test_a_cell_that_production_needs_is_no_exploration(tmp_path: Path) -> None:
    cell = "df = df.dropna()\ndf.plot()\ndf.hist()\ndf.boxplot()\nplt.show()\nplt.title('a')"
    code = read_research_code(write_notebook(tmp_path, cell))
    assert categorize_cells(code)[0].category == "exploration"
    assert categorize_cells(code, production={0})[0].category == "preprocessing"


def test_tokens_hold_no_text_that_the_code_writes() -> None:
    tokens = tokens_of_snippet("df['my secret'] = 'another'  # a third\nprint(f'{x} and')")
    assert not [one for one in tokens if "secret" in one or "another" in one or "third" in one]
    assert {"call print", "to df", "word x"} & tokens == {"call print", "word x"}


def test_weights_cover_every_category_and_stay_small() -> None:
    file = resources.files("ml_api_kit.research.understand").joinpath("learned.json")
    assert len(file.read_bytes()) < MOST_BYTES
    weights = learned_weights()
    assert set(weights.categories) == set(Category)
    assert {len(values) for values in weights.tokens.values()} == {len(Category)}


def test_probability_is_that_of_the_softmax() -> None:
    weights = Weights.from_json(
        json.loads(
            '{"categories": ["ml", "export"], "intercepts": [0, 0],'
            ' "tokens": {"a": [100, 0], "b": [0, 300]}}'
        )
    )
    reading = read_as({"a", "b", "unknown"}, weights)
    assert reading is not None
    assert reading.category is Category.EXPORT
    assert reading.probability == pytest.approx(1 / (1 + 2.718281828 ** (-2 / 2**0.5)))
    assert read_as({"unknown"}, weights) is None
