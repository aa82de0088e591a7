"""One line per access to BigQuery and Cloud Storage, in the cloud or in a folder."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml_api_kit.gcp_accessor.bigquery import BigQueryAccessor as BigQueryAccessor
    from ml_api_kit.gcp_accessor.storage import (
        GoogleCloudStorageAccessor as GoogleCloudStorageAccessor,
    )

# Where each public name lives: importing the package costs nothing until one is used.
_HOMES = {
    "BigQueryAccessor": "ml_api_kit.gcp_accessor.bigquery",
    "GoogleCloudStorageAccessor": "ml_api_kit.gcp_accessor.storage",
}

__all__ = ["BigQueryAccessor", "GoogleCloudStorageAccessor"]


def __getattr__(name: str) -> object:
    """The accessor of this name, imported when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
