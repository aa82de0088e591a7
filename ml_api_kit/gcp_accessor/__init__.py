"""One line per access to BigQuery and Cloud Storage, in the cloud or in a folder."""

from __future__ import annotations

from typing import Any

__all__ = ["BigQueryAccessor", "GoogleCloudStorageAccessor"]


def __getattr__(name: str) -> Any:
    """The accessor `name`, imported when it is first asked for."""
    if name == "BigQueryAccessor":
        from ml_api_kit.gcp_accessor.bigquery import BigQueryAccessor  # type: ignore[import-untyped, unused-ignore]

        return BigQueryAccessor
    if name == "GoogleCloudStorageAccessor":
        from ml_api_kit.gcp_accessor.storage import GoogleCloudStorageAccessor

        return GoogleCloudStorageAccessor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
