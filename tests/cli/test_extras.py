"""The commands where only the package itself is installed, as README installs it."""

import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT = """
import sys
for name in {names!r}:
    sys.modules[name] = None
sys.argv = ["mlapi", *{words!r}]
from ml_api_kit.cli import main
main()
"""
GCP = ("google.cloud.bigquery", "google_crc32c", "duckdb", "sqlglot", "waitress")
LOAD = ("locust", "hypothesis", "hypothesis_jsonschema", "jsonschema", "gevent")


def run_without(names: tuple[str, ...], *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = WITHOUT.format(names=names, words=words)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("names", "words", "extra"),
    [
        (GCP, ("gcp", "start"), "gcp"),
        (GCP, ("gcp", "load", "a.csv"), "gcp"),
        (("google",), ("gcp", "load", "a.csv"), "gcp"),
        (LOAD, ("load-test", "--host", "http://127.0.0.1:9"), "load"),
        (("zetasql",), ("gcp", "check", "SELECT 1"), "googlesql"),
        (("libcst",), ("understand", "a.csv"), "research"),
        (("libcst",), ("modularize", "a.csv", "--output-dir", "made"), "research"),
        (("libcst",), ("refactor", "--list"), "research"),
        (("libcst",), ("new", "a-b", "--from", "a.csv"), "research"),
        (("dotenv",), ("new", "a-b", "--from", "a.csv"), "serve"),
    ],
)
def test_a_command_whose_extra_is_missing_says_which(
    names: tuple[str, ...], words: tuple[str, ...], extra: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    done = run_without(names, *words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: mlapi ")
    assert f"install ml-api-kit[{extra}]" in done.stderr
    # A project's own environment has these.
    assert ("its own .venv/bin" in done.stderr) is (extra in ("gcp", "load"))
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_status_and_stop_need_no_extra(tmp_path: Path) -> None:
    assert run_without(GCP, "gcp", "status", cwd=tmp_path).returncode == 3
    assert run_without(GCP, "gcp", "stop", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("accessor", "names"),
    [("BigQueryAccessor", GCP), ("GoogleCloudStorageAccessor", ("google",))],
    ids=["module", "package"],
)
def test_accessor_whose_extra_is_missing_says_which(accessor: str, names: tuple[str, ...]) -> None:
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({names!r}))\n"
        f"from ml_api_kit.gcp_accessor import {accessor}\n{accessor}()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    told = done.stderr.splitlines()[-1]
    assert told.startswith(f"ml_api_kit.errors.MissingExtraError: {accessor} needs more")
    assert told.endswith("install ml-api-kit[gcp].")
