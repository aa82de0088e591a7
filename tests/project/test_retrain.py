"""A project made of a real script, and its model trained anew on other data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_api_kit.errors import ProjectError
from ml_api_kit.project import retrain_project
from ml_api_kit.project.convert import convert_project
from ml_api_kit.research.check import read_golden, read_record
from ml_api_kit.research.check.check_project import check_project

SCRIPT = """
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv("penguins.csv")
df = df.dropna(subset=["body_mass_g"])
df["flipper_length_mm"] = df["flipper_length_mm"].fillna(df["flipper_length_mm"].mean())
X, y = df[["flipper_length_mm"]], df["body_mass_g"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LinearRegression()
model.fit(X_train, y_train)
print(model.score(X_test, y_test))
plt.plot(X_test, model.predict(X_test))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from palmerpenguins import load_penguins

    folder = tmp_path_factory.mktemp("retrain")
    load_penguins().to_csv(folder / "penguins.csv", index=False)
    (folder / "masses.py").write_text(SCRIPT)
    made = convert_project(folder / "masses.py", "mass-api", output_folder=folder, answers={})
    assert made.conversion.holds, made.conversion.reasons
    return made.folder


def files_of(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_training_on_the_same_data_learns_the_same(project: Path) -> None:
    before = read_golden(project / "tests" / "golden" / "all.jsonl.gz")
    assert retrain_project(project) == len(before)
    assert read_golden(project / "tests" / "golden" / "all.jsonl.gz") == before


def test_training_asks_what_the_code_asked_and_draws_nothing(project: Path) -> None:
    script = (project / "training" / "train.py").read_text()
    assert "model.score(X_test, y_test)" in script
    assert "plt" not in script


def test_training_that_does_not_fit_the_modules_changes_nothing(project: Path) -> None:
    script = project / "training" / "train.py"
    kept = script.read_text()
    script.write_text(kept.replace("flipper_length_mm", "bill_length_mm"))
    before = files_of(project)
    try:
        with pytest.raises(ProjectError, match=r"[Cc]onvert (it|the code) anew"):
            retrain_project(project)
        assert files_of(project) == before
    finally:
        script.write_text(kept)


def test_training_on_other_data_is_what_is_checked_from_then_on(project: Path) -> None:
    data = project / "training" / "penguins.csv"
    lines = data.read_text().splitlines()
    data.write_text("\n".join(lines[:200]) + "\n")
    before = read_golden(project / "tests" / "golden" / "all.jsonl.gz")
    rows = retrain_project(project)
    assert rows < len(before)
    assert read_record(project)["verified"] is False
    checked = check_project(project)
    assert checked.holds, checked.reasons
    assert checked.golden.rows == checked.golden.equal == checked.golden.recorded == rows


def test_training_elsewhere_says_where_it_goes(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="run this in the folder of a project"):
        retrain_project(tmp_path)
