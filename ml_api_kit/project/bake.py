"""Bakes a project from the scaffold.

1. name:   `Student API` becomes the folder `student-api` and the package `student_api`
2. render: cookiecutter fills a hidden folder beside the project's place; the wheel is packed in it
3. fill:   converted research code takes the place of the worked example, where there is some
4. check:  whoever asked looks at it; a conversion is held to its golden rows
5. move:   the project takes its place in one step, which fails where something is there already

A failure or an interruption at any point removes the hidden folder again.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from ml_api_kit.errors import FolderExistsError, MlApiError, ProjectError
from ml_api_kit.project.name import ProjectName, parse_project_name
from ml_api_kit.project.questions import check_answers
from ml_api_kit.project.template_folder import template_folder
from ml_api_kit.project.wheel import pack_wheel


class Filling(Protocol):
    """What fills a project in place of the scaffold's worked example."""

    def defaults(self) -> Mapping[str, str]:
        """Answers to questions of the scaffold, where the user gives none."""

    def variables(self, names: ProjectName) -> Mapping[str, Any]:
        """What the scaffold's private variable `_api` holds for this filling."""

    def fill(self, project: Path, names: ProjectName, render: Callable[[Path], object]) -> None:
        """Put the filling into the folder `project`; `render` fills it from another template."""


def bake_project(
    name: str,
    *,
    output_folder: Path,
    answers: Mapping[str, str],
    filling: Filling | None = None,
    on_baked: Callable[[Path], object] = lambda project: None,
) -> Path:
    """The folder of the new project, inside `output_folder`.

    `answers` maps questions of the scaffold (see `read_questions`) to what the user answered; those
    that are missing keep their defaults. Without a `filling` the project is the worked example.
    `on_baked` is given the whole project before it takes its place.

    Raises ProjectNameError: when no package can be named `name`.
    Raises FolderExistsError: when something of the project's name exists in `output_folder`.
    Raises ProjectError: when a question is unknown, an answer is not among the choices, or the
        folder cannot be written.
    """
    names = parse_project_name(name)
    check_answers(answers)
    folder = output_folder / names.slug
    refuse_existing(folder)
    with _hidden_folder(output_folder / f".{names.slug}-{secrets.token_hex(4)}") as hidden:
        given: dict[str, Any] = {**answers, "project_name": name.strip()}
        if filling is not None:
            given = {**filling.defaults(), **given, "_api": filling.variables(names)}
        context = _context(names, given)
        project = _render(template_folder(), context, hidden)
        if filling is not None:
            filling.fill(project, names, lambda template: _render(template, context, hidden))
        (project / "vendor").mkdir()
        pack_wheel(project / "vendor")
        on_baked(project)
        _move(project, folder)
    return folder


def refuse_existing(folder: Path) -> None:
    """Pass when nothing is at `folder`, not even a dangling link.

    Raises FolderExistsError: when something is.
    """
    if os.path.lexists(folder):
        raise FolderExistsError(
            f"{folder} exists already and was left as it is: choose another name, "
            "or another place with --output-dir."
        )


@contextmanager
def _hidden_folder(folder: Path) -> Iterator[Path]:
    try:
        folder.mkdir()
        yield folder
    except MlApiError:
        raise
    except OSError as error:
        raise ProjectError(
            f"{error.filename} cannot be made: {error.strerror}. "
            "Choose a folder you may write to, on a disk with room, with --output-dir."
        ) from error
    finally:
        with _uninterrupted():
            if folder.exists():
                shutil.rmtree(folder)


def _move(project: Path, folder: Path) -> None:
    """Move `project` to `folder`, unless something has come to be there in the meantime.

    A rename replaces an empty folder, and only that: so the place is claimed with one first.
    """
    with _uninterrupted():
        try:
            folder.mkdir()
        except FileExistsError:
            refuse_existing(folder)
            raise
        project.rename(folder)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back until the end of the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context(names: ProjectName, given: Mapping[str, Any]) -> dict[str, Any]:
    from cookiecutter.generate import generate_context
    from cookiecutter.prompt import prompt_for_config

    extra = {**given, "project_slug": names.slug, "package_name": names.package}
    questions = str(template_folder() / "cookiecutter.json")
    context: dict[str, Any] = generate_context(questions, extra_context=extra)
    context["cookiecutter"] = prompt_for_config(context, no_input=True)
    return context


def _render(template: Path, context: dict[str, Any], folder: Path) -> Path:
    from cookiecutter.generate import generate_files

    # The hooks serve those who call cookiecutter itself; here their work is done by this module.
    made = Path(
        generate_files(
            template, context, output_dir=str(folder), accept_hooks=False, overwrite_if_exists=True
        )
    )
    # pip compiles what a wheel carries, the template's files too.
    for compiled in list(made.rglob("__pycache__")):
        shutil.rmtree(compiled)
    return made
