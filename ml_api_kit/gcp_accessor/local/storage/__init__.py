"""A Cloud Storage in a folder, which the real client library talks to over HTTP."""

from ml_api_kit.gcp_accessor.local.storage.app import create_app
from ml_api_kit.gcp_accessor.local.storage.store import Store

__all__ = ["Store", "create_app"]
