"""Cloud Storage for preparation code: rows, files and bytes, up and down."""

from ml_api_kit.gcp_accessor.storage.accessor import GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.storage.uris import to_uri

__all__ = ["GoogleCloudStorageAccessor", "to_uri"]
