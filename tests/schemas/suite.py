"""The official JSON-Schema-Test-Suite, which is not part of this repository.

The source distribution of `jsonschema`, which the tests need anyway, brings a copy. `make suite`,
and the first test that asks for it, fetch it into `.suite/`. `JSON_SCHEMA_TEST_SUITE` names the
folder of another copy, such as a newer checkout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ml_api_kit.schemas.drafts import Draft

REPOSITORY = Path(__file__).parents[2]
VARIABLE = "JSON_SCHEMA_TEST_SUITE"
REMOTES_URI = "http://localhost:1234/"

FOLDERS = {
    Draft.DRAFT_4: "draft4",
    Draft.DRAFT_6: "draft6",
    Draft.DRAFT_7: "draft7",
    Draft.DRAFT_2019: "draft2019-09",
    Draft.DRAFT_2020: "draft2020-12",
}


@dataclass(frozen=True, slots=True)
class SuiteTest:
    """One value of the suite, and whether its schema accepts it."""

    file: str
    case: str
    description: str
    schema: Any
    value: Any
    is_valid: bool

    @property
    def kind(self) -> str:
        """`required`, `optional` or `format`."""
        parts = Path(self.file).parts
        return "format" if "format" in parts else "optional" if "optional" in parts else "required"


def suite_folder() -> Path:
    """The folder of the suite, fetched where it is not there yet."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else REPOSITORY / ".suite" / f"jsonschema-{version('jsonschema')}"
    if not named and not folder.is_dir():
        fetch_suite(folder)
    return folder


def fetch_suite(folder: Path) -> None:
    """Make `folder` the suite of the source distribution of the installed jsonschema."""
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        package = ["--no-deps", "--no-binary", "jsonschema", f"jsonschema=={version('jsonschema')}"]
        subprocess.run([*pip, *package, "--dest", scratch], check=True, capture_output=True)
        [archive] = Path(scratch).glob("*.tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(scratch, filter="data")
        [suite] = Path(scratch).glob("jsonschema-*/json")
        suite.rename(folder)


def suite_tests(folder: Path, draft: Draft) -> Iterator[SuiteTest]:
    """All tests of `draft`."""
    root = folder / "tests" / FOLDERS[draft]
    for file in sorted(root.rglob("*.json")):
        for case in json.loads(file.read_bytes()):
            schema = case["schema"]
            if isinstance(schema, dict) and "$schema" not in schema:
                schema = {"$schema": draft.uri, **schema}
            for test in case["tests"]:
                yield SuiteTest(
                    str(file.relative_to(root)),
                    case["description"],
                    test["description"],
                    schema,
                    test["data"],
                    test["valid"],
                )


def remote(folder: Path, uri: str) -> Any:
    """The schema that the suite serves at `uri`."""
    if not uri.startswith(REMOTES_URI):
        raise LookupError(uri)
    return json.loads((folder / "remotes" / uri.removeprefix(REMOTES_URI)).read_bytes())


if __name__ == "__main__":
    print(suite_folder())
