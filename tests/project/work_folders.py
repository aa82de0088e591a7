"""Work folders made by hand of real models on real data, as modularize makes them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ml_api_kit.contract import freeze_estimator, json_artifact, write_artifacts

COLUMNS: list[dict[str, Any]] = [
    {"name": "bill length (mm)", "type": "number", "nullable": True, "examples": [39.1]},
    {"name": "flipper length (mm)", "type": "number", "nullable": True, "examples": [181.0]},
    {"name": "sex", "type": "string", "nullable": True, "enum": ["female", "male"]},
]
NAMES = [column["name"] for column in COLUMNS]

ROWS_PREPROCESSING = '''"""Preprocessing: what is done to each row before the model sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ml_api_kit.preprocessing import is_missing

Row = Mapping[str, Any]

NUMBERS = ("bill length (mm)", "flipper length (mm)")


def preprocess(rows: Iterable[Row], frozen: Mapping[str, Any]) -> Sequence[Sequence[float]]:
    """Make the model's features of raw rows."""
    means = frozen["means"]
    return [
        [
            *(means[name] if is_missing(row[name]) else row[name] for name in NUMBERS),
            float(row["sex"] == "male"),
        ]
        for row in rows
    ]
'''

PANDAS_PREPROCESSING = '''"""Preprocessing, as the notebook has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

NUMBERS = ["bill length (mm)", "flipper length (mm)"]


def preprocess(rows: Iterable[Mapping[str, Any]], frozen: Mapping[str, Any]) -> Any:
    """Make the model's features of raw rows."""
    df = pd.DataFrame(rows, columns=[*NUMBERS, "sex"]).astype(dict.fromkeys(NUMBERS, "float64"))
    df[NUMBERS] = df[NUMBERS].fillna(frozen["means"])
    df["male"] = (df["sex"] == "male").astype("float64")
    return df[[*NUMBERS, "male"]].values
