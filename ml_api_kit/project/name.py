"""The names of a project: what the user says, the folder's name, and the package's name."""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass

from ml_api_kit.errors import ProjectNameError

LONGEST_NAME = 40

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# Of the project's own, and of what its code and its tests import.
_TAKEN = frozenset(
    {"artifacts", "data", "deploy", "loadtests", "run", "tests", "vendor"}
    | {"dotenv", "duckdb", "flask", "google", "granian", "locust", "ml_api_kit", "numpy"}
    | {"orjson", "pytest", "requests", "scipy", "sqlglot", "waitress", "werkzeug"}
)


@dataclass(frozen=True, slots=True)
class ProjectName:
    """A project's names: `slug` is its folder and distribution, `package` what Python imports."""

    slug: str
    package: str


def parse_project_name(text: str) -> ProjectName:
    """The names that `text` gives: lower case, words joined by `-` and by `_`.

    Raises ProjectNameError: when no importable package can be named so, saying a name that works.

    >>> parse_project_name("Student API")
    ProjectName(slug='student-api', package='student_api')
    """
    slug = re.sub(r"[\s_-]+", "-", text.strip()).lower()
    package = slug.replace("-", "_")
    reason = _reason_against(slug, package)
    if reason:
        raise ProjectNameError(
            f"{text!r} cannot name a project: {reason}. "
            f"Try {_suggestion(slug)!r}: letters, digits and hyphens, beginning with a letter."
        )
    return ProjectName(slug, package)


def suggest_project_name(text: str) -> str:
    """A name that `text` could be meant as, and that names a project.

    >>> suggest_project_name("06_Linear regression (2)")
    'api-06-linear-regression-2'
    """
    return _suggestion(text.lower())


def _reason_against(slug: str, package: str) -> str | None:
    if not slug:
        return "it is empty"
    if not _SLUG.fullmatch(slug):
        return f"its package {package!r} would be no plain Python identifier"
    if len(slug) > LONGEST_NAME:
        return f"it is longer than {LONGEST_NAME} characters"
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        return f"{package!r} is a word of the Python language"
    if package in sys.stdlib_module_names or package in _TAKEN:
        return f"the package {package!r} would hide another one of that name"
    return None


def _suggestion(slug: str) -> str:
    words = re.findall(r"[a-z0-9]+", slug)
    if not words:
        return "student-api"
    candidate = "-".join(words)[:LONGEST_NAME].rstrip("-")
    return (
        candidate
        if _reason_against(candidate, candidate.replace("-", "_")) is None
        else f"api-{candidate}"
    )
