"""The schema that the values of files suggest, by their first 500 records.

Source: https://cloud.google.com/bigquery/docs/schema-detect
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, check_fields
from ml_api_kit.gcp_accessor.local.bigquery.files.csv_dialect import first_record
from ml_api_kit.gcp_accessor.local.bigquery.files.csv_source import csv_select, delimiter
from ml_api_kit.gcp_accessor.local.bigquery.files.detected_json import json_fields
from ml_api_kit.gcp_accessor.local.bigquery.files.detected_types import detected_type
from ml_api_kit.gcp_accessor.local.bigquery.files.sources import Source

SAMPLE_RECORDS = 500

_STANDARD_NAMES = {"INTEGER": "int64", "FLOAT": "double", "BOOLEAN": "bool"}

Rows = Sequence[Sequence[str | None]]


def detect_fields(cursor: DuckDBPyConnection, source: Source) -> list[Field]:
    """The schema that the values of the files suggest.

    Raises BigQueryError: when there are none, or one key has values of several shapes.
    """
    if source.format != "CSV":
        return check_fields(_named(json_fields(source, most=SAMPLE_RECORDS)))
    skip = source.whole_number("skipLeadingRows")
    header = first_record(source, delimiter(source), skip=max(skip - 1, 0))
    if not header:
        raise BigQueryError("Error while reading data, error message: the file holds no columns.")
    if not skip and has_header(cursor, source):
        skip = 1
    rows = _sample(cursor, source, len(header), skip=skip)
    names = header if skip else [""] * len(header)
    kinds = _kinds(source, rows, len(header))
    return check_fields(
        _named([_field(name, kind) for name, kind in zip(names, kinds, strict=True)])
    )


def has_header(cursor: DuckDBPyConnection, source: Source) -> bool:
    """Whether the first line of a CSV file, or the last that is skipped, names the columns.

    It does where it holds nothing but strings, and the others hold something else. The first of
    several files says it for all of them.
    """
    if source.whole_number("skipLeadingRows"):
        return True
    source = replace(source, files=source.files[:1], path_columns=())
    count = len(first_record(source, delimiter(source), skip=0))
    if not count:
        return False
    first, *others = _sample(cursor, source, count, skip=0) or [()]
    if not others:
        return False
    names, below = _kinds(source, [first], count), _kinds(source, others, count)
    # Columns have names such as y, t and no, which spell truth where they stand among it.
    are_strings = all(
        name == "STRING" or (name == "BOOLEAN" and kind not in ("BOOLEAN", "STRING"))
        for name, kind in zip(names, below, strict=True)
    )
    return are_strings and any(kind != "STRING" for kind in below)


def _sample(cursor: DuckDBPyConnection, source: Source, count: int, *, skip: int) -> Rows:
    fields = [_field(f"value_{place}", "STRING") for place in range(count)]
    select = csv_select(cursor, source, fields, skip=skip)
    # One more, since the first may be the header.
    found: Rows = cursor.execute(f"{select} LIMIT {SAMPLE_RECORDS + 1}").fetchall()
    return found[: SAMPLE_RECORDS + (not skip)]


def _kinds(source: Source, rows: Rows, count: int) -> list[str]:
    return [
        detected_type([text for row in rows if (text := row[place]) is not None], source.options)
        for place in range(count)
    ]


def _field(name: str, kind: str) -> Field:
    return {"name": name, "type": kind, "mode": "NULLABLE"}


def _named(fields: list[Field]) -> list[Field]:
    """The fields under names that a column may have, each once."""
    taken: set[str] = set()
    named = []
    for position, field in enumerate(fields):
        name = plain = _column_name(field, position)
        number = 0
        while name.lower() in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name.lower())
        named.append({**field, "name": name})
        if "fields" in field:
            named[-1]["fields"] = _named(field["fields"])
    return named


def _column_name(field: Field, position: int) -> str:
    name = re.sub(r"[^A-Za-z0-9_]", "_", field["name"].strip())
    if not name:
        kind = _STANDARD_NAMES.get(field["type"], field["type"].lower())
        return f"{kind}_field_{position}"
    return f"_{name}" if name[0].isdigit() else name
