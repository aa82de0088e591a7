"""The live line of a load test: in place on a terminal, every few seconds elsewhere."""

from __future__ import annotations

import shutil
import time
from types import TracebackType
from typing import Self, TextIO

from ml_api_kit.loadtest.records import Snapshot

_CLEAR_TO_END_OF_LINE = "\x1b[K"


def format_progress(snapshot: Snapshot, *, duration_s: int) -> str:
    """One line: elapsed time, users, requests, requests per second, failures, p50 and p95.

    >>> from ml_api_kit.loadtest.records import EndpointStats
    >>> total = EndpointStats("all", 1234, 5, 4, 9, 12, 411.25)
    >>> format_progress(Snapshot(3.04, 20, total), duration_s=10)
    '3/10 s · 20 users · 1,234 requests · 411.2/s · 5 failures · p50 4 ms · p95 9 ms'
    """
    total = snapshot.total
    return " · ".join(
        (
            f"{snapshot.elapsed_s:.0f}/{duration_s} s",
            f"{snapshot.users} users",
            f"{total.requests:,} requests",
            f"{total.requests_per_s:,.1f}/s",
            f"{total.failures:,} failures",
            f"p50 {total.median_ms:g} ms",
            f"p95 {total.p95_ms:g} ms",
        )
    )


class ProgressLine:
    """A line that shows what is going on, written to a text stream.

    On a terminal each text takes the place of the one before, cut to the terminal's width.
    Elsewhere (a file, a build log) each text is a line of its own, and one that comes within
    `interval_s` of the last is left out.
    """

    def __init__(self, stream: TextIO, *, interval_s: float = 3.0) -> None:
        """Write to `stream`, which says itself whether it is a terminal."""
        self._stream = stream
        self._interval_s = interval_s
        self._is_terminal = stream.isatty()
        self._is_line_open = False
        self._last_shown = float("-inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def show(self, text: str, *, is_urgent: bool = False) -> None:
        """Show `text`; one that is urgent is never left out."""
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            self._write(f"\r{text[:width]}{_CLEAR_TO_END_OF_LINE}")
            self._is_line_open = True
        elif is_urgent or time.monotonic() - self._last_shown >= self._interval_s:
            self._last_shown = time.monotonic()
            self._write(f"{text}\n")

    def close(self) -> None:
        """End the line, so that what is written next starts at the left."""
        if self._is_line_open:
            self._write("\n")
            self._is_line_open = False

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
