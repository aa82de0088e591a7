"""The folder of the local Cloud Storage: an index and the contents it names."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from ml_api_kit.errors import LocalServerError
from ml_api_kit.gcp_accessor.local.storage.content import ContentFolder
from ml_api_kit.gcp_accessor.local.storage.index import Index

# An upload that is never finished expires: in the cloud after a week, here, where the bytes take up
# somebody's disk, at the first opening after a day.
UPLOAD_LIFETIME_S = 24 * 3600


class Store:
    """Buckets, objects and uploads in one folder, for all threads of one process.

    Opening sweeps what a killed process left half written. An acknowledged change outlives the
    process that made it; a loss of power may take the last moments' changes with it.

    Attributes:
        folder: where it lies.
        index: what there is.
        content: the bytes of it.
        session_lock: guards the resumable uploads that a request is writing to.
        busy_sessions: the identifiers of those uploads.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(Path(folder))
    ...     with store.index.transaction():
    ...         buckets = store.index.buckets()
    ...     store.close()
    >>> buckets
    []
    """

    def __init__(self, folder: Path) -> None:
        """Open the store in `folder`, and make it where it is missing.

        Raises LocalServerError: when the index is damaged.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.content = ContentFolder(folder)
        self.session_lock = threading.Lock()
        self.busy_sessions: set[str] = set()
        path = folder / "index.sqlite3"
        try:
            self.index = Index(path)
            self._sweep()
        except sqlite3.DatabaseError as error:
            raise LocalServerError(
                f"{path} cannot be read as the index of the local Cloud Storage ({error}). Move"
                " the folder away and load the data again."
            ) from error

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def _sweep(self) -> None:
        with self.index.transaction():
            self.index.delete_uploads_before(time.time() - UPLOAD_LIFETIME_S)
            self.index.trash.delete_expired()
            contents, stagings = self.index.contents(), self.index.stagings()
        self.content.sweep(contents=contents, stagings=stagings)
