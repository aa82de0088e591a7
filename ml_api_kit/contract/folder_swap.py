"""One folder put in the place of another so that the place is never empty."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_OFFERED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


def put_in_place(new: Path, place: Path) -> None:
    """Make `new` what stands at `place`; what stood there before, if anything, stands at `new`.

    Linux exchanges the two in one step. Elsewhere, and on file systems that cannot, there are two
    steps; an error or an interrupt between them is undone, a power cut leaves the old folder beside
    the place, with `.replaced` at the end of its name.

    Raises OSError: when the file system refuses; what stood at `place` stands there still.
    """
    if not place.exists():
        new.rename(place)
    elif not _exchange(new, place):
        _replace_in_two_steps(new, place)


def _exchange(new: Path, place: Path) -> bool:
    # Source: rename(2), RENAME_EXCHANGE, in Linux since 3.15 and in glibc since 2.28.
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = os.fsencode(new), os.fsencode(place)
    if renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), str(place))


def _replace_in_two_steps(new: Path, place: Path) -> None:
    old = new.with_suffix(".replaced")
    place.rename(old)
    try:
        new.rename(place)
    except BaseException:
        old.rename(place)
        raise
    old.rename(new)
