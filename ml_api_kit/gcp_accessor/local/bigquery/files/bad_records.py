"""Loads of files with records that do not fit: which they are, and what is left without them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.files.load_faults import READING, record_error
from ml_api_kit.gcp_accessor.local.bigquery.files.records import Check, Records
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source

_FORMATS = {"CSV": "CSV", "NEWLINE_DELIMITED_JSON": "JSON"}
_TOLD_ERRORS = 100

Reading = Callable[[], AbstractContextManager[DuckDBPyConnection]]


@dataclass(frozen=True, slots=True)
class GoodRecords:
    """A source of the records that fit, and what is wrong with the others."""

    source: Source
    errors: list[BigQueryError]


def without_bad_records(
    source: Source, fields: list[Field], reading: Reading, check: Check, *, skip: int, folder: Path
) -> GoodRecords | None:
    """The records that `check` finds no fault with, in one file of the folder; None: all fit.

    The first `skip` lines of each file are no records.

    Raises BigQueryError: when there are more bad ones than the options allow, naming them.
    """
    most = source.whole_number("maxBadRecords")
    records = Records(source, skip=skip, folder=folder)
    bad: set[int] = set()
    errors: list[BigQueryError] = []
    for position, fault in islice(records.bad_ones(check, folder / "part"), most + 1):
        bad.add(position)
        if len(errors) < _TOLD_ERRORS:
            with reading() as cursor:
                errors.append(record_error(cursor, source, fields, records[position], fault))
        if len(bad) > most:
            raise _too_many(source, errors, row_count=position + 1, bad_count=len(bad))
    if not bad:
        return None
    good = (position for position in range(len(records)) if position not in bad)
    return GoodRecords(records.write(good, folder / "good"), errors)


def _too_many(
    source: Source, errors: list[BigQueryError], *, row_count: int, bad_count: int
) -> BigQueryError:
    """The error of the job: the fault itself where one is enough, else how many there are."""
    most = source.whole_number("maxBadRecords")
    counts = (
        f"{_FORMATS[source.format]} processing encountered too many errors, giving up. "
        f"Rows: {row_count}; errors: {bad_count}; max bad: {most}; error percent: 0"
    )
    summary = BigQueryError(f"{READING}{counts}", location=errors[-1].location)
    first, *others = errors if most == 0 else [summary, *errors]
    first.details = (summary,) if most == 0 else tuple(others)
    return first
