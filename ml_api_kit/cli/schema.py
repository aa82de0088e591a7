"""`mlapi schema`: JSON Schemas looked over before an API is built on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ml_api_kit.schemas.lint import Finding


@click.group()
def schema() -> None:
    """Look over the JSON Schemas of an API."""


@schema.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE...",
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of findings as JSON.")
@click.option("--errors-only", is_flag=True, help="Leave warnings out.")
def lint(files: tuple[Path, ...], *, as_json: bool, errors_only: bool) -> None:
    """Find what a schema says that it cannot mean.

    FILE is a JSON Schema, or a folder of them. Each finding has a place, the id of its rule, what
    is wrong and the mend. An API refuses to start with a schema that has errors.

    Exits with 0 where nothing was found, else with 1. A file that is no schema is told on standard
    error, after what was found in the others, and the exit status is 2.
    """
    from ml_api_kit.errors import SchemaError
    from ml_api_kit.schemas.lint import lint_files

    looked_over: list[tuple[Path, list[Finding]]] = []
    failure: SchemaError | None = None
    try:
        for file, some in lint_files(files):
            kept = [one for one in some if one.level == "error" or not errors_only]
            looked_over.append((file, kept))
    except SchemaError as error:
        failure = error  # raised below, when what was found in the other files has been told
    found = [(file, one) for file, some in looked_over for one in some]
    if as_json:
        listed = [{"file": str(file), **one.to_json()} for file, one in found]
        click.echo(json.dumps(listed, indent=1, ensure_ascii=False))
    elif looked_over:
        for file, one in found:
            click.echo(_lines(file, one))
        click.echo(_summary([one for _, one in found], files=len(looked_over)))
    if failure is not None:
        raise failure
    if found:
        raise SystemExit(1)


def _lines(file: Path, one: Finding) -> str:
    place = f"{file}:{one.line}:{one.column}"
    return (
        f"{place}: {one.id} {one.level} at {one.pointer or 'the top'}: {one.what}\n"
        f"    why:  {one.why}\n    mend: {one.mend}"
    )


def _summary(found: list[Finding], *, files: int) -> str:
    looked_at = "1 file" if files == 1 else f"{files} files"
    if not found:
        return f"Nothing found in {looked_at}."
    errors = sum(one.level == "error" for one in found)
    parts = [_count(errors, "error"), _count(len(found) - errors, "warning")]
    return f"Found {' and '.join(part for part in parts if part)} in {looked_at}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
