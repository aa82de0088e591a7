"""A file of fixed size that processes map into memory, with room on the disk for all of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ml_api_kit.errors import ServerStartError

# What a file system says that cannot set room aside; the C library mostly does it by writing then.
_CANNOT_RESERVE = (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)


def open_shared_file(path: Path, *, size_bytes: int, is_new: bool = False) -> int:
    """The descriptor of the file `path` of `size_bytes`, made where it is not there.

    What is in it stays. With `is_new` it must not be there; it is removed where it has no room. The
    system ends a process that writes to a page of a mapped file for which the disk has no room, so
    the room is set aside here, where the system has a call for that.

    Raises ServerStartError: when the folder cannot be made or written to, or has no room for it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_RDWR | (os.O_EXCL if is_new else 0)
        descriptor = os.open(path, flags, 0o600)
        try:
            _reserve(descriptor, size_bytes)
        except OSError:
            os.close(descriptor)
            if is_new:
                path.unlink()
            raise
    except OSError as error:
        raise ServerStartError(
            f"The folder {path.parent}, where requests are counted, cannot hold a file of"
            f" {size_bytes} bytes ({error.strerror}). Free as much there for each worker, or set"
            " MLAPI_SHARED_FOLDER to a folder that can be written to and has the room."
        ) from error
    return descriptor


def _reserve(descriptor: int, size_bytes: int) -> None:
    os.ftruncate(descriptor, size_bytes)
    if not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(descriptor, 0, size_bytes)
    except OSError as error:
        if error.errno not in _CANNOT_RESERVE:
            raise