'''

PREDICTION = '''"""Prediction: a penguin's mass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ml_api_kit.contract import Artifacts, Row, RowsModel, load_estimator

from __package__name__.preprocessing import preprocess


class MassModel(RowsModel):
    """Answers with the mass of each penguin, in grams."""

    def load(self, artifacts: Artifacts) -> None:
        """Take what was learned from the artifacts."""
        self.frozen = artifacts.json("frozen.json")
        self.regression = load_estimator(artifacts, "regression")

    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """Compute the mass of each penguin."""
        if not rows:
            return []
        masses = self.regression.predict(preprocess(rows, self.frozen))
        return [{"mass": float(mass)} for mass in masses]


def get_masses(model: MassModel, rows: Iterable[Row]) -> list[Row]:
    """Compute the masses of rows."""
    return model.predict(list(rows))
'''

TRAINING = '''"""Training: fits the regression anew."""

from __future__ import annotations

import os

import numpy as np
from ml_api_kit.contract import freeze_estimator, json_artifact, write_artifacts
from ml_api_kit.gcp_accessor import BigQueryAccessor
from sklearn.linear_model import LinearRegression

from __package__name__.config import load_settings
from __package__name__.preparation import fetch_all_rows
from __package__name__.preprocessing import NUMBERS, preprocess


def main() -> None:
    """Learn from the stored rows, and write new artifacts."""
    settings = load_settings(os.environ)
    rows = fetch_all_rows(BigQueryAccessor(), table=settings.source_table)
    values = {name: [row[name] for row in rows if row[name] is not None] for name in NUMBERS}
    frozen = {"means": {name: float(np.mean(column)) for name, column in values.items()}}
    features = preprocess(rows, frozen)
    # The source holds no masses; lengths stand in, so that there is something to fit.
    regression = LinearRegression().fit(features, [row[1] for row in features])
    kept = freeze_estimator(regression, features, name="regression")
    write_artifacts(
        settings.artifacts_folder, {"frozen.json": json_artifact(frozen), **kept.artifacts}
    )
    print(f"{len(rows)} rows learned from; written to {settings.artifacts_folder}")


if __name__ == "__main__":
    main()
'''

STATEMENTS = [
    {"cell": 1, "cell_index": 0, "lines": [1, 1], "category": "support"},
    {"cell": 2, "cell_index": 1, "lines": [1, 1], "category": "preparation"},
    {"cell": 3, "cell_index": 2, "lines": [1, 2], "category": "preprocessing"},
    {"cell": 4, "cell_index": 3, "lines": [1, 1], "category": "exploration"},
    {"cell": 5, "cell_index": 4, "lines": [1, 3], "category": "ml"},
]


RESULTS = '''"""Prediction: what the notebook ended in."""

from __future__ import annotations

from collections.abc import Sequence

from ml_api_kit.contract import Artifacts, Row, RowsModel


class ReportModel(RowsModel):
    """The results of the notebook."""

    def load(self, artifacts: Artifacts) -> None:
        """Take the results from the artifacts."""
        self.results: list[Row] = artifacts.json("results.json")

    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """Give the results that rows name by their position."""
        return [self.results[row["row_id"]] for row in rows]


def get_reports(model: ReportModel) -> list[Row]:
    """Give all results."""
    return model.results
'''


def penguins_work_folder(folder: Path, *, path: str = "python") -> Path:
    """A work folder whose request path is `python`, or `pandas` as in the notebook."""
    from palmerpenguins import load_penguins
    from sklearn.linear_model import LinearRegression

    table = load_penguins().dropna(subset=["body_mass_g"])
    table = table.rename(
        columns={
            "bill_length_mm": NAMES[0],
            "flipper_length_mm": NAMES[1],
        }
    ).reset_index(drop=True)
    raw = table[NAMES]
    numbers = NAMES[:2]
    means = raw[numbers].mean()
    features = raw[numbers].fillna(means).assign(male=(raw["sex"] == "male").astype("float64"))
    regression = LinearRegression().fit(features.values, table["body_mass_g"])
    masses = regression.predict(features.values)
    frozen = {"means": {name: float(means[name]) for name in numbers}}
    kept = freeze_estimator(regression, features.values, name="regression")

    (folder / "package").mkdir(parents=True)
    write_artifacts(folder / "artifacts", {"frozen.json": json_artifact(frozen), **kept.artifacts})
    raw.to_csv(folder / "source.csv", index=False)
    rows = [_plain(row) for row in raw.to_dict("records")]
    write_lines(
        folder / "golden.jsonl",
        [
            {"row": row, "answer": {"mass": float(mass)}, "raw_index": index}
            for index, (row, mass) in enumerate(zip(rows, masses, strict=True))
        ],
    )
    rewritten = path == "python"
    modules = {
        "preprocessing": ROWS_PREPROCESSING if rewritten else PANDAS_PREPROCESSING,
        "prediction": PREDICTION,
        "training": TRAINING,
    }
    for name, source in modules.items():
        (folder / "package" / f"{name}.py").write_text(source)
    if rewritten:
        (folder / "pandas").mkdir()
        (folder / "pandas" / "preprocessing.py").write_text(PANDAS_PREPROCESSING)
    write_json(folder / "interface.json", interface(rows=len(rows)) | {"request_path": path})
    return folder


def results_work_folder(folder: Path) -> Path:
    """A work folder without a path from a row to an answer: a report over all penguins."""
    from palmerpenguins import load_penguins

    found = load_penguins().groupby("species")["body_mass_g"].mean()
    outputs = [{"species": name, "mean_mass": float(mass)} for name, mass in found.items()]
    (folder / "package").mkdir(parents=True)
    (folder / "package" / "prediction.py").write_text(RESULTS)
    write_artifacts(folder / "artifacts", {"results.json": json_artifact(outputs)})
    write_lines(
        folder / "golden.jsonl",
        [
            {"row": {"row_id": index}, "answer": row, "raw_index": index}
            for index, row in enumerate(outputs)
        ],
    )
    answers = [
        {"name": "species", "type": "string"},
        {"name": "mean_mass", "type": "number"},
    ]
    changed = {"columns": [], "answers": answers, "model": None, "model_class": "ReportModel"}
    changed |= {"has_row_path": False, "request_path": "batch", "noun": "reports", "name": "report"}
    write_json(folder / "interface.json", interface(rows=344) | changed)
    return folder


def interface(*, rows: int) -> dict[str, Any]:
    """The interface of the penguins' masses."""
    return {
        "name": "mass",
        "noun": "masses",
        "columns": COLUMNS,
        "answers": [{"name": "mass", "type": "number"}],
        "model": {
            "variable": "regression",
            "class": "sklearn.linear_model.LinearRegression",
            "cell": 5,
            "line": 2,
        },
        "model_class": "MassModel",
        "source": {"text": "df = pd.read_csv('data/penguins.csv')", "rows": rows},
        "has_row_path": True,
        "request_path": "python",
        "requirements": [
            f"{name}=={version(name)}" for name in ("scikit-learn", "pandas", "numpy")
        ],
        "reasons": [],
        "seconds": {"run": 1.5},
        "statements": STATEMENTS,
    }


def change_golden(folder: Path, place: int, answer: Mapping[str, Any]) -> None:
    """Let the notebook have answered otherwise for one row."""
    file = folder / "golden.jsonl"
    cases = [json.loads(line) for line in file.read_text().splitlines()]
    cases[place]["answer"] |= answer
    write_lines(file, cases)


def write_json(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value))


def write_lines(file: Path, values: list[Any]) -> None:
    file.write_text("".join(json.dumps(value) + "\n" for value in values))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in row.items()
    }
