"""What the README tells to install is all that its sessions run."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ml_api_kit.gcp_accessor.local.process import stop_local_server
from tests.docs.pages import PROJECT, REPOSITORY

METADATA = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HIDING = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {hidden!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Hidden())
"""
IMPORT = re.compile(r"^(?:from (\w+)\S* import |import (\w+))", re.MULTILINE)


def test_installation_of_the_readme_runs_a_generated_project() -> None:
    """`mlapi new --from` serves the project where it is installed itself, before `make` does."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    [extras] = re.findall(r'"\./ml-api-kit\[([a-z,]+)\]"', readme)
    named = [*METADATA["dependencies"]]
    for extra in extras.split(","):
        named += METADATA["optional-dependencies"][extra]
    installed = all_required(named)
    for module in sorted(imported_modules()):
        [owner] = {canonicalize_name(name) for name in packages_distributions()[module]}
        assert owner in installed, module


def test_extra_gcp_has_all_that_the_local_bigquery_needs(tmp_path: Path) -> None:
    """Run where nothing else can be imported, by the commands and by the server they start."""
    named = METADATA["dependencies"] + METADATA["optional-dependencies"]["gcp"]
    hidden = sorted(not_installed_with(named))
    assert {"pandas", "pytest"} <= set(hidden)
    (tmp_path / "sitecustomize.py").write_text(HIDING.format(hidden=hidden))
    (tmp_path / "answers.csv").write_text("a,b\n1,x\n2,\n")
    folder = tmp_path / "gcp"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(REPOSITORY)]),
        "MLAPI_GCP_BACKEND": "local",
        "MLAPI_LOCAL_FOLDER": str(folder),
    }

    def mlapi(*words: str) -> str:
        command = [sys.executable, "-m", "ml_api_kit.cli", "gcp", *words]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    try:
        assert "Loaded 2 rows" in mlapi("load", "answers.csv")
        counted = mlapi("query", "SELECT COUNT(b) AS n FROM data.answers", "--format", "csv")
        assert counted == "n\n1\n"
    finally:
        stop_local_server(folder)


def not_installed_with(named: list[str]) -> set[str]:
    """The modules of this environment that are not of the named distributions and their needs."""
    known = all_required(named)
    return {
        module
        for module, owners in packages_distributions().items()
        if not known & {canonicalize_name(owner) for owner in owners} and module != "ml_api_kit"
    }


def imported_modules() -> set[str]:
    """The modules, of neither Python nor this package, that the template's code imports."""
    files = [*PROJECT.glob("*.py"), *PROJECT.glob("{{cookiecutter.package_name}}/**/*.py")]
    found = {
        name
        for file in files
        for pair in IMPORT.findall(file.read_text(encoding="utf-8"))
        for name in pair
        if name
    }
    assert {"dotenv", "flask"} <= found
    return found - sys.stdlib_module_names - {"ml_api_kit"}


def all_required(named: list[str]) -> set[str]:
    """The distributions that are named, and all that these need in turn."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in named]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in found or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        try:
            inner = requires(name) or []
        except PackageNotFoundError:  # for another platform or Python than this one
            continue
        waiting += [Requirement(text) for text in inner]
    return found
