"""What a converted project holds, and that its files are what their tools expect."""

import re
from pathlib import Path

import pytest

from ml_api_kit.project import ConvertedFilling, bake_project, read_work_folder
from tests.project.work_folders import penguins_work_folder, results_work_folder
from tests.template.test_files import run, tool

COMMON = {
    ".dockerignore",
    ".github/workflows/test.yml",
    ".gitignore",
    "Dockerfile",
    "Makefile",
    "README.md",
    "artifacts/manifest.json",
    "cloudbuild.yaml",
    "conversion.json",
    "deploy/cloud_run.sh",
    "loadtests/locustfile.py",
    "my_api/__init__.py",
    "my_api/app.py",
    "my_api/config/__init__.py",
    "my_api/config/schemas/page.json",
    "my_api/config/settings.py",
    "my_api/prediction.py",
    "my_api/preparation.py",
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements-model.txt",
    "requirements-train.txt",
    "requirements.txt",
    "run.py",
    "tests/conftest.py",
    "tests/golden/all.jsonl.gz",
    "tests/golden/sample.jsonl",
    "tests/test_app.py",
    "tests/test_golden.py",
    "vendor/ml_api_kit-0.1.0-py3-none-any.whl",
}

OF_ROWS = {
    "artifacts/frozen.json",
    "artifacts/regression.json",
    "artifacts/regression.onnx",
    "data/README.md",
    "data/penguins.csv",
    "data/penguins.schema.json",
    "my_api/config/schemas/masses.json",
    "my_api/config/schemas/masses_row.json",
    "my_api/config/schemas/row.json",
    "my_api/config/schemas/rows.json",
    "my_api/preprocessing.py",
    "my_api/training.py",
}

FILES = {
    "python": COMMON | OF_ROWS | {"tests/golden/notebook/preprocessing.py.txt"},
    "pandas": COMMON | OF_ROWS,
    "results": COMMON
    | {
        "artifacts/results.json",
        "my_api/config/schemas/reports.json",
        "my_api/config/schemas/reports_row.json",
    },
}


@pytest.fixture(scope="module", params=FILES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def project(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("converted")
    if kind == "results":
        work = results_work_folder(folder / "work")
    else:
        work = penguins_work_folder(folder / "work", path=kind)
    filling = ConvertedFilling(read_work_folder(work, notebook="penguins {1}.ipynb"))
    return bake_project("my-api", output_folder=folder, answers={}, filling=filling)


def texts(project: Path, kind: str) -> dict[str, str]:
    binary = (".whl", ".gz", ".onnx")
    return {path: (project / path).read_text() for path in FILES[kind] if not path.endswith(binary)}


def test_the_files_are_these_and_no_others(project: Path, kind: str) -> None:
    found = {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}
    assert found == FILES[kind]


def test_nothing_of_the_templates_or_the_worked_example_is_left(project: Path, kind: str) -> None:
    for path, text in texts(project, kind).items():
        assert "{%" not in text, path
        assert "{{" not in text, path
        assert "cookiecutter" not in text or path.startswith("requirements"), path
        assert not re.search(r"student|probabilit|lsat", text), path


def test_every_file_ends_with_one_line_break(project: Path, kind: str) -> None:
    for path, text in texts(project, kind).items():
        if not path.startswith("artifacts/regression"):
            assert text.endswith("\n"), path
            assert not text.endswith("\n\n"), path


def test_no_page_has_two_empty_lines_in_a_row(project: Path) -> None:
    for page in ("README.md", "Makefile", "Dockerfile", "pyproject.toml"):
        assert "\n\n\n" not in (project / page).read_text(), page


def test_ruff_has_nothing_to_say(project: Path) -> None:
    run(tool("ruff"), "check", "--no-cache", ".", cwd=project)
    run(tool("ruff"), "format", "--no-cache", "--check", ".", cwd=project)


def test_shellcheck_and_hadolint_have_nothing_to_say(project: Path) -> None:
    run(tool("shellcheck"), "deploy/cloud_run.sh", cwd=project)
    run(tool("hadolint"), "Dockerfile", cwd=project)


def test_make_knows_every_target_of_the_readme(project: Path) -> None:
    readme = (project / "README.md").read_text()
    for target in set(re.findall(r"`make ([a-z-]+)`", readme)):
        run("make", "--dry-run", target, cwd=project)


def test_what_describes_the_project_names_its_notebook(project: Path) -> None:
    described = (project / "pyproject.toml").read_text()
    assert re.search(r'description = "The \w+ that penguins 1 \.ipynb computes\."', described)
