"""How large a load test is and what it may not pass, from a project's `pyproject.toml`."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from ml_api_kit.errors import SettingsError

TABLE = "tool.mlapi.load-test"


@dataclass(frozen=True, slots=True)
class LoadTestSettings:
    """The size and the thresholds of a load test.

    Attributes:
        users: how many users ask at the same time, 1 or more.
        spawn_rate: how many users are started per second, above 0.
        duration_s: how long the load test runs, whole seconds, 1 or more.
        invalid_share: the share of posted payloads that break the schema, 0.0 to 1.0.
        p95_ms: the most that the 95th percentile of any endpoint may be, above 0.
        max_failure_share: the largest share of requests that may fail, 0.0 to 1.0.
    """

    users: int = 20
    spawn_rate: float = 20.0
    duration_s: int = 30
    invalid_share: float = 0.1
    p95_ms: float = 500.0
    max_failure_share: float = 0.01


def read_load_test_settings(pyproject: Path) -> LoadTestSettings:
    """The settings in the table `[tool.mlapi.load-test]` of `pyproject`, the defaults elsewhere.

    Raises SettingsError: when the file is missing or is no TOML, names a setting that does not
    exist, or gives one a value that it may not have.
    """
    try:
        document = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            "The project folder", str(pyproject.parent), "a folder with a pyproject.toml"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(pyproject), str(error), "valid TOML in UTF-8") from error
    table: Any = document
    for key in TABLE.split("."):
        table = table.get(key, {})
        if not isinstance(table, dict):
            raise SettingsError(f"{TABLE} in {pyproject}", table, "a table")
    return override_settings(LoadTestSettings(), table, where=f"{TABLE}.{{}} in {pyproject}")


def override_settings(
    settings: LoadTestSettings, values: Mapping[str, Any], *, where: str = "{}"
) -> LoadTestSettings:
    """`settings` with `values` in place of its own; `where` tells how to name one in an error.

    Raises SettingsError: when a name is no setting, or a value is not one that it may have.

    >>> override_settings(LoadTestSettings(), {"users": 5}).users
    5
    >>> override_settings(LoadTestSettings(), {"users": 0})
    Traceback (most recent call last):
    ml_api_kit.errors.SettingsError: users is 0; set it to a whole number, 1 or more.
    """
    known = [field.name for field in fields(LoadTestSettings)]
    for name, value in values.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1) or known
            raise SettingsError(where.format(name), value, f"nothing; did you mean {near[0]}?")
        expected = _expectation(name)
        if not _is_allowed(name, value):
            raise SettingsError(where.format(name), value, expected)
    return replace(settings, **values)


def _is_allowed(name: str, value: object) -> bool:
    # A bool is an int in Python, but `users = true` is a mistake.
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    if name in ("users", "duration_s"):
        return isinstance(value, int) and value >= 1
    if name in ("invalid_share", "max_failure_share"):
        return 0 <= value <= 1
    return value > 0


def _expectation(name: str) -> str:
    if name in ("users", "duration_s"):
        return "a whole number, 1 or more"
    if name in ("invalid_share", "max_failure_share"):
        return "a number from 0 to 1"
    return "a number above 0"
