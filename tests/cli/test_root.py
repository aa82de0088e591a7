import os
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_takes_no_more_is_told(unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*MLAPI, "--help"],
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1,
        "Error: the output cannot be written (No space left on device).\n",
    )


def test_output_that_is_closed_is_told() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *MLAPI, "--help"],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "Error: the output cannot be written (Bad file descriptor).\n",
    )


def test_output_of_another_encoding_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [*MLAPI, "gcp", "status"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "MLAPI_LOCAL_FOLDER": f"{tmp_path}/☃"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "the output is in latin-1, which lacks '\\u2603'; set PYTHONIOENCODING" in done.stderr
    assert "Traceback" not in done.stderr


def test_interrupt_while_the_command_is_imported_is_told() -> None:
    code = (
        "import sys\nfrom ml_api_kit.cli import main\n"
        "class Interrupt:\n"
        "    def find_spec(self, *_): raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "\nInterrupted.\n")


def test_version_is_the_distributions() -> None:
    assert run("--version").stdout.strip() == "mlapi, version 0.1.0"


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = "{'flask', 'google', 'pandas', 'numpy', 'duckdb', 'sqlglot', 'click', 'cookiecutter'}"
    code = f"import sys, ml_api_kit; sys.exit(str({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "set()"
