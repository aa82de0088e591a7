"""Requests counted by route and status, with how long they took."""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from pathlib import Path
from typing import Any

from ml_api_kit.decorators.access_log import ROWS_KEY
from ml_api_kit.decorators.current_environ import current_environ
from ml_api_kit.decorators.merged_series import Series, merge_series
from ml_api_kit.decorators.series_file import SeriesFile

#: Where an application keeps what counts its requests.
COUNTS = "ml_api_counts"

#: The upper bounds of the classes of durations, in seconds; a last class has none.
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS, ROWS, BEYOND, IN_FLIGHT, MODELS, WORKERS = (
    "requests",
    "rows",
    "beyond",
    "in_flight",
    "models",
    "workers",
)
#: What ends with the process that it belongs to.
GAUGES = frozenset({IN_FLIGHT, MODELS, WORKERS})

#: The name of every method that HTTP does not know, and of the route where none fits.
OTHER_METHOD, NO_ROUTE = "OTHER", "(none)"

_METHODS = frozenset(
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
)
_SUM = len(BOUNDS_S) + 1
_SIZE = _SUM + 1


class _Process:
    """This process; asked for once, since every request would ask the kernel."""

    def __init__(self) -> None:
        self.pid = os.getpid()


_PROCESS = _Process()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_PROCESS.__init__)  # type: ignore[misc]


class RequestCounts:
    """What counts the requests of this process, for all that share `folder`, or for itself alone.

    A series of requests has one number for each class of durations, and last their sum in seconds.
    """

    def __init__(self, folder: Path | None, *, models: tuple[str, ...] = ()) -> None:
        """Count from zero; `models` are the names of the models that this process has loaded."""
        self._folder = folder
        self._models = models
        self._start()

    def begin(self) -> None:
        """Nothing; counts a request that has come."""
        if self._pid != _PROCESS.pid:
            self._start()  # forked from the process that made it, which counts in its own file
        with self._lock:
            self._values[self._in_flight] += 1

    def end(self, environ: dict[str, Any], route: str | None, status: int, seconds: float) -> None:
        """Nothing; counts the request as answered."""
        method = environ["REQUEST_METHOD"]
        # A client may send any word as the method; there must be an end to the series.
        key = (method if method in _METHODS else OTHER_METHOD, route, status)
        rows: int = environ.get(ROWS_KEY, 0)
        with self._lock:
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = self._add(*key)
            values = self._values
            values[self._in_flight] -= 1
            values[slot + bisect_left(BOUNDS_S, seconds)] += 1
            values[slot + _SUM] += seconds
            if rows:
                values[self._row_slot(route)] += rows

    def read(self) -> Series:
        """Every series, added up over all processes that share the folder."""
        if self._pid != _PROCESS.pid:
            self._start()
        if self._folder is None:
            return self._file.read()
        return merge_series(self._folder, gauges=GAUGES)

    def _start(self) -> None:
        self._pid = _PROCESS.pid
        self._lock = threading.Lock()
        self._file = SeriesFile(self._folder)
        self._values = self._file.values
        self._slots: dict[tuple[str, str | None, int], int] = {}
        self._row_slots: dict[str | None, int] = {None: self._certain(ROWS, NO_ROUTE)}
        self._in_flight = self._certain(IN_FLIGHT)
        self._beyond = self._certain(BEYOND, size=_SIZE)
        self._values[self._certain(WORKERS)] = 1
        for model in self._models:
            self._values[self._certain(MODELS, model)] = 1

    def _certain(self, *key: str, size: int = 1) -> int:
        slot = self._file.add(key, size)
        if slot is None:
            raise ValueError(f"There are {len(self._models)} models, more than can be counted.")
        return slot

    def _add(self, method: str, route: str | None, status: int) -> int:
        slot = self._file.add((REQUESTS, method, route or NO_ROUTE, str(status)), _SIZE)
        return self._beyond if slot is None else slot

    def _row_slot(self, route: str | None) -> int:
        slot = self._row_slots.get(route)
        if slot is None:
            added = self._file.add((ROWS, str(route)), 1)
            slot = self._row_slots[route] = self._row_slots[None] if added is None else added
        return slot


def count_rows(count: int) -> None:
    """Nothing; adds `count` to the rows that the current request is answered for.

    They stand in the line of the request in the log, and in the metrics.

    Raises RuntimeError: outside a request.
    """
    environ = current_environ()
    environ[ROWS_KEY] = environ.get(ROWS_KEY, 0) + count
