"""What a baked project holds, for every choice, and that its files are what their tools expect."""

import csv
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ml_api_kit.project import bake_project, read_questions

CHOICES = [
    {question.key: choice}
    for question in read_questions()
    for choice in question.choices or (question.default,)
]

FILES = (
    ".dockerignore",
    ".github/workflows/test.yml",
    ".gitignore",
    "Dockerfile",
    "Makefile",
    "README.md",
    "artifacts/manifest.json",
    "artifacts/parameters.json",
    "cloudbuild.yaml",
    "data/README.md",
    "data/student_answers.csv",
    "deploy/cloud_run.sh",
    "loadtests/locustfile.py",
    "my_api/__init__.py",
    "my_api/app.py",
    "my_api/config/__init__.py",
    "my_api/config/schemas/answer.json",
    "my_api/config/schemas/page.json",
    "my_api/config/schemas/probabilities.json",
    "my_api/config/schemas/probability.json",
    "my_api/config/schemas/student.json",
    "my_api/config/schemas/students.json",
    "my_api/config/settings.py",
    "my_api/prediction.py",
    "my_api/preparation.py",
    "my_api/preprocessing.py",
    "my_api/training.py",
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements.txt",
    "run.py",
    "tests/conftest.py",
    "tests/test_app.py",
    "tests/test_prediction.py",
    "tests/test_preparation.py",
    "tests/test_preprocessing.py",
    "tests/test_training.py",
    "vendor/ml_api_kit-0.1.0-py3-none-any.whl",
)


@pytest.fixture(scope="module", params=CHOICES, ids=lambda choice: "-".join(choice.values())[:20])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("baked")
    return bake_project("my-api", output_folder=folder, answers=request.param)


def texts(project: Path) -> dict[str, str]:
    return {path: (project / path).read_text() for path in FILES if not path.endswith(".whl")}


def test_the_files_are_these_and_no_others(project: Path) -> None:
    found = {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}
    assert found == set(FILES)


def test_no_braces_of_the_template_are_left(project: Path) -> None:
    for path, text in texts(project).items():
        assert "{%" not in text, path
        assert "cookiecutter" not in text or path.startswith("requirements"), path


def test_every_file_ends_with_one_line_break(project: Path) -> None:
    for path, text in texts(project).items():
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path


def test_ruff_has_nothing_to_say(project: Path) -> None:
    run(sys.executable, "-m", "ruff", "check", "--no-cache", ".", cwd=project)
    run(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".", cwd=project)


def test_shellcheck_has_nothing_to_say_about_the_deployment(project: Path) -> None:
    run(tool("shellcheck"), "deploy/cloud_run.sh", cwd=project)


def test_hadolint_has_nothing_to_say_about_the_dockerfile(project: Path) -> None:
    run(tool("hadolint"), "Dockerfile", cwd=project)


def test_the_deployment_has_a_dry_run(project: Path) -> None:
    said = run("deploy/cloud_run.sh", "--dry-run", cwd=project)
    assert said.startswith("Would run:\n\ngcloud run deploy my-api --project=")
    unknown = subprocess.run(
        ["deploy/cloud_run.sh", "--now"], cwd=project, capture_output=True, text=True, check=False
    )
    assert unknown.returncode == 2
    assert "--dry-run" in unknown.stderr


def test_the_students_are_those_of_the_published_patterns(project: Path) -> None:
    with (project / "data" / "student_answers.csv").open() as file:
        patterns = Counter(tuple(row[1:]) for row in list(csv.reader(file))[1:])
    with (Path(__file__).parent / "lsat6_patterns.csv").open() as file:
        published = {tuple(row[:5]): int(row[5]) for row in list(csv.reader(file))[1:]}
    assert patterns == {pattern: count for pattern, count in published.items() if count}


def tool(name: str) -> str:
    path = shutil.which(name, path=str(Path(sys.executable).parent))
    assert path is not None, f"{name} is not installed beside {sys.executable}"
    return path


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
