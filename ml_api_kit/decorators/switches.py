"""Settings that are on or off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.errors import SettingsError

_MEANINGS = {"on": True, "off": False}


def is_on(config: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """Whether the setting `name` is on: True, False, or the text `on` or `off`.

    None and an empty text count as a setting that is not there, for which `default` holds.

    Raises SettingsError: when it is anything else.

    >>> is_on({"MLAPI_ACCESS_LOG": "off"}, "MLAPI_ACCESS_LOG", default=True)
    False
    """
    value = config.get(name)
    if value is None or value == "":
        return default
    meaning = value if isinstance(value, bool) else _MEANINGS.get(str(value))
    if meaning is None:
        raise SettingsError(name, value, "on or off")
    return meaning
