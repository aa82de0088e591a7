"""The names of the settings in `app.config`, and what is probably one of them misspelt."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ml_api_kit.decorators.tokens.setting_names import TOKEN_SETTINGS
from ml_api_kit.errors import SettingsError

GUARD_SETTINGS = (
    "MLAPI_SCHEMA_FOLDER",
    "MLAPI_MAX_BODY_BYTES",
    "MLAPI_MAX_JSON_DEPTH",
    "MLAPI_ACCESS_LOG",
    "MLAPI_FAST_LANE",
    "MLAPI_METRICS",
    "MLAPI_RATE_LIMIT",
    "MLAPI_RATE_LIMIT_STORAGE",
    "MLAPI_SHARED_FOLDER",
)

_PREFIX = "MLAPI_"
_ALIKE = 0.85


def check_guard_names(config: Mapping[str, Any]) -> None:
    """Nothing, where no name in `config` is nearly that of a setting of the guards.

    Other names that begin with `MLAPI_` may be settings of something else.

    Raises SettingsError: when one is; it is probably misspelt, and would change nothing.

    >>> check_guard_names({"MLAPI_RATE_LIMIT": "1 per day", "MLAPI_GCP_BACKEND": "local"})
    """
    known = [name.removeprefix(_PREFIX) for name in (*GUARD_SETTINGS, *TOKEN_SETTINGS)]
    for name in config:
        if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) not in known:
            close = get_close_matches(name.removeprefix(_PREFIX), known, n=1, cutoff=_ALIKE)
            if close:
                raise SettingsError(
                    name,
                    "(a setting that is not known)",
                    f"nothing: unset it, and set {_PREFIX}{close[0]}",
                )
