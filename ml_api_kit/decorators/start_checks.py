"""What other parts of an application want looked over when it starts."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from ml_api_kit.decorators.plan import EXTENSION

_CHECKS = "ml_api_start_checks"

Check = Callable[[Flask], object]


def add_check(app: Flask, check: Check) -> None:
    """Have `check` called with `app` whenever `ApiGuards` checks it; now, too, if it has already.

    Raises MlApiError: when `check` is called now, and finds something.

    >>> app = Flask("example")
    >>> add_check(app, lambda app: print("checking", app.name))
    >>> run_checks(app)
    checking example
    """
    app.extensions.setdefault(_CHECKS, []).append(check)
    if EXTENSION in app.extensions:
        check(app)


def run_checks(app: Flask) -> None:
    """Nothing, where every check that was added to `app` passes.

    Raises MlApiError: the kind that the first check to find something raises.
    """
    for check in app.extensions.get(_CHECKS, ()):
        check(app)
