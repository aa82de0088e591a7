"""The objects of the local Cloud Storage, as the jobs of the local BigQuery use them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.content import blocks
from ml_api_kit.gcp_accessor.local.storage.listing import ListQuery, list_objects
from ml_api_kit.gcp_accessor.local.storage.objects import open_object, put_object
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError

_MOST_RESULTS = 1 << 31


class StoredObjects:
    """The objects of a store.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(Path(folder))
    ...     try:
    ...         StoredObjects(store).names("exams", "")
    ...     except LookupError as error:
    ...         print(error.args[0])
    ...     store.close()
    The specified bucket does not exist.
    """

    def __init__(self, store: Store) -> None:
        """Use `store`."""
        self._store = store

    def names(self, bucket: str, prefix: str) -> list[str]:
        """The names of the live objects that start with `prefix`, in order.

        Raises LookupError: when there is no such bucket.
        """
        query = ListQuery(prefix=prefix, most_results=_MOST_RESULTS)
        with _lookups():
            return [record.name for record in list_objects(self._store, bucket, query).items]

    def fetch(self, bucket: str, name: str, file: Path) -> None:
        """Write what an object holds into `file`.

        Raises LookupError: when there is no such object.
        """
        with _lookups():
            _, source = open_object(
                self._store, bucket, name, generation=None, conditions=Conditions()
            )
        with source, file.open("wb") as target:
            shutil.copyfileobj(source, target)

    def put(self, bucket: str, name: str, file: Path, *, content_type: str) -> None:
        """Make an object of what `file` holds.

        Raises LookupError: when there is no such bucket.
        """
        with file.open("rb") as source:
            staged = self._store.content.stage(blocks(source))
        with _lookups():
            put_object(
                self._store,
                bucket,
                name,
                fields={"contentType": content_type},
                staged=staged,
                conditions=Conditions(),
            )


@contextmanager
def _lookups() -> Iterator[None]:
    try:
        yield
    except StorageApiError as error:
        if error.status == 404:
            raise LookupError(error.message) from error
        raise
