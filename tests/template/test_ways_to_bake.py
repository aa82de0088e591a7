"""Every way to the project gives the same: the wheel, a checkout, cookiecutter itself."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ml_api_kit.project import bake_project

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def from_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    return bake_project("student-api", output_folder=folder, answers={})


@pytest.fixture(scope="module")
def wheel_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds nothing but the built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), REPOSITORY)
    [wheel] = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", str(folder / "venv"))
    python = folder / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel))
    return python


@pytest.fixture(scope="module")
def from_wheel(wheel_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("from-wheel")
    run(wheel_python.with_name("mlapi"), "new", "student-api", "--no-input", cwd=folder)
    return folder / "student-api"


def test_the_wheel_bakes_what_the_checkout_does(from_wheel: Path, from_checkout: Path) -> None:
    assert contents(from_wheel) == contents(from_checkout)


def test_cookiecutter_bakes_what_mlapi_new_does(from_checkout: Path, tmp_path: Path) -> None:
    options = ["--no-input", "--directory", "scaffold/template", "--output-dir", str(tmp_path)]
    environment = {**os.environ, "HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "cookiecutter", *options, str(REPOSITORY)]
    subprocess.run(command, check=True, env=environment)
    assert contents(tmp_path / "student-api") == contents(from_checkout)


def test_cookiecutter_refuses_a_name_that_is_no_identifier(tmp_path: Path) -> None:
    options = ["--no-input", "--directory", "scaffold/template", "--output-dir", str(tmp_path)]
    environment = {**os.environ, "HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "cookiecutter", *options, str(REPOSITORY), "project_name=2x"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "'2x' cannot name a Python package" in done.stderr
    assert not (tmp_path / "2x").exists()


def test_the_project_of_the_wheel_passes_its_own_tests(from_wheel: Path) -> None:
    tested = run("make", "test", f"PYTHON={sys.executable}", cwd=from_wheel)
    assert " passed" in tested
    again = run("make", "test", cwd=from_wheel)
    assert " passed" in again


def contents(project: Path) -> dict[str, bytes]:
    """The bytes of every file; of a wheel only its names, since its metadata tells who built it."""
    files = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    return {
        str(path.relative_to(project)): names_in(path) if path.suffix == ".whl" else data
        for path, data in files.items()
    }


def names_in(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return "\n".join(sorted(archive.namelist())).encode()


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
