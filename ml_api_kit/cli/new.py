"""`mlapi new`: a project from the scaffold, filled from a notebook where one is given."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ml_api_kit.cli.extras import require_extra
from ml_api_kit.errors import ProjectError
from ml_api_kit.project import (
    Question,
    bake_project,
    parse_project_name,
    read_questions,
    refuse_existing,
    suggest_project_name,
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
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, path_type=Path),
    help="The notebook (.ipynb) or script (.py) to convert.",
)
@click.option("--model", help="With --from: the variable of the model to serve.")
@click.option("--noun", help="With --from: what one answer is called, such as price.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    help="With --from: the most seconds it may run.",
)
@click.option(
    "--memory",
    "memory_gb",
    type=click.FloatRange(min=0),
    help="With --from: the most gigabytes it may take.",
)
@click.option(
    "--allow-network", is_flag=True, default=None, help="With --from: let it open connections."
)
@click.option(
    "--ranges",
    "with_ranges",
    is_flag=True,
    default=None,
    help="With --from: accept only numbers between the smallest and largest of the data.",
)
def new(
    words: tuple[str, ...],
    *,
    no_input: bool,
    output_folder: Path,
    source: Path | None,
    **wishes: Any,
) -> None:
    """Make a project: a Flask API that answers, with its tests and load test.

    With --from it is made of research code, and held to the answers that the code gave: exits with
    1 where they are not all the same, and delivers the project nevertheless.

    \b
    mlapi new student-api
    mlapi new student-api --no-input region=europe-west1
    mlapi new car-api --from car_prices.ipynb
    """  # noqa: D301 - click wants the control character
    given = _answers_in(words)
    name = _name_in(words)
    if name is None:
        name = given.pop("project_name", None)
    wished = {key: value for key, value in wishes.items() if value is not None}
    if source is not None:
        suggested = suggest_project_name(source.stem) if name is None else name
        _new_from(source, suggested, given, wished, output_folder)
        return
    if wished:
        raise click.UsageError(f"{_option(next(iter(wished)))} goes with --from FILE.")
    if name is None:
        name = _ask_name(no_input=no_input)
    # Said before anything is asked.
    refuse_existing(output_folder / parse_project_name(name).slug)
    if not no_input:
        given |= {q.key: _ask(q) for q in read_questions() if q.key not in given}
    folder = bake_project(name, output_folder=output_folder, answers=given)
    _show(folder)


def _new_from(
    source: Path, name: str, answers: dict[str, str], wished: dict[str, Any], output_folder: Path
) -> None:
    """Make a project of research code; nothing is asked."""
    # The project is served here, to be held to the code's answers.
    for extra in ("research", "gcp", "serve"):
        require_extra(extra, command="mlapi new --from")
    from ml_api_kit.loadtest.progress import ProgressLine
    from ml_api_kit.project.convert import ConversionWishes, convert_project
    from ml_api_kit.research.check.table import format_table

    # Said before the code is run.
    refuse_existing(output_folder / parse_project_name(name).slug)
    with ProgressLine(sys.stderr) as line:
        made = convert_project(
            source,
            name,
            output_folder=output_folder,
            answers=answers,
            wishes=ConversionWishes(**wished),
            on_progress=line.show,
        )
    _show(made.folder)
    click.echo(f"\nDoes it answer as {source.name} did?\n\n{format_table(made.conversion)}")
    if not made.conversion.holds:
        click.echo("\nThe project is unverified: see what fell short, above.", err=True)
        raise SystemExit(1)


def _option(parameter: str) -> str:
    names = {"timeout_s": "--timeout", "memory_gb": "--memory", "with_ranges": "--ranges"}
    return names.get(parameter, "--" + parameter.replace("_", "-"))


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
