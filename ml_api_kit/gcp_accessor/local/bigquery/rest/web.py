"""Reading requests and writing answers."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError

JSON_TYPE = "application/json; charset=UTF-8"
_STREAMED_ROWS = 5_000


def body_bytes(request: Request) -> bytes:
    """The body, unpacked when it is sent gzipped.

    Raises BigQueryError: 400, when it says that it is gzipped and is not.
    """
    body = request.get_data(cache=False)
    if body and request.headers.get("Content-Encoding", "").lower() == "gzip":
        try:
            return gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise BigQueryError("The body is not gzip", reason="parseError") from error
    return body


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in the body; an empty body is an empty object.

    Raises BigQueryError: 400, when it is something else.
    """
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BigQueryError("Parse Error: the body is not JSON", reason="parseError") from error
    if not isinstance(value, dict):
        raise BigQueryError("Parse Error: the body is not an object", reason="parseError")
    return value


def body_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body of the request.

    Raises BigQueryError: 400, when it is something else.
    """
    return parse_object(body_bytes(request))


def json_response(value: object, status: int = 200) -> Response:
    """The value as JSON."""
    return Response(json.dumps(value), status=status, content_type=JSON_TYPE)


def rows_response(head: dict[str, Any], rows: Iterable[str]) -> Response:
    """The object `head` as JSON with a member `rows` of rows that are JSON text already.

    Rows that are no list are sent while they are read.
    """
    text = json.dumps(head)
    if isinstance(rows, list):
        if rows:
            text = f'{text[:-1]}, "rows": [{",".join(rows)}]}}'
        return Response(text, content_type=JSON_TYPE)
    return Response(_streamed(text, rows), content_type=JSON_TYPE)


def _streamed(head: str, rows: Iterable[str]) -> Iterator[str]:
    separator = f'{head[:-1]}, "rows": ['
    taken = iter(rows)
    while piece := list(islice(taken, _STREAMED_ROWS)):
        yield separator + ",".join(piece)
        separator = ","
    yield "]}" if separator == "," else head


def whole_number(value: Any, name: str, default: int) -> int:
    """The number that a query argument or member spells; `default` where it is missing.

    Raises BigQueryError: 400, when it is no whole number from 0.
    """
    if value is None or value == "":
        return default
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise BigQueryError(f"Invalid value for {name}: {value!r}") from error
    if number < 0:
        raise BigQueryError(f"Invalid value for {name}: {number}")
    return number
