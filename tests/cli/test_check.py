import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.work_folders import change_golden, penguins_work_folder

MLAPI = [sys.executable, "-m", "ml_api_kit.cli"]


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [*MLAPI, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def unverified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project that differs from its notebook in one row."""
    folder = tmp_path_factory.mktemp("converted")
    work = penguins_work_folder(folder / "work")
    change_golden(work, 3, {"mass": None})
    done = run("new", "mass-api", "--from", work, cwd=folder)
    assert done.returncode == 1
    assert done.stdout.startswith("Made mass-api:")
    assert "verified            NO" in done.stdout
    assert "the first is row 3, column 'mass': the notebook has None" in done.stdout
    assert "The project is unverified" in done.stderr
    return folder / "mass-api"


def test_check_of_an_unverified_project_says_so_in_json_and_status(unverified: Path) -> None:
    done = run("check", "--json", cwd=unverified)
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["verified"] is False
    assert document["golden"]["equal"] == 341
    assert document == json.loads((unverified / "conversion.json").read_text())


def test_train_learns_anew_from_the_stored_rows(unverified: Path) -> None:
    before = (unverified / "artifacts" / "manifest.json").read_text()
    data, table = unverified / "data" / "penguins.csv", "mass_api.penguins"
    schema = unverified / "data" / "penguins.schema.json"
    try:
        loaded = run("gcp", "load", data, "--schema", schema, "--table", table, cwd=unverified)
        assert loaded.returncode == 0, loaded.stderr
        done = run("train", cwd=unverified)
        assert done.returncode == 0, done.stderr
        assert "342 rows learned from" in done.stdout
    finally:
        run("gcp", "stop", cwd=unverified)
    assert (unverified / "artifacts" / "manifest.json").read_text() != before


@pytest.mark.parametrize("command", ["check", "train"])
def test_elsewhere_than_in_a_project_it_says_where_to_run(tmp_path: Path, command: str) -> None:
    done = run(command, cwd=tmp_path)
    assert done.returncode == 2
    assert "run this in the folder of a project" in done.stderr


def test_options_of_a_conversion_are_refused_without_one(tmp_path: Path) -> None:
    done = run("new", "mass-api", "--noun", "mass", cwd=tmp_path)
    assert done.returncode == 2
    assert "--noun goes with --from FILE" in done.stderr
    assert list(tmp_path.iterdir()) == []
