"""`GoogleCloudStorageAccessor`: one line per access."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.storage.bucket_access import BucketAccess
from ml_api_kit.gcp_accessor.storage.formats import Formats


class GoogleCloudStorageAccessor(Formats, BucketAccess):
    """Cloud Storage, wherever the settings say it is: in the cloud or in a folder.

    Nothing is imported, started or asked before the first access. One accessor may be shared by
    threads. Where a bucket and a path are asked for, one `gs://` URI may be given in place of both.
    Every method may raise, beside what it names:

    - CredentialsError: when there are no usable credentials, or they lack a right;
    - LocalServerError: when the local server does not start or answer;
    - DataAccessError: when Cloud Storage fails otherwise.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from ml_api_kit.gcp_accessor.local.process import stop_local_server
    >>> from ml_api_kit.settings import Settings
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     here = Settings(gcp_backend="local", local_folder=Path(folder))
    ...     storage = GoogleCloudStorageAccessor(settings=here)
    ...     storage.create_bucket("data")
    ...     generation = storage.upload_csv_gzip("data", "a.csv.gz", [{"id": 1, "name": "Ada"}])
    ...     rows = list(storage.download_csv_gzip("data", "a.csv.gz"))
    ...     stopped = stop_local_server(Path(folder))
    True
    >>> rows
    [['id', 'name'], ['1', 'Ada']]
    """
