"""`mlapi new`: a project from the scaffold."""

from __future__ import annotations

from pathlib import Path

import click

from ml_api_kit.errors import ProjectError
from ml_api_kit.project import (
    Question,
    bake_project,
    parse_project_name,
    read_questions,
    refuse_existing,
)

DEFAULT_NAME = "student-api"


@click.command()
@click.argument("words", nargs=-1, metavar="[NAME] [KEY=VALUE]...")
@click.option("--no-input", is_flag=True, help="Ask nothing; take the defaults and KEY=VALUE.")
@click.option(
    "-o",
    "--output-dir",
    "output_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Make the project inside this folder instead of the current one.",
)
def new(words: tuple[str, ...], *, no_input: bool, output_folder: Path) -> None:
    """Make a project: a Flask API that answers, with its tests and load test.

    \b
    mlapi new student-api
    mlapi new student-api --no-input region=europe-west1
    """  # noqa: D301 - click wants the control character
    given = _answers_in(words)
    name = _name_in(words)
    if name is None:
        name = given.pop("project_name", None)
    if name is None:
        name = _ask_name(no_input=no_input)
    # Said before anything is asked.
    refuse_existing(output_folder / parse_project_name(name).slug)
    if not no_input:
        given |= {q.key: _ask(q) for q in read_questions() if q.key not in given}
    folder = bake_project(name, output_folder=output_folder, answers=given)
    _show(folder)


def _answers_in(words: tuple[str, ...]) -> dict[str, str]:
    pairs = (word.partition("=") for word in words if "=" in word)
    return {key: value for key, _, value in pairs}


def _name_in(words: tuple[str, ...]) -> str | None:
    names = [word for word in words if "=" not in word]
    if len(names) > 1:
        raise click.UsageError(
            f"One name is wanted, not {len(names)}: {' '.join(names)}. "
            "Quote a name that holds spaces; everything else is KEY=VALUE."
        )
    return names[0] if names else None


def _ask_name(*, no_input: bool) -> str:
    return DEFAULT_NAME if no_input else _prompt("Name of the project", DEFAULT_NAME)


def _ask(question: Question) -> str:
    return _prompt(question.text, question.default, question.choices)


def _prompt(text: str, default: str, choices: tuple[str, ...] = ()) -> str:
    kind = click.Choice(choices) if choices else None
    try:
        answer: str = click.prompt(text, default=default, type=kind)
    except click.Abort as abort:
        if isinstance(abort.__context__, EOFError):
            raise ProjectError("The input ended before the answers: use --no-input.") from abort
        raise
    return answer


def _show(folder: Path) -> None:
    click.echo(f"Made {folder}:\n")
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_file(), path.name)):
        click.echo(f"  {path.name}{'/' if path.is_dir() else ''}")
    click.echo("\nNext:\n")
    click.echo(f"  cd {folder}")
    click.echo("  make test    # its tests, in its own environment")
    click.echo("  make run     # the API, on http://127.0.0.1:8000, with a page to try it at /docs")
