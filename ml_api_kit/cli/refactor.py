"""`mlapi refactor`: data access by accessors, and pandas as plain Python, in one file."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ml_api_kit.cli.extras import require_extra
from ml_api_kit.errors import DataAccessError, ResearchError
from ml_api_kit.settings import load_settings

if TYPE_CHECKING:
    from ml_api_kit.research.refactor.file import RefactoredFile, SourceFile
    from ml_api_kit.research.refactor.push_down.measuring import BigQuery


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--diff", "with_diff", is_flag=True, help="Show the changes; the default.")
@click.option("--write", "is_written", is_flag=True, help="Change the file.")
@click.option("--list", "is_listed", is_flag=True, help="List the rules.")
def refactor(file: Path | None, *, with_diff: bool, is_written: bool, is_listed: bool) -> None:
    """Rewrite data access and DataFrames in FILE, a script or a notebook.

    Client code of BigQuery and Cloud Storage becomes calls of the accessors. Columns, filters,
    names and missing values that directly follow a query move into it, with the bytes that it reads
    before and after, where a BigQuery can be reached. Functions whose first parameter is annotated
    pd.DataFrame become functions of rows; whether their answers stay the same is for you to test
    here, mlapi new --from tests it itself.

    What is not surely the same stays, with the reason. A notebook is never changed.
    """
    require_extra("research", command="mlapi refactor")
    if is_listed:
        _list_rules()
        return
    if file is None:
        raise click.UsageError("Name a file, or ask for --list.")
    from ml_api_kit.research.refactor.file import read_source_file, refactor_file

    source = read_source_file(file)
    if is_written and source.is_notebook:
        raise ResearchError(
            f"{file} is a notebook, which is never changed: look at the changes with --diff, or "
            "save it as a script and write that."
        )
    bigquery = _bigquery(source)
    made = refactor_file(source, types=bigquery.types if bigquery else lambda _: None)
    _tell(source, made, bigquery)
    if is_written:
        file.write_text(made.text, encoding="utf-8")
    if with_diff or not is_written:
        old, new = source.text.splitlines(keepends=True), made.text.splitlines(keepends=True)
        lines = difflib.unified_diff(old, new, str(file), f"{file}, refactored")
        click.echo("".join(lines), nl=False)


def _list_rules() -> None:
    from ml_api_kit.research.refactor import find_rules
    from ml_api_kit.research.refactor.access import find_access_rules
    from ml_api_kit.research.refactor.push_down import find_push_down_rules

    for title, rules in (
        ("Data access", find_access_rules()),
        ("Into the query", find_push_down_rules()),
        ("Rows", find_rules()),
    ):
        click.echo(f"{title}:")
        for rule in rules:
            click.echo(f"{rule.id}\n  {rule.summary}\n  leaves alone: {rule.leaves_alone}")


def _bigquery(source: SourceFile) -> BigQuery | None:
    """The BigQuery of the settings, where the file may access it."""
    if not source.has_access:
        return None
    require_extra("gcp", command="mlapi refactor")
    from ml_api_kit.research.refactor.push_down.measuring import reachable_bigquery

    return reachable_bigquery(load_settings(os.environ))


def _tell(source: SourceFile, made: RefactoredFile, bigquery: BigQuery | None) -> None:
    """Say on standard error what was done, what was left, and what it saves."""
    from ml_api_kit.research.refactor.file import original_line, where

    for one in (*made.access.applied, *made.pushed.applied):
        click.echo(f"{one.rule}: {one.before}", err=True)
    for text, places in (
        (made.access.source, made.access.left),
        (made.pushed.source, made.pushed.left),
    ):
        for left in places:
            line = original_line(source.text, text, left.line)
            place = where(source.text, line, is_notebook=source.is_notebook)
            click.echo(
                f"{source.path}, {place}: left: {left.what}\n  {left.rule}: {left.reason}", err=True
            )
    for query in made.pushed.queries:
        if bigquery is not None:
            try:
                before, after = bigquery.bytes_read(query)
                said = f"reads {_size(after)}, before {_size(before)}"
            except DataAccessError as error:
                said = f"the bytes that it reads were not measured: {error}"
            click.echo(f"{query.after}\n  {said}", err=True)
    for function in made.rows.functions:
        rules = ", ".join(function.rules)
        said = f"rewritten ({rules})" if function.is_rewritten else f"left: {function.reason}"
        click.echo(f"{function.name}: {said}", err=True)


def _size(size_bytes: int) -> str:
    """A size in the largest unit that it fills.

    >>> _size(12_345_678), _size(12)
    ('12.3 MB', '12 bytes')
    """
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size_bytes >= unit:
            return f"{size_bytes / unit:.1f} {name}"
    return f"{size_bytes} bytes"
