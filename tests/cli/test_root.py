import subprocess
import sys

import pytest

from ml_api_kit.cli.root import mlapi

MLAPI = [sys.executable, "-m", "ml_api_kit.cli"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MLAPI, *arguments], capture_output=True, text=True, check=False)


def test_help_names_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    for name in mlapi.list_commands(None):
        assert f"\n  {name} " in done.stdout


def test_an_unknown_command_is_named() -> None:
    done = run("nwe")
    assert done.returncode == 2
    assert "nwe" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    assert "_MLAPI_COMPLETE" in done.stdout


def test_version_is_the_distributions() -> None:
    assert run("--version").stdout.strip() == "mlapi, version 0.1.0"


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = "{'flask', 'google', 'pandas', 'numpy', 'duckdb', 'sqlglot', 'click', 'cookiecutter'}"
    code = f"import sys, ml_api_kit; sys.exit(str({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "set()"
