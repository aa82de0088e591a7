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

    A `$ref` may lead to every file of the folder that a file lies in. Files that cannot be looked
    over hold up none of the others: they are told when all others have been given.

    Raises SchemaError: at the end, when files cannot be read, or are no JSON Schemas, or a folder
    has none; it names all of them.
    """
    errors: list[SchemaError] = []
    for file in files:
        try:
            expanded = _expanded(file)
        except SchemaError as error:
            errors.append(error)
            continue
        for one in expanded:
            try:
                schema, text = read_schema(one)
            except SchemaError as error:
                errors.append(error)
                continue
            others = _neighbours(one) | {one.stem: schema}
            yield one, lint_schema(schema, name=one.stem, others=others, text=text)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SchemaError("\n".join(map(str, errors)))


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
