"""Tells a disk without room from other faults, and says which one it is."""

from __future__ import annotations

import errno
from pathlib import Path

_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_TEXTS = ("No space left", "disk is full", "database or disk is full", "File too large")


def is_full(error: Exception) -> bool:
    """Whether an error says that a file cannot grow any more.

    DuckDB and SQLite say it in words only.

    >>> is_full(OSError(errno.ENOSPC, "")), is_full(OSError(errno.EACCES, ""))
    (True, False)
    """
    if isinstance(error, OSError) and error.errno in _CODES:
        return True
    return any(text in str(error) for text in _TEXTS)


def full_disk_message(folder: Path) -> str:
    """What to say of the disk that a folder lies on.

    >>> full_disk_message(Path("/exams/.mlapi/gcp/storage"))
    'The disk that /exams/.mlapi/gcp/storage lies on is full; make room and try again.'
    """
    return f"The disk that {folder} lies on is full; make room and try again."
