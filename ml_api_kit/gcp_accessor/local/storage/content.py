"""The bytes of objects, in files that are named at random, never after the object.

    staging/<32 hex digits>           being received; belongs to no object
    content/<2 hex digits>/<32 ...>   complete; the index says to which object it belongs

A file moves from the first to the second by one rename, inside the index's transaction. What a
process that was killed leaves behind is in no table of the index and is swept at the next opening.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import google_crc32c

from ml_api_kit.gcp_accessor.local.storage.records import StagedContent

BLOCK_BYTES = 1 << 20


class Readable(Protocol):
    """Anything with a binary `read`."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to `size` bytes, none at the end."""
        ...


class ContentFolder:
    """The files under one folder, which is made where it is missing.

    >>> import io, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ContentFolder(Path(folder)).stage(blocks(io.BytesIO(b"abc"))).size_bytes
    3
    """

    def __init__(self, folder: Path) -> None:
        """Keep the files under `folder`."""
        self._staging = folder / "staging"
        self._content = folder / "content"
        for path in (self._staging, self._content):
            path.mkdir(parents=True, exist_ok=True)

    def new_staging(self) -> str:
        """The name of a new, empty staging file."""
        name = uuid.uuid4().hex
        self.staging_path(name).touch()
        return name

    def staging_path(self, name: str) -> Path:
        """Where the staging file `name` lies."""
        return self._staging / name

    def stage(self, data: Iterable[bytes]) -> StagedContent:
        """A new staging file with all of `data`; it is removed again when reading `data` fails."""
        name = self.new_staging()
        path = self.staging_path(name)
        try:
            with path.open("wb") as file:
                return _staged(name, path, _copied(data, file))
        except BaseException:
            path.unlink()
            raise

    def measured(self, name: str) -> StagedContent:
        """The staging file `name` as it is now, read once for its digests."""
        path = self.staging_path(name)
        with path.open("rb") as file:
            return _staged(name, path, blocks(file))

    def adopt(self, staged: StagedContent) -> None:
        """Move a staging file to the contents, under the same name."""
        target = self._content_path(staged.name)
        target.parent.mkdir(exist_ok=True)
        staged.path.replace(target)

    def open(self, name: str) -> BinaryIO:
        """The content `name`, open for reading; it stays readable when it is removed meanwhile."""
        return self._content_path(name).open("rb")

    def remove(self, name: str) -> None:
        """Remove the content `name`."""
        self._content_path(name).unlink(missing_ok=True)

    def discard(self, name: str) -> None:
        """Remove the staging file `name`, if it is still there."""
        self.staging_path(name).unlink(missing_ok=True)

    def sweep(self, *, contents: set[str], stagings: set[str]) -> None:
        """Remove every file that is named in neither set."""
        for path in self._staging.iterdir():
            if path.name not in stagings:
                path.unlink()
        for path in self._content.glob("*/*"):
            if path.name not in contents:
                path.unlink()

    def _content_path(self, name: str) -> Path:
        return self._content / name[:2] / name


def blocks(stream: Readable) -> Iterator[bytes]:
    """The rest of `stream`, in blocks of 1 MiB."""
    while block := stream.read(BLOCK_BYTES):
        yield block


def _copied(data: Iterable[bytes], file: BinaryIO) -> Iterator[bytes]:
    for block in data:
        file.write(block)
        yield block


def _staged(name: str, path: Path, data: Iterable[bytes]) -> StagedContent:
    md5 = hashlib.md5(usedforsecurity=False)
    crc32c: Any = google_crc32c.Checksum()  # type: ignore[no-untyped-call]
    size_bytes = 0
    for block in data:
        md5.update(block)
        crc32c.update(block)
        size_bytes += len(block)
    return StagedContent(
        name,
        path,
        size_bytes,
        base64.b64encode(md5.digest()).decode(),
        base64.b64encode(crc32c.digest()).decode(),
    )
