"""The records of text files, each by its place, so that those that fit can be told from others."""

from __future__ import annotations

import gzip
import shutil
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, JobCancelledError
from ml_api_kit.gcp_accessor.local.bigquery.files.csv_source import quote_mark
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source

Check = Callable[[Source], None]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its bytes, the first of them in its file, the line, and the file's URI."""

    data: bytes
    start: int
    line: int
    uri: str


class Records:
    """The records of the files of a source, which are read from them when they are needed."""

    def __init__(self, source: Source, *, skip: int, folder: Path) -> None:
        """Find them; the first `skip` lines of each file are none. Gzipped files are unpacked."""
        self._source = source
        self._files = [
            _plain(path, source.compression, folder / f"plain_{number}")
            for number, path in enumerate(source.files)
        ]
        self._places = array("Q")
        for number, path in enumerate(self._files):
            for start, line, size in _places(path, source, skip):
                self._places.extend((number, start, line, size))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._places) // 4

    def __getitem__(self, position: int) -> Record:
        """The record of this position, counted from 0."""
        number, start, line, size = self._places[4 * position : 4 * position + 4]
        with self._files[number].open("rb") as file:
            file.seek(start)
            data = file.read(size)
        return Record(data, start, line, self._source.uri(number))

    def write(self, positions: Iterable[int], target: Path) -> Source:
        """A source of these records alone, in the file `target`."""
        opened = [path.open("rb") for path in self._files]
        try:
            with target.open("wb") as result:
                for position in positions:
                    number, start, _, size = self._places[4 * position : 4 * position + 4]
                    opened[number].seek(start)
                    data = opened[number].read(size)
                    result.write(data if data.endswith(b"\n") else data + b"\n")
        finally:
            for file in opened:
                file.close()
        # What was a header is left out; a source remembers how its files are packed.
        options = {**self._source.options, "skipLeadingRows": 0}
        return replace(self._source, files=(target,), options=options, uris=())

    def bad_ones(self, check: Check, target: Path) -> Iterator[tuple[int, BigQueryError]]:
        """The position of each record that `check` finds a fault with, and the fault, in order.

        They are searched by halves: a part that fits as a whole is not looked at more closely.
        """
        return self._bad(0, len(self), check, target)

    def _bad(
        self, start: int, end: int, check: Check, target: Path
    ) -> Iterator[tuple[int, BigQueryError]]:
        if start == end:
            return
        part = self.write(range(start, end), target)
        try:
            check(part)
        except JobCancelledError:
            raise
        except BigQueryError as fault:
            if end - start == 1:
                yield start, fault
                return
            middle = (start + end) // 2
            yield from self._bad(start, middle, check, target)
            yield from self._bad(middle, end, check, target)


def _plain(path: Path, compression: str, target: Path) -> Path:
    if compression != "gzip":
        return path
    with gzip.open(path, "rb") as packed, target.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return target


def _places(path: Path, source: Source, skip: int) -> Iterator[tuple[int, int, int]]:
    """The first byte, the line and the size of each record; empty lines are none."""
    is_multiline = source.format == "CSV" and source.options.get("allowQuotedNewlines")
    mark = quote_mark(source).encode() if is_multiline else b""
    start = place = marks = 0
    first_line = 1
    is_empty = True
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            place += len(line)
            if number <= skip:
                start, first_line = place, number + 1
                continue
            marks += line.count(mark) if mark else 0
            is_empty = is_empty and not line.strip()
            if marks % 2:
                continue
            if not is_empty:
                yield start, first_line, place - start
            start, first_line, marks, is_empty = place, number + 1, 0, True
    if not is_empty:
        yield start, first_line, place - start
