"""Where the scaffold's templates lie: in the wheel, or in a checkout of this repository."""

from __future__ import annotations

from pathlib import Path

import ml_api_kit
from ml_api_kit.errors import ProjectError


def template_folder() -> Path:
    """The folder that holds `cookiecutter.json`, of the installed wheel or the checkout.

    Raises ProjectError: when the package was installed without its template.

    >>> (template_folder() / "cookiecutter.json").is_file()
    True
    """
    return _find("template", "cookiecutter.json")


def converted_folder() -> Path:
    """The folder of the files that take the worked example's place in a converted project.

    Raises ProjectError: when the package was installed without it.

    >>> (converted_folder() / "{{cookiecutter.project_slug}}").is_dir()
    True
    """
    return _find("converted", "{{cookiecutter.project_slug}}")


def _find(name: str, holds: str) -> Path:
    package = Path(ml_api_kit.__file__).parent
    candidates = (package / "project" / name, package.parent / "scaffold" / name)
    for folder in candidates:
        if (folder / holds).exists():
            return folder
    raise ProjectError(
        f"The template is in neither {candidates[0]} nor {candidates[1]}: "
        "install ml-api-kit anew from its wheel or from a checkout."
    )
