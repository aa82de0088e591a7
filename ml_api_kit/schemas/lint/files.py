"""Schema files looked over, together with the folder that they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.lint.finding import Finding
from ml_api_kit.schemas.lint.lint import lint_schema
from ml_api_kit.schemas.read import read_schema


def lint_files(files: Iterable[Path]) -> Iterator[tuple[Path, tuple[Finding, ...]]]:
    """Each of `files` with what is found in it; a folder stands for its `*.json` files.

    A `$ref` may lead to every file of the folder that a file lies in.

    Raises SchemaError: when a file cannot be read, or is no JSON Schema; when a folder has none.
    """
    for file in files:
        for one in _expanded(file):
            schema, text = read_schema(one)
            others = _neighbours(one) | {one.stem: schema}
            yield one, lint_schema(schema, name=one.stem, others=others, text=text)


def _expanded(file: Path) -> list[Path]:
    if not file.is_dir():
        return [file]
    found = sorted(file.glob("*.json"))
    if not found:
        raise SchemaError(f"There are no *.json files in {file}; name the folder of the schemas.")
    return found


def _neighbours(file: Path) -> dict[str, Any]:
    found = {}
    for other in file.parent.glob("*.json"):
        try:
            found[other.stem] = read_schema(other)[0]
        except SchemaError:
            continue  # in a folder of all sorts of files; where it is needed, the $ref is told
    return found
