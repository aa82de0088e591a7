"""What separates the values of a CSV file that nobody has said it of.

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv#csv_delimiter
"""

from __future__ import annotations

import csv
import io

from ml_api_kit.gcp_accessor.local.bigquery.files.csv_source import head, quote_mark
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source

_DELIMITERS = (",", "|", "\t")
_RECORDS = 20


def detected_delimiter(source: Source) -> str:
    """Comma, pipe or tab: the one that cuts each of the first lines into as many values, and most.

    Where none cuts all alike, it is the one that cuts the first line most, and a comma where none
    is in it.
    """
    counts = {one: _value_counts(source, one) or [0] for one in _DELIMITERS}
    even = [one for one, found in counts.items() if found[0] > 1 and len(set(found)) == 1]
    # Of equal counts the first is taken, which is the comma.
    return max(even or _DELIMITERS, key=lambda one: counts[one][0])


def first_record(source: Source, delimiter: str, *, skip: int) -> list[str]:
    """The values of the first record behind `skip` lines of the first file; none without one."""
    return next(iter(_records(source, delimiter, skip=skip)), [])


def _value_counts(source: Source, delimiter: str) -> list[int]:
    skip = max(source.whole_number("skipLeadingRows") - 1, 0)
    return [len(record) for record in _records(source, delimiter, skip=skip)]


def _records(source: Source, delimiter: str, *, skip: int) -> list[list[str]]:
    text = head(source.files[0], source.compression).decode("utf-8-sig", "replace")
    lines = text.splitlines(keepends=True)[skip:]
    # The last line may have been cut where the head ends.
    if len(lines) > 1 and not lines[-1].endswith("\n"):
        lines.pop()
    mark = quote_mark(source)
    if len(delimiter) > 1 or len(mark) > 1:
        return [line.rstrip("\r\n").split(delimiter) for line in lines[:_RECORDS]]
    reader = csv.reader(
        io.StringIO("".join(lines), newline=""),
        delimiter=delimiter,
        quotechar=mark or None,
        quoting=csv.QUOTE_MINIMAL if mark else csv.QUOTE_NONE,
    )
    records: list[list[str]] = []
    for record in reader:
        if record:
            records.append(record)
        if len(records) == _RECORDS:
            break
    return records
