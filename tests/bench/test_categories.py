"""The measure of the categories, on labelled code made here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_api_kit.research.understand import Category
from ml_api_kit.research.understand.learned import Weights, read_as
from tests.bench.categories import main
from tests.bench.category_names import is_everybodys
from tests.research.notebooks import write_notebook

CODE = {
    "preparation": "df = pd.read_csv('{0}.csv')",
    "preprocessing": "df['{0}'] = df['{0}'].fillna(0)",
    "ml": "model = SVC()\nmodel.fit(X, y)",
    "exploration": "df['{0}'].hist()\nplt.show()",
    "export": "df.to_csv('{0}.csv', index=False)",
    "helpers": "import pandas as pd\nimport {0}",
}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Six kinds of snippets from ten notebooks, one of comments, and one that is no Python."""
    rows = [
        {"source": source.format(f"name_{at}"), "label": label, "notebook": f"n{at}"}
        for at in range(10)
        for label, source in CODE.items()
    ]
    rows.append({"source": "# nothing", "label": "drop", "notebook": "n0"})
    rows.append({"source": "a = (", "label": "ml", "notebook": "n0"})
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps({**row, "confidence": 5}) + "\n" for row in rows), "utf-8")
    return path


def test_snippets_are_measured_with_and_without_what_is_learned(
    labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "weights.json"
    assert main([str(labelled), "--learn", str(out), "--errors", "ml", "export"]) == 0
    shown = capsys.readouterr().out
    assert "rules, all: 61 judged" in shown
    assert "cross-validated, confidence 5: 61 judged" in shown
    weights = Weights.from_json(json.loads(out.read_text("utf-8")))
    assert set(weights.categories) == set(Category)
    reading = read_as({"call fit", "model.fit", "rule fits a model"}, weights)
    assert reading is not None
    assert reading.category is Category.ML
    assert not [token for token in weights.tokens if "name_" in token]


def test_statements_of_whole_notebooks_are_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = write_notebook(tmp_path, "import os\ndf.head()", "model.fit(X, y)")
    rows = [(1, 1, "support"), (1, 2, "ml"), (2, 1, "ml")]
    labels = tmp_path / "labels.jsonl"
    labels.write_text(
        "".join(
            json.dumps({"file": str(notebook), "cell": cell, "line": line, "label": label}) + "\n"
            for cell, line, label in rows
        ),
        "utf-8",
    )
    assert main([str(labels)]) == 0
    shown = capsys.readouterr().out
    assert "statements of whole notebooks: 3 judged" in shown
    assert "cell 1, line 2: df.head()\n  ml, judged exploration" in shown


@pytest.mark.parametrize(
    ("token", "is_kept"),
    [
        ("call read_csv", True),
        ("call train.groupby", True),
        ("keyword inplace", True),
        ("word train", True),
        ("to df", True),
        ("to Name from Call", True),
        ("rule draws", True),
        ("model.fit", True),
        ("word covid", False),
        ("attribute Survived", False),
        ("call my_own.fit", False),
        ("model.do_my_thing", False),
    ],
)
def test_only_names_that_everybody_knows_are_learned(token: str, is_kept: bool) -> None:
    assert is_everybodys(token) is is_kept
