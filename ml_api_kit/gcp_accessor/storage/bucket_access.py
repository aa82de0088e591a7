"""Buckets and objects: what there is, what is made and what is deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ml_api_kit.errors import DataAccessError
from ml_api_kit.gcp_accessor.storage.connection import Connection
from ml_api_kit.gcp_accessor.storage.uris import takes_uri, to_uri

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")


class BucketAccess(Connection):
    """What can be said of buckets and objects."""

    @takes_uri
    def exists(self, bucket: str, path: str) -> bool:
        """Whether there is such an object; False also where there is no such bucket."""
        with self._errors(to_uri(bucket, path)):
            return bool(self.client.bucket(bucket).blob(path).exists(retry=self._retry))

    @takes_uri
    def delete(self, bucket: str, path: str, *, if_generation_match: int | None = None) -> None:
        """Delete an object.

        After a momentary fault it is tried again with `if_generation_match` alone: without, it
        could delete what somebody else wrote in between.

        Raises DataNotFoundError: when there is no such object.
        Raises PreconditionError: when it is not of the generation `if_generation_match`.
        """
        retry = None if if_generation_match is None else self._retry
        with self._errors(to_uri(bucket, path)):
            self.client.bucket(bucket).blob(path).delete(
                if_generation_match=if_generation_match, retry=retry
            )

    @takes_uri
    def list_paths(self, bucket: str, prefix: str = "") -> Iterator[str]:
        """The paths of the objects that start with `prefix`, in order, fetched while they are read.

        Raises DataNotFoundError: when there is no such bucket.
        """
        with self._errors(f"gs://{bucket}"):
            for blob in self.client.list_blobs(bucket, prefix=prefix, retry=self._retry):
                yield blob.name

    @takes_uri
    def list_uris(self, bucket: str, prefix: str = "") -> list[str]:
        """The `gs://` URIs of the objects that start with `prefix`, in order.

        Raises DataNotFoundError: when there is no such bucket.
        """
        return [to_uri(bucket, path) for path in self.list_paths(bucket, prefix)]

    @takes_uri
    def generation(self, bucket: str, path: str) -> int:
        """The generation of an object, for `if_generation_match`; 0 where there is none.

        Raises CredentialsError: when a right is missing.
        """
        with self._errors(to_uri(bucket, path)):
            blob = self.client.bucket(bucket).get_blob(path, retry=self._retry)
        return 0 if blob is None else int(blob.generation)

    def create_bucket(self, bucket: str) -> bool:
        """Whether the bucket was made now; False when it was there already.

        A bucket is never made otherwise: an upload to one that is not there is refused everywhere
        alike, so that a misspelt name shows on a laptop as it does in the cloud.

        Raises DataAccessError: when a bucket cannot have this name.

        Source: https://cloud.google.com/storage/docs/buckets#naming
        """
        if not isinstance(bucket, str) or not _NAME.fullmatch(bucket):
            raise DataAccessError(
                f"A bucket cannot be named {bucket!r}: give 3 or more lower-case letters, digits,"
                " '-', '_' and '.', with a letter or digit first and last."
            )
        from google.api_core.exceptions import Conflict

        with self._errors(f"gs://{bucket}"):
            try:
                self.client.create_bucket(bucket, retry=self._retry)
            except Conflict:
                # It may also be somebody else's, and that is refused by this request.
                self.client.get_bucket(bucket, retry=self._retry)
                return False
        return True
