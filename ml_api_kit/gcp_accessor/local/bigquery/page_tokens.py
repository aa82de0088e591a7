"""Tokens of pages: each names the list that it goes on with, so that no other list takes it."""

from __future__ import annotations

import base64
import re
import zlib

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError

_PLAIN = re.compile(r"([0-9a-f]{8}):(\d{1,18})")


def page_token(listed: str, place: int) -> str:
    """The token of the page of a list that begins at `place`.

    >>> page_token("datasets", 50)
    'OWQ2YWJkOWU6NTA'
    >>> place_of(page_token("datasets", 50), "datasets")
    50
    """
    plain = f"{zlib.crc32(listed.encode()):08x}:{place}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def place_of(token: object, listed: str) -> int:
    """Where the page of a token begins; 0 without one.

    Raises BigQueryError: 400, for what is no token of this list.
    """
    if token is None or token == "":
        return 0
    text = str(token)
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except ValueError:
        plain = ""
    match = _PLAIN.fullmatch(plain)
    if match is None or int(match[1], 16) != zlib.crc32(listed.encode()):
        raise BigQueryError(f"Invalid value for pageToken: {text[:60]!r}")
    return int(match[2])
