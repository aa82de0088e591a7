"""The series of all processes that share a folder, added up; files of ended ones put away.

Steps:

1. One process at a time works on a folder; the others wait for it.
2. The file of a process that has ended is added to `ended.json`, and removed. What it had going on,
   such as requests in flight, ended with it; what it counted stays counted.
3. What lives is read as it is, and added to what has ended.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ml_api_kit.decorators.series_file import SIZE_BYTES, SUFFIX, SeriesKey, read_series

Series = dict[SeriesKey, tuple[float, ...]]

_ENDED = "ended.json"
_LOCK = "lock"


def merge_series(folder: Path, *, gauges: frozenset[str]) -> Series:
    """Every series of the processes that share `folder`, added up over them.

    Of a process that has ended, those whose name (the first part of the key) is in `gauges` are
    left out.
    """
    with _locked(folder):
        totals, already = _read_ended(folder)
        alive, ended = _files(folder)
        for path in ended:
            if path.name not in already:
                counted = _content(path).items()
                _add(totals, {key: values for key, values in counted if key[0] not in gauges})
        if ended:
            _write_ended(folder, totals, [path.name for path in ended])
            for path in ended:  # if this is cut short here, they are known as added up already
                path.unlink()
        for path in alive:
            _add(totals, _content(path))
    return totals


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    import fcntl

    descriptor = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    alive: list[Path] = []
    ended: list[Path] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        (ended if _has_ended(path) else alive).append(path)
    return alive, ended


def _has_ended(path: Path) -> bool:
    import fcntl

    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False  # its process lives, and holds the lock
    else:
        return True
    finally:
        os.close(descriptor)


def _content(path: Path) -> Series:
    with path.open("rb") as file:
        return dict(read_series(file.read(SIZE_BYTES)))


def _add(totals: Series, series: Mapping[SeriesKey, tuple[float, ...]]) -> None:
    for key, values in series.items():
        before = totals.get(key)
        totals[key] = (
            values if before is None else tuple(a + b for a, b in zip(before, values, strict=True))
        )


def _read_ended(folder: Path) -> tuple[Series, frozenset[str]]:
    path = folder / _ENDED
    if not path.exists():
        return {}, frozenset()
    kept = json.loads(path.read_bytes())
    return {tuple(key): tuple(values) for key, values in kept["series"]}, frozenset(kept["files"])


def _write_ended(folder: Path, totals: Series, files: Iterable[str]) -> None:
    whole = folder / f".{_ENDED}"
    whole.write_text(json.dumps({"series": [*totals.items()], "files": [*files]}))
    whole.replace(folder / _ENDED)
