"""The settings that an accessor is made with."""

from __future__ import annotations

import os

from ml_api_kit.errors import SettingsError
from ml_api_kit.settings import Settings, load_settings


def given_settings(settings: object) -> Settings:
    """The settings as they are given; those of the environment for None.

    Raises SettingsError: for anything else, and for a variable that holds what it may not.
    """
    if settings is None:
        return load_settings(os.environ)
    if not isinstance(settings, Settings):
        # What it holds may be secret.
        expected = "a Settings of ml_api_kit.settings, or None for those of the environment"
        raise SettingsError("settings", type(settings), expected)
    return settings
