import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml_api_kit.errors import FolderExistsError, ProjectError, ProjectNameError
from ml_api_kit.project import bake_project, pack_wheel


def test_bake_project_gives_a_folder_that_holds_all(tmp_path: Path) -> None:
    folder = bake_project("Student API", output_folder=tmp_path, answers={})
    assert folder == tmp_path / "student-api"
    assert (folder / "student_api" / "app.py").is_file()
    assert [path.suffix for path in (folder / "vendor").iterdir()] == [".whl"]
    assert list(tmp_path.iterdir()) == [folder]


def test_bake_project_puts_answers_in_their_places(tmp_path: Path) -> None:
    answers = {
        "region": "us-east1",
        "description": "It's <fine> & short.",
        "python_version": "3.13",
    }
    folder = bake_project("irt", output_folder=tmp_path, answers=answers)
    assert "_REGION: us-east1" in (folder / "cloudbuild.yaml").read_text()
    assert "FROM python:3.13-slim" in (folder / "Dockerfile").read_text()
    assert '"It\'s <fine> & short."' in (folder / "pyproject.toml").read_text()


@pytest.mark.parametrize("made", ["a folder", "an empty folder", "a file", "a dangling link"])
def test_bake_project_never_writes_over(tmp_path: Path, made: str) -> None:
    target = tmp_path / "student-api"
    if made == "a file":
        target.write_text("mine")
    elif made == "a dangling link":
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.mkdir()
        if made == "a folder":
            (target / "mine.txt").write_text("mine")
    with pytest.raises(FolderExistsError, match="left as it is"):
        bake_project("student-api", output_folder=tmp_path, answers={})
    assert list(tmp_path.iterdir()) == [target]
    if made == "a file":
        assert target.read_text() == "mine"
    if made == "a folder":
        assert [path.name for path in target.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"regoin": "x"}, "did you mean 'region'"),
        ({"python_version": "2.7"}, "choose 3.11 or 3.12"),
        ({"description": 'say "hi"'}, "may not hold quotes"),
        ({"description": "{{ cookiecutter }}"}, "may not hold quotes"),
    ],
)
def test_bake_project_refuses_answers(tmp_path: Path, answers: dict[str, str], said: str) -> None:
    with pytest.raises(ProjectError, match=said):
        bake_project("student-api", output_folder=tmp_path, answers=answers)
    assert list(tmp_path.iterdir()) == []


def test_bake_project_refuses_a_name_before_anything(tmp_path: Path) -> None:
    with pytest.raises(ProjectNameError):
        bake_project("2fast", output_folder=tmp_path, answers={})
    assert list(tmp_path.iterdir()) == []


def test_bake_project_never_writes_over_what_appears_while_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "student-api"

    def pack_slowly(folder: Path) -> Path:
        target.mkdir()
        return pack_wheel(folder)

    monkeypatch.setattr("ml_api_kit.project.bake.pack_wheel", pack_slowly)
    with pytest.raises(FolderExistsError, match="left as it is"):
        bake_project("student-api", output_folder=tmp_path, answers={})
    assert list(tmp_path.iterdir()) == [target]
    assert list(target.iterdir()) == []


def test_bake_project_without_permission_says_so(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(ProjectError, match=r"cannot be made: No such file.*--output-dir"):
        bake_project("student-api", output_folder=missing, answers={})


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
def test_new_when_interrupted_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    command = [sys.executable, "-m", "ml_api_kit.cli", "new", "student-api", "--no-input"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not any(tmp_path.iterdir()):
        assert process.poll() is None
        time.sleep(0.0005)
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == status
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_bake_project_in_a_folder_without_write_permission_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    # Root may write into any folder but those of the kernel.
    folder = Path("/sys") if os.geteuid() == 0 else tmp_path
    with pytest.raises(ProjectError, match=r"cannot be made: .* not permitted|denied"):
        bake_project("student-api", output_folder=folder, answers={})
