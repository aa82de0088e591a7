"""Runs research code before and after a rewrite, and holds what it made against each other."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd

from ml_api_kit.research.refactor.access import AccessRefactored, refactor_access


def run(source: str) -> dict[str, Any]:
    """The variables that a module ends with."""
    namespace: dict[str, Any] = {}
    with warnings.catch_warnings():
        # What the clients say of their own future is no matter of the code they are called by.
        warnings.simplefilter("ignore")
        exec(compile(source, "<module>", "exec"), namespace)
    return namespace


def rewritten(source: str) -> AccessRefactored:
    """The rewrite, which compiles, and which a second run leaves as it is."""
    made = refactor_access(source)
    compile(made.source, "<module>", "exec")
    again = refactor_access(made.source)
    assert again.source == made.source
    assert again.applied == ()
    return made


def assert_same_result(source: str, *, without: str = "Client(") -> AccessRefactored:
    """The rewritten code gives the same `result`, and has no more of `without`."""
    made = rewritten(source)
    assert made.applied
    assert without not in made.source, made.source
    expected, found = run(source)["result"], run(made.source)["result"]
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected)
    else:
        assert found == expected
        assert type(found) is type(expected)
    return made
