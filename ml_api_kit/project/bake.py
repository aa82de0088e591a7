"""Bakes a project from the scaffold.

1. name:   `Student API` becomes the folder `student-api` and the package `student_api`
2. render: cookiecutter fills a hidden folder beside the project's place; the wheel is packed in it
3. move:   the project takes its place in one step, which fails where something is there already

A failure or an interruption at any point removes the hidden folder again.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ml_api_kit.errors import FolderExistsError, MlApiError, ProjectError
from ml_api_kit.project.name import ProjectName, parse_project_name
from ml_api_kit.project.questions import check_answers
from ml_api_kit.project.template_folder import template_folder
from ml_api_kit.project.wheel import pack_wheel


def bake_project(name: str, *, output_folder: Path, answers: Mapping[str, str]) -> Path:
    """The folder of the new project, inside `output_folder`.

    `answers` maps questions of the scaffold (see `read_questions`) to what the user answered; those
    that are missing keep their defaults.

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
        project = _render(names, {**answers, "project_name": name.strip()}, hidden)
        (project / "vendor").mkdir()
        pack_wheel(project / "vendor")
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


def _render(names: ProjectName, answers: Mapping[str, str], folder: Path) -> Path:
    from cookiecutter.generate import generate_context, generate_files
    from cookiecutter.prompt import prompt_for_config

    template = template_folder()
    extra = {**answers, "project_slug": names.slug, "package_name": names.package}
    context = generate_context(str(template / "cookiecutter.json"), extra_context=extra)
    context["cookiecutter"] = prompt_for_config(context, no_input=True)
    # The hooks serve those who call cookiecutter itself; here their work is done by this module.
    made = Path(generate_files(template, context, output_dir=str(folder), accept_hooks=False))
    # pip compiles what a wheel carries, the template's files too.
    for compiled in list(made.rglob("__pycache__")):
        shutil.rmtree(compiled)
    return made
