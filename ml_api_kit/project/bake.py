"""Bakes a project from the scaffold.

1. name:   `Student API` becomes the folder `student-api` and the package `student_api`
2. claim:  an empty folder `student-api` is made, which fails where one exists
3. render: cookiecutter fills a hidden folder beside it, and the wheel is packed into `vendor/`
4. move:   the hidden folder takes the claimed one's place, in one step

A failure or an interruption at any point removes both folders again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ml_api_kit.errors import FolderExistsError, ProjectError
from ml_api_kit.project.name import ProjectName, parse_project_name
from ml_api_kit.project.questions import check_answers
from ml_api_kit.project.template_folder import template_folder
from ml_api_kit.project.wheel import pack_wheel


def bake_project(name: str, *, output_folder: Path, answers: Mapping[str, str]) -> Path:
    """The folder of the new project, inside `output_folder`.

    `answers` maps questions of the scaffold (see `questions`) to what the user answered; those that
    are missing keep their defaults.

    Raises ProjectNameError: when no package can be named `name`.
    Raises FolderExistsError: when the project's folder exists.
    Raises ProjectError: when a question is unknown, an answer is not among the choices, or the
        folder cannot be written.
    """
    names = parse_project_name(name)
    check_answers(answers)
    with _claimed_folder(output_folder / names.slug) as folder:
        rendering = Path(tempfile.mkdtemp(prefix=f".{names.slug}-", dir=output_folder))
        try:
            project = _render(names, {**answers, "project_name": name.strip()}, rendering)
            (project / "vendor").mkdir()
            pack_wheel(project / "vendor")
            project.rename(folder)
        finally:
            shutil.rmtree(rendering)
    return folder


@contextmanager
def _claimed_folder(folder: Path) -> Iterator[Path]:
    """Make `folder`, so that nobody else can, and remove it again if it was never filled."""
    try:
        folder.mkdir()
    except FileExistsError as error:
        raise FolderExistsError(
            f"{folder} exists already and was left as it is: choose another name, "
            "or another place with --output-dir."
        ) from error
    except OSError as error:
        raise ProjectError(
            f"{folder} cannot be made: {error.strerror}. "
            "Choose a folder you may write to with --output-dir."
        ) from error
    try:
        yield folder
    except BaseException:
        folder.rmdir()
        raise


def _render(names: ProjectName, answers: Mapping[str, str], folder: Path) -> Path:
    from cookiecutter.generate import generate_context, generate_files
    from cookiecutter.prompt import prompt_for_config

    template = template_folder()
    extra = {**answers, "project_slug": names.slug, "package_name": names.package}
    context = generate_context(str(template / "cookiecutter.json"), extra_context=extra)
    context["cookiecutter"] = prompt_for_config(context, no_input=True)
    # The hooks serve those who call cookiecutter itself; here their work is done by this module.
    made = generate_files(template, context, output_dir=str(folder), accept_hooks=False)
    return Path(made)
