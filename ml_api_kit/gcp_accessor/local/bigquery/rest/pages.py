"""Pages of rows: which to give next, and the token that names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.page_tokens import page_token, place_of
from ml_api_kit.gcp_accessor.local.bigquery.rest.encode import ISO, MICROS, SECONDS
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import whole_number

PAGE_ROWS = 50_000
"""The most rows of one page, whatever the client asks: it bounds the memory of an answer."""

_WHOLE_BYTES = 128 << 20
_SAMPLE_ROWS = 1_000
_IN_MICROS = {"formatOptions.useInt64Timestamp": "true"}
_FORMS = {"UNSPECIFIED": SECONDS, "FLOAT64": SECONDS, "INT64": MICROS, "ISO8601_STRING": ISO}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as JSON text, and the token of the page after them, or None.

    The rows of a whole answer are read while they are taken.
    """

    rows: Iterable[str]
    next_token: str | None


def read_page(
    engine: Engine, table_sql: str, fields: list[Field], row_count: int, arguments: Any
) -> Page:
    """The page that the arguments `pageToken` or `startIndex`, and `maxResults`, ask for.

    Raises BigQueryError: 400, when one of them is no whole number, or no token of these rows.
    """
    token = arguments.get("pageToken")
    start = place_of(token, table_sql)
    if not token:
        start = whole_number(arguments.get("startIndex"), "startIndex", 0)
    # A client that has a token and asks for no rows wants the rest, a page at a time.
    asked = whole_number(arguments.get("maxResults"), "maxResults", PAGE_ROWS)
    if token and asked == 0:
        asked = PAGE_ROWS
    count = max(min(asked, PAGE_ROWS, row_count - start), 0)
    form = timestamp_form(arguments)
    rows = engine.rows_json(table_sql, fields, start=start, count=count, form=form) if count else []
    end = start + count
    return Page(rows, page_token(table_sql, end) if end < row_count else None)


def read_whole(engine: Engine, table_sql: str, fields: list[Field], row_count: int) -> Page:
    """All rows in one page, as far as they are not too many for the memory of a client.

    Timestamps are whole numbers of microseconds.
    """
    sample = engine.rows_json(table_sql, fields, start=0, count=_SAMPLE_ROWS, form=MICROS)
    row_bytes = max(sum(map(len, sample)) / max(len(sample), 1), 1)
    if row_count <= PAGE_ROWS or row_count * row_bytes > _WHOLE_BYTES:
        return read_page(engine, table_sql, fields, row_count, _IN_MICROS)
    pieces = (
        engine.rows_json(table_sql, fields, start=start, count=PAGE_ROWS, form=MICROS)
        for start in range(0, row_count, PAGE_ROWS)
    )
    return Page(chain.from_iterable(pieces), None)


def timestamp_form(arguments: Any) -> str:
    """How the arguments of a request want timestamps spelled.

    Raises BigQueryError: 400, when they want two ways, or none that there is.
    """
    is_micros = str(arguments.get("formatOptions.useInt64Timestamp", "")).lower() == "true"
    asked = arguments.get("formatOptions.timestampOutputFormat") or "UNSPECIFIED"
    form = _FORMS.get(str(asked).removeprefix("TIMESTAMP_OUTPUT_FORMAT_"))
    if form is None or (is_micros and form not in (SECONDS, MICROS)):
        raise BigQueryError(f"Invalid value for formatOptions.timestampOutputFormat: {asked}")
    return MICROS if is_micros else form
