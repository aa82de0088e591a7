"""Temporary files, whose disk may be full."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from ml_api_kit.errors import DataAccessError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def temporary_disk(what: str) -> Iterator[None]:
    """An error inside that says that a disk has no room leaves as ours, with `what` needs it.

    Raises DataAccessError: for such an error.

    >>> with temporary_disk("the upload"):  # doctest: +ELLIPSIS
    ...     raise OSError(errno.ENOSPC, "")
    Traceback (most recent call last):
    ...
    ml_api_kit.errors.DataAccessError: The disk of ... has no room for the upload. Make room, ...
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DataAccessError(
            f"The disk of {tempfile.gettempdir()} has no room for {what}. Make room, or let TMPDIR"
            " name a folder on another disk."
        ) from error
