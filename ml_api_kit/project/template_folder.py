"""Where the scaffold's template lies: in the wheel, or in a checkout of this repository."""

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
    package = Path(ml_api_kit.__file__).parent
    candidates = (package / "project" / "template", package.parent / "scaffold" / "template")
    for folder in candidates:
        if (folder / "cookiecutter.json").is_file():
            return folder
    raise ProjectError(
        f"The template is in neither {candidates[0]} nor {candidates[1]}: "
        "install ml-api-kit anew from its wheel or from a checkout."
    )
