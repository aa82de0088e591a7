"""Work folders made into projects and checked for real: their servers, their tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml_api_kit.errors import FolderExistsError, ProjectError, ProjectNameError
from ml_api_kit.project.convert import ConvertedProject, convert_project
from ml_api_kit.research.check.check_project import check_project
from tests.project.work_folders import (
    change_golden,
    penguins_work_folder,
    results_work_folder,
    write_json,
)


def converted(work: Path, folder: Path) -> ConvertedProject:
    return convert_project(work, "mass-api", output_folder=folder, answers={})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ConvertedProject:
    """The project of a notebook whose request path is plain Python."""
    folder = tmp_path_factory.mktemp("python")
    return converted(penguins_work_folder(folder / "work"), folder)


def test_a_conversion_is_verified_on_every_golden_row(made: ConvertedProject) -> None:
    golden = made.conversion.golden
    assert (golden.rows, golden.equal, golden.recorded) == (342, 342, 342)
    assert golden.alone == 200
    assert golden.largest_relative_difference < 1e-9
    assert made.conversion.verified
    assert made.conversion.holds
    assert made.conversion.reasons == ()


def test_a_request_path_without_pandas_is_found_to_be_one(made: ConvertedProject) -> None:
    assert made.conversion.python
    assert made.conversion.request_path == "python"
    before, after = made.conversion.latency.before_ms, made.conversion.latency.after_ms
    assert before is not None
    assert after is not None
    assert after < before


def test_the_tests_of_the_project_are_counted(made: ConvertedProject) -> None:
    assert made.conversion.tests.passed > 70
    assert made.conversion.tests.failed == 0


def test_conversion_json_holds_what_was_found(made: ConvertedProject) -> None:
    document = json.loads((made.folder / "conversion.json").read_text())
    assert document["model"]["class"] == "sklearn.linear_model.LinearRegression"
    assert document["verified"] is True
    assert document["python"] is True
    assert document["request_path"] == "python"
    assert document["golden"]["rows"] == document["golden"]["equal"] == 342
    assert document["golden"]["largest_relative_difference"] < 1e-9
    assert document["tests"] == {"passed": made.conversion.tests.passed, "failed": 0}
    assert document["seconds"] == pytest.approx(sum(document["steps"].values()), abs=0.01)
    assert document["reasons"] == []
    assert [statement["category"] for statement in document["statements"]][:2] == [
        "support",
        "preparation",
    ]


def test_the_readme_shows_a_real_row_and_what_the_check_found(made: ConvertedProject) -> None:
    readme = (made.folder / "README.md").read_text()
    assert "| golden rows | 342 of 342 equal, 200 of them also alone |" in readme
    assert "Not checked yet" not in readme
    sample = (made.folder / "tests" / "golden" / "sample.jsonl").read_text()
    first = json.loads(sample.splitlines()[0])
    assert json.dumps({"rows": [first["row"]]}) in readme
    assert json.dumps({"masses": [first["answer"]]}) in readme
    assert "| preprocessing | 3 |" in readme


def test_only_a_sample_of_the_golden_rows_is_for_the_repository(made: ConvertedProject) -> None:
    sample = (made.folder / "tests" / "golden" / "sample.jsonl").read_text().splitlines()
    assert len(sample) == 50
    assert "tests/golden/all.jsonl.gz" in (made.folder / ".gitignore").read_text().splitlines()


def test_answering_needs_no_pandas_and_training_does(made: ConvertedProject) -> None:
    answering = (made.folder / "requirements-model.txt").read_text()
    training = (made.folder / "requirements-train.txt").read_text()
    assert "pandas" not in answering
    assert "onnxruntime==" in answering
    assert "pandas==" in training
    assert "scikit-learn==" in training


def test_no_place_of_this_machine_is_in_the_project(made: ConvertedProject) -> None:
    for path in made.folder.rglob("*"):
        if path.is_file() and path.suffix not in (".whl", ".gz", ".onnx"):
            assert str(made.folder.parent) not in path.read_text(), path


def test_the_check_leaves_nothing_in_the_project(made: ConvertedProject) -> None:
    left = {path.name for path in made.folder.rglob("*")}
    assert left.isdisjoint({"__pycache__", ".pytest_cache", ".mlapi", ".env"})


def test_a_second_check_of_the_sample_alone_says_so(made: ConvertedProject) -> None:
    """As after a clone of the project's repository, which holds the sample only."""
    everything = made.folder / "tests" / "golden" / "all.jsonl.gz"
    kept = everything.read_bytes()
    everything.unlink()
    try:
        again = check_project(made.folder)
    finally:
        everything.write_bytes(kept)
    assert (again.golden.rows, again.golden.equal, again.golden.recorded) == (50, 50, 342)
    assert again.verified


