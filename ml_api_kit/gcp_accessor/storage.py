"""One line per access to Cloud Storage."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import DataNotFoundError
from ml_api_kit.gcp_accessor.backend import Backend, resolve_backend
from ml_api_kit.gcp_accessor.csv_gzip import Row, pack_rows, unpack_rows
from ml_api_kit.gcp_accessor.object_streams import (
    CHUNK_BYTES,
    PieceReader,
    SourceError,
    read_object,
)
from ml_api_kit.gcp_accessor.storage_client import storage_client
from ml_api_kit.gcp_accessor.storage_errors import storage_errors
from ml_api_kit.settings import Settings, load_settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_CSV_GZIP = "application/gzip"
# The client repeats a request for two minutes; a server on this machine answers sooner or is gone.
_LOCAL_RETRY_S = 2.0


class GoogleCloudStorageAccessor:
    """Cloud Storage, wherever the settings say it is: in the cloud or in a folder.

    Nothing is imported, started or asked before the first access. One accessor may be shared by
    threads. Every method may raise, beside what it names:

    - CredentialsError: when there are no usable credentials, or they lack a right;
    - LocalServerError: when the local server does not start or answer;
    - DataAccessError: when Cloud Storage fails otherwise.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from ml_api_kit.gcp_accessor.local.process import stop_local_server
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

    def __init__(
        self,
        project: str | None = None,
        *,
        settings: Settings | None = None,
        client: Any | None = None,
    ) -> None:
        """Go where `settings` say, None for those of the environment; or use `client` as it is.

        `project` is the one that buckets are made in, None for that of the settings.
        """
        self._project = project
        self._settings = settings
        self._given_client = client

    def upload_csv_gzip(
        self,
        bucket: str,
        path: str,
        rows: Iterable[Row],
        *,
        header: Sequence[str] | None = None,
        if_generation_match: int | None = None,
    ) -> int:
        """The generation of the object that now holds `rows` as gzipped CSV.

        `rows` may be any iterable of lists, or of dicts, for which a header is written; it is read
        once and never held as a whole. Everything is written as text: None as an empty value (as
        `""` is), numbers in full precision, quotes, line ends and any character as they are. Equal
        rows give equal bytes. The object appears whole, with its checksum verified, or not at all:
        whatever `rows` raises comes out unchanged, and what was there before stays.

        With `if_generation_match` it is written only over that generation, 0 for no object.

        Raises PreconditionError: when the object is of another generation.
        Raises DataNotFoundError: when there is no such bucket.
        Raises PreprocessingError: for a row that is neither list nor dict, or has another column.
        """
        pieces = PieceReader(pack_rows(rows, header=header))
        try:
            # What fits one request goes in one; the size of the rest is not known beforehand.
            ready_bytes = pieces.fill(CHUNK_BYTES)
            size_bytes = ready_bytes if ready_bytes < CHUNK_BYTES else None
            return self._upload(
                bucket, path, pieces, _CSV_GZIP, size_bytes, if_generation_match=if_generation_match
            )
        except SourceError as error:
            raise error.source from error.source.__cause__

    def download_csv_gzip(self, bucket: str, path: str) -> Iterator[list[str]]:
        """The rows of a gzipped CSV, every value as text, a header as the first row.

        They are fetched while they are read; the memory does not grow with them. All of them are of
        one generation of the object, whose checksum is verified before the last ones are given.

        Raises DataNotFoundError: when there is no such object.
        Raises PreconditionError: when the object is written anew while it is read.
        Raises DataAccessError: when it is damaged, or no gzipped CSV.
        """
        subject = _subject(bucket, path)
        blob = self.client.bucket(bucket).blob(path)

        def download(start: int, end: int) -> bytes:
            return self._download(blob, subject, start=start, end=end)

        pieces = read_object(download, lambda: blob.crc32c, subject=subject)
        return unpack_rows(pieces, subject=subject)

    def upload_bytes(
        self,
        bucket: str,
        path: str,
        data: bytes,
        *,
        content_type: str = "application/octet-stream",
        if_generation_match: int | None = None,
    ) -> int:
        """The generation of the object that now holds `data`.

        Raises PreconditionError: when the object is not of the generation `if_generation_match`.
        Raises DataNotFoundError: when there is no such bucket.
        """
        file = io.BytesIO(data)
        return self._upload(
            bucket, path, file, content_type, len(data), if_generation_match=if_generation_match
        )

    def upload_file(
        self, bucket: str, path: str, file: str | Path, *, content_type: str | None = None
    ) -> int:
        """The generation of the object that now holds what `file` holds.

        The content type is the one that the file's ending suggests where none is given.

        Raises FileNotFoundError: when there is no such file.
        Raises DataNotFoundError: when there is no such bucket.
        """
        blob = self.client.bucket(bucket).blob(path)
        with self._errors(_subject(bucket, path)):
            blob.upload_from_filename(
                str(file), content_type=content_type, checksum="crc32c", retry=self._retry
            )
        return int(blob.generation)

    def download_bytes(self, bucket: str, path: str, *, is_unpacked: bool = False) -> bytes:
        """All the bytes of an object as it is stored.

        With `is_unpacked` an object that was stored with the content encoding gzip is unpacked, as
        the client's `download_as_bytes` does.

        Raises DataNotFoundError: when there is no such object.
        """
        blob = self.client.bucket(bucket).blob(path)
        if not is_unpacked:
            return self._download(blob, _subject(bucket, path), checksum="crc32c")
        with self._errors(_subject(bucket, path)):
            data: bytes = blob.download_as_bytes(retry=self._retry)
        return data

    def download_text(self, bucket: str, path: str, *, encoding: str | None = None) -> str:
        """The text that an object holds, unpacked, as the client's `download_as_text` reads it.

        It is decoded by `encoding`; without one by that of the object, which is UTF-8 mostly.

        Raises DataNotFoundError: when there is no such object.
        Raises UnicodeDecodeError: when it is no text in that encoding.
        """
        blob = self.client.bucket(bucket).blob(path)
        with self._errors(_subject(bucket, path)):
            text: str = blob.download_as_text(encoding=encoding, retry=self._retry)
        return text

    def download_file(self, bucket: str, path: str, file: str | Path) -> None:
        """Write what an object holds, unpacked, into `file`.

        Raises DataNotFoundError: when there is no such object; then no file is left.
        Raises FileNotFoundError: when the file's folder is not there.
        """
        blob = self.client.bucket(bucket).blob(path)
        with self._errors(_subject(bucket, path)):
            blob.download_to_filename(str(file), retry=self._retry)

    def exists(self, bucket: str, path: str) -> bool:
        """Whether there is such an object; False also where there is no such bucket."""
        with self._errors(_subject(bucket, path)):
            return bool(self.client.bucket(bucket).blob(path).exists(retry=self._retry))

    def delete(self, bucket: str, path: str, *, if_generation_match: int | None = None) -> None:
        """Delete an object.

        Raises DataNotFoundError: when there is no such object.
        Raises PreconditionError: when it is not of the generation `if_generation_match`.
        """
        with self._errors(_subject(bucket, path)):
            self.client.bucket(bucket).blob(path).delete(
                if_generation_match=if_generation_match, retry=self._retry
            )

    def list_paths(self, bucket: str, prefix: str = "") -> Iterator[str]:
        """The paths of the objects that start with `prefix`, in order, fetched while they are read.

        Raises DataNotFoundError: when there is no such bucket.
        """
        with self._errors(f"gs://{bucket}"):
            for blob in self.client.list_blobs(bucket, prefix=prefix, retry=self._retry):
                yield blob.name

    def create_bucket(self, bucket: str) -> bool:
        """Whether the bucket was made now; False when it was there already.

        A bucket is never made otherwise: an upload to one that is not there is refused everywhere
        alike, so that a misspelt name shows on a laptop as it does in the cloud.
        """
        from google.api_core.exceptions import Conflict

        with self._errors(f"gs://{bucket}"):
            try:
                self.client.create_bucket(bucket, retry=self._retry)
            except Conflict:
                # It may also be somebody else's, and that is refused by this request.
                self.client.get_bucket(bucket, retry=self._retry)
                return False
        return True

    def _upload(
        self,
        bucket: str,
        path: str,
        file: Any,
        content_type: str,
        size_bytes: int | None,
        *,
        if_generation_match: int | None,
    ) -> int:
        blob = self.client.bucket(bucket).blob(path, chunk_size=CHUNK_BYTES)
        with self._errors(_subject(bucket, path)):
            try:
                blob.upload_from_file(
                    file,
                    size=size_bytes,
                    content_type=content_type,
                    checksum="crc32c",
                    if_generation_match=if_generation_match,
                    retry=self._retry,
                )
            except self._not_found as error:
                # To an upload nothing but the bucket can be missing, whatever the message says.
                raise DataNotFoundError(
                    f"{_subject(bucket, path)}: there is no bucket {bucket}. Check the name, or"
                    f" make it with create_bucket({bucket!r})."
                ) from error
        return int(blob.generation)

    def _download(
        self,
        blob: Any,
        subject: str,
        *,
        start: int | None = None,
        end: int | None = None,
        checksum: str | None = None,
    ) -> bytes:
        from google.api_core.exceptions import RequestRangeNotSatisfiable

        with self._errors(subject):
            try:
                data: bytes = blob.download_as_bytes(
                    start=start,
                    end=end,
                    raw_download=True,
                    checksum=checksum,
                    retry=self._retry,
                    single_shot_download=True,
                )
            except RequestRangeNotSatisfiable:
                # The object ends where the last chunk did.
                return b""
        return data

    def _errors(self, subject: str) -> AbstractContextManager[None]:
        return storage_errors(subject, is_local=self._is_local)

    @property
    def _not_found(self) -> type[Exception]:
        from google.api_core.exceptions import NotFound

        return NotFound

    @property
    def _is_local(self) -> bool:
        return self._given_client is None and self._backend.name == "local"

    @cached_property
    def _backend(self) -> Backend:
        backend = resolve_backend(self._settings or load_settings(os.environ))
        backend.check_storage()
        return backend

    @cached_property
    def _retry(self) -> Any:
        from google.cloud.storage.retry import DEFAULT_RETRY

        return DEFAULT_RETRY.with_timeout(_LOCAL_RETRY_S) if self._is_local else DEFAULT_RETRY

    @cached_property
    def client(self) -> Any:
        """The google-cloud client that everything goes through."""
        return self._given_client or storage_client(self._backend, self._project)


def _subject(bucket: str, path: str) -> str:
    return f"gs://{bucket}/{path}"
