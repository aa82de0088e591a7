"""Objects as bytes, text, files, and pieces that are never held together."""

from __future__ import annotations

import errno
import io
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml_api_kit.errors import DataAccessError, DataNotFoundError, PreprocessingError
from ml_api_kit.gcp_accessor.storage.connection import Connection
from ml_api_kit.gcp_accessor.storage.object_streams import (
    CHUNK_BYTES,
    PieceReader,
    SourceError,
    read_object,
)
from ml_api_kit.gcp_accessor.storage.uris import takes_uri, to_uri


class Transfers(Connection):
    """What objects hold, up and down."""

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

        Raises PreprocessingError: when it is no bytes.
        Raises PreconditionError: when the object is not of the generation `if_generation_match`.
        Raises DataNotFoundError: when there is no such bucket.
        """
        if not isinstance(data, bytes | bytearray | memoryview):
            raise PreprocessingError(
                f"data is of type {type(data).__name__}; give bytes, such as text.encode()."
            )
        file = io.BytesIO(data)
        return self._upload(
            bucket,
            path,
            file,
            content_type,
            file.getbuffer().nbytes,
            if_generation_match=if_generation_match,
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
        Raises DataAccessError: when it is no text in that encoding.
        """
        blob = self.client.bucket(bucket).blob(path)
        with self._errors(to_uri(bucket, path)):
            try:
                text: str = blob.download_as_text(encoding=encoding, retry=self._retry)
            except UnicodeDecodeError as error:
                raise DataAccessError(
                    f"{to_uri(bucket, path)} is no text in {error.encoding}: {error.reason} at byte"
                    f" {error.start}. Name its encoding, or use download_bytes."
                ) from error
        return text

    @takes_uri
    def download_file(self, bucket: str, path: str, file: str | Path) -> None:
        """Write what an object holds, unpacked, into `file`, all of it or nothing.

        A file of this name that is there already is replaced once all has come, and not before.

        Raises DataNotFoundError: when there is no such object.
        Raises FileNotFoundError: when the file's folder is not there, or `file` is one itself.
        Raises DataAccessError: when its disk is full.
        """
        blob = self.client.bucket(bucket).blob(path)
        target = Path(file)
        if target.is_dir() or not target.parent.is_dir():
            code = errno.EISDIR if target.is_dir() else errno.ENOENT
            raise FileNotFoundError(code, "A file in a folder that is there is needed", str(target))
        part = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}")
        with self._errors(to_uri(bucket, path)):
            try:
                blob.download_to_filename(str(part), retry=self._retry)
                part.replace(target)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                raise DataAccessError(
                    f"The disk of {target.parent.resolve()} has no room for"
                    f" {to_uri(bucket, path)}. Make room, or name a file on another disk."
                ) from error
            finally:
                part.unlink(missing_ok=True)

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

    @property
    def _not_found(self) -> type[Exception]:
        from google.api_core.exceptions import NotFound

        return NotFound
