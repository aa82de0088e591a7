"""What the commands need beyond the package itself."""

from __future__ import annotations

from importlib.util import find_spec

from ml_api_kit.errors import MissingExtraError

_MODULES = {
    "googlesql": ("zetasql",),
    "gcp": ("google.cloud.bigquery", "google_crc32c", "duckdb", "numpy", "sqlglot", "waitress"),
    "jwt": ("joserfc", "cryptography"),
    "research": ("libcst", "numpy", "pandas", "ruff", "sqlglot"),
    "serve": ("granian", "limits", "dotenv"),
    "load": ("locust", "hypothesis", "hypothesis_jsonschema", "jsonschema"),
}


def require_extra(extra: str, *, command: str) -> None:
    """Nothing, where the modules that `extra` brings are installed; none of them is imported.

    Raises MissingExtraError: when one is not, so that `command` cannot run.

    >>> require_extra("gcp", command="mlapi gcp load")
    """
    if not all(_is_installed(module) for module in _MODULES[extra]):
        raise MissingExtraError(command, extra)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package that the module is in
        return False
