"""Whether Google's clients are installed, told before anything is imported of them."""

from __future__ import annotations

from importlib.util import find_spec

from ml_api_kit.errors import MissingExtraError


def check_client_library(module: str, *, needed_by: str) -> None:
    """Nothing, where the module of a client is installed; it is not imported.

    Raises MissingExtraError: where it is not, so that the class `needed_by` cannot work.

    >>> check_client_library("google.cloud.bigquery", needed_by="BigQueryAccessor")
    """
    try:
        is_there = find_spec(module) is not None
    except (ModuleNotFoundError, ValueError):  # of a package around it; of one without a spec
        is_there = False
    if not is_there:
        raise MissingExtraError(needed_by, "gcp")
