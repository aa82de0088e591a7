"""`mlapi refactor`: pandas as plain Python, in one file."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from ml_api_kit.errors import ResearchError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--diff", "with_diff", is_flag=True, help="Show the changes; the default.")
@click.option("--write", "is_written", is_flag=True, help="Change the file.")
@click.option("--list", "is_listed", is_flag=True, help="List the rules.")
def refactor(file: Path | None, *, with_diff: bool, is_written: bool, is_listed: bool) -> None:
    """Rewrite the functions in FILE that work on a DataFrame into functions of rows.

    A function counts whose first parameter is annotated pd.DataFrame. A function in which one
    statement has no rule is left as it is, with the reason. Whether the answers stay the same is
    for you to test here; mlapi new --from tests it itself.
    """
    from ml_api_kit.research.refactor import find_rules, refactor_module

    if is_listed:
        for rule in find_rules():
            click.echo(f"{rule.id}\n  {rule.summary}\n  leaves alone: {rule.leaves_alone}")
        return
    if file is None:
        raise click.UsageError("Name a file, or ask for --list.")
    before = _read(file)
    try:
        made = refactor_module(before)
    except SyntaxError as error:
        raise ResearchError(f"{file} is no valid Python: {error}") from error
    for one in made.functions:
        said = f"rewritten ({', '.join(one.rules)})" if one.is_rewritten else f"left: {one.reason}"
        click.echo(f"{one.name}: {said}", err=True)
    if is_written:
        file.write_text(made.source, encoding="utf-8")
    if with_diff or not is_written:
        old, new = before.splitlines(keepends=True), made.source.splitlines(keepends=True)
        click.echo("".join(difflib.unified_diff(old, new, str(file), f"{file}, rows")), nl=False)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResearchError(f"{file} cannot be read: {error}") from error
