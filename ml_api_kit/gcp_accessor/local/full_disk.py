"""Tells a disk without room from other faults."""

from __future__ import annotations

import errno

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
