"""Files without the records that do not fit, where a load may leave some out."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ml_api_kit.gcp_accessor.local.bigquery.csv_source import quote_mark
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, JobCancelledError
from ml_api_kit.gcp_accessor.local.bigquery.sources import Source

Check = Callable[[Source], None]


@dataclass(frozen=True, slots=True)
class GoodRecords:
    """A source of the records that fit, and what is wrong with the others."""

    source: Source
    errors: list[BigQueryError]


def without_bad_records(source: Source, check: Check, *, skip: int, folder: Path) -> GoodRecords:
    """The records that `check` finds no fault with, in one file of the folder.

    They are searched by halves: a part that fits as a whole is not looked at more closely. The
    first `skip` lines of each file are no records.

    Raises BigQueryError: when there are more bad ones than the options allow.
    """
    most = source.whole_number("maxBadRecords")
    records = [one for path in source.files for one in _records(source, path, skip)]
    target = folder / "records"
    # What was a header is left out of the file.
    part = replace(source, files=(target,), options={**source.options, "skipLeadingRows": 0})
    errors: list[BigQueryError] = []
    good = _good(records, part, check, errors, most)
    target.write_bytes(b"".join(good))
    # A source remembers how its files are packed: this one is of another file.
    return GoodRecords(replace(part), errors)


def _good(
    records: list[bytes], part: Source, check: Check, errors: list[BigQueryError], most: int
) -> list[bytes]:
    if not records:
        return []
    part.files[0].write_bytes(b"".join(records))
    try:
        check(part)
    except JobCancelledError:
        raise
    except BigQueryError as fault:
        if len(records) > 1:
            middle = len(records) // 2
            first = _good(records[:middle], part, check, errors, most)
            return first + _good(records[middle:], part, check, errors, most)
        # The line is that of a file with this record alone.
        error = BigQueryError(fault.message.replace("CSV line 1 ", "A CSV line "))
        errors.append(error)
        if len(errors) > most:
            raise BigQueryError(
                "Error while reading data, error message: too many errors, giving up. Errors: "
                f"{len(errors)}; max bad: {most}. {error.message.split(': ', 1)[-1]}"
            ) from fault
        return []
    return records


def _records(source: Source, path: Path, skip: int) -> Iterator[bytes]:
    opened = gzip.open if source.compression == "gzip" else open
    with opened(path, "rb") as file:
        lines: list[bytes] = []
        is_multiline = source.format == "CSV" and source.options.get("allowQuotedNewlines")
        mark = quote_mark(source).encode() if is_multiline else b""
        for number, line in enumerate(file):
            if number < skip:
                continue
            lines.append(line)
            record = b"".join(lines)
            if mark and record.count(mark) % 2:
                continue
            lines.clear()
            if record.strip():
                yield record if record.endswith(b"\n") else record + b"\n"
        if lines:
            yield b"".join(lines) + b"\n"
