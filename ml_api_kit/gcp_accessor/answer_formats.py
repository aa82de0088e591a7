"""Answers of queries as tables for people, and as CSV and JSON lines for programs."""

from __future__ import annotations

import base64
import csv
import datetime
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from types import SimpleNamespace
from typing import Any

Rows = Iterable[Sequence[Any]]

# What a CSV writer spells as it is to be.
_PLAIN = frozenset((int, float, str))
# A line end would break the table, a tab its columns, and a terminal obeys the others.
_CONTROLS = {code: repr(chr(code))[1:-1] for code in (*range(0x20), *range(0x7F, 0xA0))}


def table_lines(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    r"""The lines of a table with a line under its head; numbers to the right, NULL where missing.

    >>> print("\n".join(table_lines(["id", "name"], [[1, "Ada"], [20, None]])))
    id  name
    --  ----
     1  Ada
    20  NULL
    """
    kept = [list(row) for row in rows]
    texts = [[_cell(value) for value in row] for row in kept]
    widths = [
        max([len(name), *(len(row[place]) for row in texts)]) for place, name in enumerate(columns)
    ]
    is_right = [_is_number_column(kept, place) for place in range(len(columns))]
    for cells in (list(columns), ["-" * width for width in widths], *texts):
        yield "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, is_right, strict=True)
        ).rstrip()


def csv_lines(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """The lines of a CSV file with a header; a missing value is empty, nested ones are JSON.

    >>> list(csv_lines(["id", "tags"], [[1, ["a", "b"]], [None, []]]))
    ['id,tags', '1,"[""a"", ""b""]"', ',[]']
    """
    lines: list[str] = []
    # All that a writer asks of its file.
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\n")
    for row in chain([columns], rows):
        writer.writerow([value if type(value) in _PLAIN else _csv_text(value) for value in row])
        yield lines.pop().removesuffix("\n")


def json_lines(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """One JSON object per row; dates and times as ISO 8601, NUMERIC as text, BYTES in base64.

    NaN and infinities, which JSON lacks, are the texts "NaN", "Infinity" and "-Infinity".

    >>> list(json_lines(["id", "day"], [[1, datetime.date(2020, 1, 2)]]))
    ['{"id": 1, "day": "2020-01-02"}']
    """
    for row in rows:
        yield _json(dict(zip(columns, row, strict=True)))


def _csv_text(value: Any) -> str:
    return "" if value is None else _text(value)


def _cell(value: Any) -> str:
    return "NULL" if value is None else _text(value).translate(_CONTROLS)


def _is_number_column(rows: list[list[Any]], place: int) -> bool:
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(
        isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) for value in values
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return _json(value)
    return value if isinstance(value, str) else str(_plain(value))


def _json(value: Any) -> str:
    try:
        return _ENCODER.encode(value)
    except ValueError:
        # JSON has no numbers that are not finite.
        return _ENCODER.encode(_spelled(value))


def _spelled(value: Any) -> Any:
    """The value with NaN and infinities as texts, which BigQuery reads into a FLOAT64."""
    if isinstance(value, dict):
        return {name: _spelled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_spelled(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if type(value).__name__ == "relativedelta":
        return _interval(value)
    return str(value)


def _interval(value: Any) -> str:
    """An INTERVAL as BigQuery spells it.

    >>> from dateutil.relativedelta import relativedelta
    >>> _interval(relativedelta(months=-13, days=2, minutes=-5, microseconds=-1500))
    '-1-1 2 -0:5:0.0015'

    Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#interval_type
    """
    months = value.years * 12 + value.months
    seconds = value.hours * 3600 + value.minutes * 60 + value.seconds
    micros = seconds * 1_000_000 + value.microseconds
    years, month = divmod(abs(months), 12)
    second, micro = divmod(abs(micros), 1_000_000)
    part = f".{micro:06}".rstrip("0") if micro else ""
    clock = f"{second // 3600}:{second // 60 % 60}:{second % 60}{part}"
    return f"{'-' * (months < 0)}{years}-{month} {value.days} {'-' * (micros < 0)}{clock}"


# Made once: `json.dumps` makes one for each call that has options.
_ENCODER = json.JSONEncoder(default=_plain, ensure_ascii=False, allow_nan=False)
