"""What DuckDB says of a CSV file that it cannot read, in words that say what to do."""

from __future__ import annotations

import re

_LINE = re.compile(r"CSV Error on Line: (\d+)")
_COUNTS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_LONG = re.compile(r"Maximum line size of (\d+) bytes exceeded")


def csv_fault(text: str) -> str | None:
    r"""The fault and its line; None where DuckDB speaks of something else.

    >>> csv_fault("CSV Error on Line: 3\nExpected Number of Columns: 2 Found: 3")
    'CSV line 3 has 3 values for 2 columns; all lines need the same number of columns.'
    """
    line = _LINE.search(text)
    if line is None:
        return None
    where = f"CSV line {line[1]}"
    if "Invalid unicode" in text:
        return f"{where} is not UTF-8; name the encoding of the file, such as ISO-8859-1."
    if counts := _COUNTS.search(text):
        return (
            f"{where} has {counts[2]} values for {counts[1]} columns; all lines need the same "
            "number of columns."
        )
    if long := _LONG.search(text):
        return (
            f"{where} is longer than {int(long[1]):,} bytes, which is not supported by the local "
            "BigQuery; JSON lines may be longer."
        )
    if "unterminated quote" in text:
        return f"{where} has a quote that is not closed, or text behind a closing one."
    return f"{where} cannot be read."
