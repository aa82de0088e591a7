"""Where the accessors go: the cloud, the folder of the project, or an emulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ml_api_kit.errors import SettingsError
from ml_api_kit.settings import LOCAL_PROJECT, Settings


@dataclass(frozen=True, slots=True)
class Backend:
    """A place that the accessors talk to; an endpoint of None is the client's own."""

    name: Literal["gcp", "local", "emulator"]
    project: str
    bigquery_endpoint: str | None
    storage_endpoint: str | None
    is_anonymous: bool


def resolve_backend(settings: Settings) -> Backend:
    """The backend that the settings choose.

    Raises SettingsError: when they choose none of the cloud and an emulator.
    """
    project = settings.gcp_project or LOCAL_PROJECT
    if settings.gcp_backend == "gcp":
        return Backend("gcp", project, None, None, is_anonymous=False)
    if settings.bigquery_emulator is None:
        raise SettingsError("BIGQUERY_EMULATOR_HOST", None, "the address of an emulator")
    return Backend("emulator", project, settings.bigquery_emulator, None, is_anonymous=True)