def test_a_request_path_in_pandas_is_verified_and_said_to_be_one(tmp_path: Path) -> None:
    made = converted(penguins_work_folder(tmp_path / "work", path="pandas"), tmp_path)
    assert made.conversion.verified
    assert not made.conversion.python
    assert made.conversion.request_path == "pandas"
    [reason] = made.conversion.reasons
    assert (reason["file"], reason["line"]) == ("mass_api/preprocessing.py", 8)
    assert "pandas" in reason["why"]
    assert "pandas==" in (made.folder / "requirements-model.txt").read_text()


def test_results_without_a_path_from_a_row_are_served_by_get_alone(tmp_path: Path) -> None:
    made = converted(results_work_folder(tmp_path / "work"), tmp_path)
    assert made.conversion.verified
    assert made.conversion.holds
    assert made.conversion.request_path == "batch"
    assert "There is no `POST`" in (made.folder / "README.md").read_text()
    assert "POST" not in (made.folder / "mass_api" / "app.py").read_text()


def test_a_conversion_that_differs_is_delivered_with_its_first_difference(tmp_path: Path) -> None:
    work = penguins_work_folder(tmp_path / "work")
    change_golden(work, 7, {"mass": 1.5})
    made = converted(work, tmp_path)
    assert not made.conversion.verified
    assert not made.conversion.holds
    assert made.conversion.golden.equal == 341
    first = made.conversion.golden.first_difference
    assert first is not None
    assert (first.row, first.column, first.expected) == (7, "mass", 1.5)
    reason = made.conversion.reasons[0]
    assert (reason["file"], reason["cell"], reason["line"]) == ("work", 5, 2)
    assert "the first is row 7, column 'mass'" in reason["why"]
    assert made.folder.is_dir()


def test_a_project_that_cannot_start_is_delivered_with_why(tmp_path: Path) -> None:
    work = penguins_work_folder(tmp_path / "work")
    (work / "package" / "prediction.py").write_text("raise RuntimeError('no such luck')\n")
    made = converted(work, tmp_path)
    assert not made.conversion.holds
    assert (made.conversion.golden.rows, made.conversion.golden.equal) == (342, 0)
    said = " ".join(reason["why"] for reason in made.conversion.reasons)
    assert "no such luck" in said
    assert str(tmp_path) not in said
    assert json.loads((made.folder / "conversion.json").read_text())["verified"] is False


def test_what_exists_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mass-api").mkdir()
    with pytest.raises(FolderExistsError):
        converted(penguins_work_folder(tmp_path / "work"), tmp_path)
    assert list((tmp_path / "mass-api").iterdir()) == []


@pytest.mark.parametrize("lacking", ["interface.json", "golden.jsonl", "package/prediction.py"])
def test_a_work_folder_that_lacks_something_makes_nothing(tmp_path: Path, lacking: str) -> None:
    work = penguins_work_folder(tmp_path / "work")
    (work / lacking).unlink()
    with pytest.raises(ProjectError, match=Path(lacking).name):
        converted(work, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


def test_a_noun_that_is_no_address_is_refused(tmp_path: Path) -> None:
    work = penguins_work_folder(tmp_path / "work")
    interface = json.loads((work / "interface.json").read_text())
    write_json(work / "interface.json", interface | {"noun": "Körper/massen"})
    with pytest.raises(ProjectError, match="cannot name an endpoint"):
        converted(work, tmp_path)


def test_a_package_that_would_hide_a_library_is_refused(tmp_path: Path) -> None:
    work = penguins_work_folder(tmp_path / "work")
    with pytest.raises(ProjectNameError, match="would hide the library scikit-learn=="):
        convert_project(work, "sklearn", output_folder=tmp_path, answers={})
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
def test_a_check_that_is_interrupted_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    work = penguins_work_folder(tmp_path / "work")
    output = tmp_path / "output"
    output.mkdir()
    command = [sys.executable, "-m", "ml_api_kit.cli", "new", "mass-api", "--from", str(work)]
    process = subprocess.Popen(
        command, cwd=output, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for(lambda: children_of(process.pid), process)
        # Long enough for the server and the tests to be under way.
        time.sleep(0.5)
        children = children_of(process.pid)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 128 + number
    assert "Traceback" not in said
    assert list(output.iterdir()) == []
    assert len(children) >= 2
    assert not any(is_running(child) for child in children)


def wait_for(condition: object, process: subprocess.Popen[str]) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 30
    while not condition():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    """The processes that a process started, from the kernel."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
