"""Pages of rows: which to give next, and the token that names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.web import whole_number

PAGE_ROWS = 50_000
"""The most rows of one page, whatever the client asks: it bounds the memory of an answer."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as JSON text, and the token of the page after them, or None."""

    rows: list[str]
    next_token: str | None


def read_page(
    engine: Engine, table_sql: str, fields: list[Field], row_count: int, arguments: Any
) -> Page:
    """The page that the arguments `pageToken` or `startIndex`, and `maxResults`, ask for.

    Raises BigQueryError: 400, when one of them is no whole number.
    """
    token = arguments.get("pageToken")
    start = whole_number(token or arguments.get("startIndex"), "pageToken", 0)
    # A client that has a token and asks for no rows wants the rest, a page at a time.
    asked = whole_number(arguments.get("maxResults"), "maxResults", PAGE_ROWS)
    if token and asked == 0:
        asked = PAGE_ROWS
    count = max(min(asked, PAGE_ROWS, row_count - start), 0)
    micros = str(arguments.get("formatOptions.useInt64Timestamp", "")).lower() == "true"
    rows = (
        engine.rows_json(table_sql, fields, start=start, count=count, has_int64_timestamps=micros)
        if count
        else []
    )
    end = start + count
    return Page(rows, str(end) if end < row_count else None)
