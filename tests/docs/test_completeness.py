"""Whatever a user can name appears in the documentation."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from ml_api_kit import decorators, errors
from ml_api_kit.cli.root import mlapi
from ml_api_kit.decorators import guards
from ml_api_kit.decorators.tokens.setting_names import TOKEN_SETTINGS
from tests.docs.pages import DOCS, PAGES

PACKAGES = ("preprocessing", "contract", "decorators", "serving", "gcp_accessor")

#: Where a person reads of it; what autodoc sets by itself shows nothing of what it is for.
WRITTEN = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def is_written(name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", WRITTEN) is not None


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_appears(package: str) -> None:
    names = import_module(f"ml_api_kit.{package}").__all__
    assert [name for name in names if not is_written(name)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_a_page_of_its_docstrings(package: str) -> None:
    text = (DOCS / "api" / f"{package}.md").read_text()
    assert f"ml_api_kit.{package}" in text


def test_every_decorator_appears() -> None:
    public = [
        name
        for name, value in vars(guards).items()
        if inspect.isfunction(value)
        and value.__module__ == guards.__name__
        and not name.startswith("_")
    ]
    assert set(public) <= set(decorators.__all__)
    assert [name for name in public if not is_written(name)] == []


def test_every_command_appears() -> None:
    """`docs/commands.md` shows the whole tree of commands; the pages say when to use which."""
    import click

    names = mlapi.list_commands(click.Context(mlapi))
    assert [name for name in names if not is_written(f"mlapi {name}")] == []
    assert ".. click:: ml_api_kit.cli.root:mlapi" in (DOCS / "commands.md").read_text()


def test_every_error_is_drawn_in_the_tree() -> None:
    """The page of the errors is made of that module's docstring and classes."""
    tree = inspect.getdoc(errors) or ""
    classes = [
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, errors.MlApiError)
    ]
    assert [one.__name__ for one in classes if not re.search(rf"\b{one.__name__}\b", tree)] == []
    assert ".. automodule:: ml_api_kit.errors" in (DOCS / "errors.md").read_text()


def test_every_settings_variable_appears() -> None:
    source = Path(inspect.getfile(import_module("ml_api_kit.settings"))).read_text()
    variables = set(re.findall(r'value\(\s*"([A-Z_]+)"', source))
    assert len(variables) > 5
    page = (DOCS / "settings.md").read_text()
    assert sorted(name for name in variables if f"`{name}`" not in page) == []


def test_every_setting_of_tokens_appears() -> None:
    page = (DOCS / "tokens.md").read_text()
    assert [name for name in TOKEN_SETTINGS if f"`{name}` |" not in page] == []
