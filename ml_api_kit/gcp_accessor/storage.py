"""One line per access to Cloud Storage."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import DataNotFoundError
from ml_api_kit.gcp_accessor.backend import Backend, resolve_backend
from ml_api_kit.gcp_accessor.csv_gzip import Row, pack_rows, unpack_rows
from ml_api_kit.gcp_accessor.json_lines import pack_json_lines, unpack_json_lines
from ml_api_kit.gcp_accessor.object_streams import (
    CHUNK_BYTES,
    PieceReader,
    SourceError,
    read_object,
)
from ml_api_kit.gcp_accessor.parquet_file import parquet_file, read_parquet
from ml_api_kit.gcp_accessor.storage_client import storage_client
from ml_api_kit.gcp_accessor.storage_errors import storage_errors
from ml_api_kit.gcp_accessor.uris import takes_uri
from ml_api_kit.settings import Settings, load_settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pyarrow as pa

_GZIP = "application/gzip"
# The client repeats a request for two minutes; a server on this machine answers sooner or is gone.
_LOCAL_RETRY_S = 2.0


class GoogleCloudStorageAccessor:
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

    @takes_uri
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
        pieces = pack_rows(rows, header=header)
        return self._upload_pieces(
            bucket, path, pieces, _GZIP, if_generation_match=if_generation_match
        )

    @takes_uri
    def download_csv_gzip(self, bucket: str, path: str) -> Iterator[list[str]]:
        """The rows of a gzipped CSV, every value as text, a header as the first row.

        They are fetched while they are read; the memory does not grow with them. All of them are of
        one generation of the object, whose checksum is verified before the last ones are given.

        Raises DataNotFoundError: when there is no such object.
        Raises PreconditionError: when the object is written anew while it is read.
        Raises DataAccessError: when it is damaged, or no gzipped CSV.
        """
        return unpack_rows(self._pieces(bucket, path), subject=to_uri(bucket, path))

    @takes_uri
    def upload_json_lines(
        self,
        bucket: str,
        path: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        if_generation_match: int | None = None,
    ) -> int:
        """The generation of the object that now holds `rows`, one JSON object per line.

        A path that ends in `.gz` is gzipped. `rows` may be any iterable of mappings, and is never
        held as a whole; the object appears whole or not at all, as by `upload_csv_gzip`.

        Raises PreprocessingError: for a row that is no mapping, or a value that JSON cannot hold.
        Raises PreconditionError: when the object is not of the generation `if_generation_match`.
        Raises DataNotFoundError: when there is no such bucket.
        """
        is_gzipped = path.endswith(".gz")
        pieces = pack_json_lines(rows, is_gzipped=is_gzipped)
        kind = _GZIP if is_gzipped else "application/x-ndjson"
        return self._upload_pieces(
            bucket, path, pieces, kind, if_generation_match=if_generation_match
        )

    @takes_uri
    def download_json_lines(self, bucket: str, path: str) -> Iterator[dict[str, Any]]:
        """The objects of JSON lines, gzipped or plain, fetched while they are read.

        They are verified as those of `download_csv_gzip` are.

        Raises DataNotFoundError: when there is no such object.
        Raises PreconditionError: when the object is written anew while it is read.
        Raises DataAccessError: when it is damaged, or a line is no JSON object.
        """
        return unpack_json_lines(self._pieces(bucket, path), subject=to_uri(bucket, path))

    @takes_uri
    def upload_parquet(
        self, bucket: str, path: str, data: Any, *, if_generation_match: int | None = None
    ) -> int:
        """The generation of the object that now holds an Arrow table, or rows, as Parquet.

        Rows are mappings, of any iterable; at most 50,000 of them are in memory at once.

        Raises PreprocessingError: for rows that do not fit one type per column.
        Raises PreconditionError: when the object is not of the generation `if_generation_match`.
        Raises DataNotFoundError: when there is no such bucket.
        """
        with parquet_file(data) as file:
            return self.upload_file(
                bucket,
                path,
                file,
                content_type="application/vnd.apache.parquet",
                if_generation_match=if_generation_match,
            )

    @takes_uri
    def download_parquet(self, bucket: str, path: str) -> pa.Table:
        """The Arrow table in a Parquet object.

        Raises DataNotFoundError: when there is no such object.
        Raises DataAccessError: when it is no Parquet, or damaged.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "object.parquet"
            self.download_file(bucket, path, file)
            return read_parquet(file, subject=to_uri(bucket, path))

    @takes_uri
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

    @takes_uri
    def upload_file(
        self,
        bucket: str,
        path: str,
        file: str | Path,
        *,
        content_type: str | None = None,
        if_generation_match: int | None = None,
    ) -> int:
        """The generation of the object that now holds what `file` holds.

        The content type is the one that the file's ending suggests where none is given.

        Raises FileNotFoundError: when there is no such file.
        Raises PreconditionError: when the object is not of the generation `if_generation_match`.
        Raises DataNotFoundError: when there is no such bucket.
        """
        blob = self.client.bucket(bucket).blob(path)
        with self._errors(to_uri(bucket, path)):
            blob.upload_from_filename(
                str(file),
                content_type=content_type,
                checksum="crc32c",
                if_generation_match=if_generation_match,
                retry=self._retry,
            )
        return int(blob.generation)

    @takes_uri
    def download_bytes(self, bucket: str, path: str, *, is_unpacked: bool = False) -> bytes:
        """All the bytes of an object as it is stored.

        With `is_unpacked` an object that was stored with the content encoding gzip is unpacked, as
        the client's `download_as_bytes` does.

        Raises DataNotFoundError: when there is no such object.
        """
        blob = self.client.bucket(bucket).blob(path)
        if not is_unpacked:
            return self._download(blob, to_uri(bucket, path), checksum="crc32c")
        with self._errors(to_uri(bucket, path)):
            data: bytes = blob.download_as_bytes(retry=self._retry)
        return data

    @takes_uri
    def download_text(self, bucket: str, path: str, *, encoding: str | None = None) -> str:
        """The text that an object holds, unpacked, as the client's `download_as_text` reads it.

        It is decoded by `encoding`; without one by that of the object, which is UTF-8 mostly.

        Raises DataNotFoundError: when there is no such object.
        Raises UnicodeDecodeError: when it is no text in that encoding.
        """
        blob = self.client.bucket(bucket).blob(path)
        with self._errors(to_uri(bucket, path)):
            text: str = blob.download_as_text(encoding=encoding, retry=self._retry)
        return text

    @takes_uri
    def download_file(self, bucket: str, path: str, file: str | Path) -> None:
        """Write what an object holds, unpacked, into `file`.

        Raises DataNotFoundError: when there is no such object; then no file is left.
        Raises FileNotFoundError: when the file's folder is not there.
        """
        blob = self.client.bucket(bucket).blob(path)
        with self._errors(to_uri(bucket, path)):
            blob.download_to_filename(str(file), retry=self._retry)

    @takes_uri
    def exists(self, bucket: str, path: str) -> bool:
        """Whether there is such an object; False also where there is no such bucket."""
        with self._errors(to_uri(bucket, path)):
            return bool(self.client.bucket(bucket).blob(path).exists(retry=self._retry))

    @takes_uri
    def delete(self, bucket: str, path: str, *, if_generation_match: int | None = None) -> None:
        """Delete an object.

        Raises DataNotFoundError: when there is no such object.
        Raises PreconditionError: when it is not of the generation `if_generation_match`.
        """
        with self._errors(to_uri(bucket, path)):
            self.client.bucket(bucket).blob(path).delete(
                if_generation_match=if_generation_match, retry=self._retry
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

    def _upload_pieces(
        self,
        bucket: str,
        path: str,
        source: Iterator[bytes],
        content_type: str,
        *,
        if_generation_match: int | None,
    ) -> int:
        pieces = PieceReader(source)
        try:
            # What fits one request goes in one; the size of the rest is not known beforehand.
            ready_bytes = pieces.fill(CHUNK_BYTES)
            size_bytes = ready_bytes if ready_bytes < CHUNK_BYTES else None
            return self._upload(
                bucket,
                path,
                pieces,
                content_type,
                size_bytes,
                if_generation_match=if_generation_match,
            )
        except SourceError as error:
            raise error.source from error.source.__cause__

    def _pieces(self, bucket: str, path: str) -> Iterator[bytes]:
        subject = to_uri(bucket, path)
        blob = self.client.bucket(bucket).blob(path)

        def download(start: int, end: int) -> bytes:
            return self._download(blob, subject, start=start, end=end)

        return read_object(download, lambda: blob.crc32c, subject=subject)

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
        with self._errors(to_uri(bucket, path)):
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
                    f"{to_uri(bucket, path)}: there is no bucket {bucket}. Check the name, or"
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


def to_uri(bucket: str, path: str) -> str:
    """The `gs://` URI of an object.

    >>> to_uri("exams", "2020/answers.csv")
    'gs://exams/2020/answers.csv'
    """
    return f"gs://{bucket}/{path}"
