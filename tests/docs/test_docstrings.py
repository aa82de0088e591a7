"""The examples in the docstrings run, and give what stands there."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.docs.pages import REPOSITORY

# Importing them replaces parts of the standard library (gevent); see the conftest.py of the root.
PATCHING = {"ml_api_kit.loadtest.user", "ml_api_kit.loadtest.locust_process"}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")


MODULES = sorted(
    module_name(path)
    for path in (REPOSITORY / "ml_api_kit").rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", [name for name in MODULES if name not in PATCHING])
def test_examples_of_module(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.attempted
    assert not found.failed, "the example's output is above"
