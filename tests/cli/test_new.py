import subprocess
import sys
from pathlib import Path

import pytest

MLAPI = [sys.executable, "-m", "ml_api_kit.cli"]


def run(*arguments: str, cwd: Path, answers: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MLAPI, *arguments], cwd=cwd, input=answers, capture_output=True, text=True, check=False
    )


def test_new_shows_what_it_made_and_what_comes_next(tmp_path: Path) -> None:
    done = run("new", "student-api", "--no-input", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("Made student-api:")
    for word in ("student_api/", "Makefile", "cd student-api", "make test", "make run"):
        assert word in done.stdout


def test_new_asks_what_was_not_given(tmp_path: Path) -> None:
    done = run("new", "region=us-east1", cwd=tmp_path, answers="irt\n\nmy-cloud\n3.12\n")
    assert done.returncode == 0
    assert "Google Cloud region" not in done.stdout
    assert "_REGION: us-east1" in (tmp_path / "irt" / "cloudbuild.yaml").read_text()
    assert "my-cloud" in (tmp_path / "irt" / "deploy" / "cloud_run.sh").read_text()


def test_new_when_the_input_ends_says_so(tmp_path: Path) -> None:
    done = run("new", cwd=tmp_path, answers="irt\n")
    assert done.returncode == 2
    assert "use --no-input" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_new_twice_leaves_the_first_as_it_is(tmp_path: Path) -> None:
    assert run("new", "irt", "--no-input", cwd=tmp_path).returncode == 0
    mine = tmp_path / "irt" / "run.py"
    mine.write_text("mine")
    done = run("new", "irt", "--no-input", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: irt exists already")
    assert mine.read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("",), "'' cannot name a project: it is empty"),
        (("project_name=",), "'' cannot name a project: it is empty"),
        (("irt", "region="), "region is empty; leave it out for 'europe-west1'."),
    ],
)
def test_new_refuses_what_is_given_but_empty(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = run("new", *words, "--no-input", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {said}")
    assert list(tmp_path.iterdir()) == []


def test_new_refuses_two_names(tmp_path: Path) -> None:
    done = run("new", "student", "api", "--no-input", cwd=tmp_path)
    assert done.returncode == 2
    assert "One name is wanted, not 2" in done.stderr
