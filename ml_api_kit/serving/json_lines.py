"""Log records as JSON, one line each."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson


class JsonLines(logging.Formatter):
    r"""A formatter that writes each record as one JSON object in one line.

    Its members are `time` (RFC 3339, UTC), `level`, `logger` and `message`; for the line of a
    request the fields of that (see `ml_api_kit.decorators.access_log`) in place of the message;
    and `traceback` where the record carries an error. Line breaks stand escaped, so that nothing
    in a record can look like a line of its own.

    Source: RFC 8259; the object of a line as in JSON Lines.

    >>> record = logging.LogRecord("shop", logging.INFO, "", 0, "two\nlines", (), None)
    >>> JsonLines().format(record).partition(",")[2]
    '"level":"INFO","logger":"shop","message":"two\\nlines"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """The JSON of `record`, without a line break."""
        request: dict[str, Any] | None = getattr(record, "request", None)
        members = {"message": record.getMessage()} if request is None else request
        if record.exc_info:
            members = {**members, "traceback": self.formatException(record.exc_info)}
        return self.format_request(
            members, created_s=record.created, level=record.levelname, logger=record.name
        )

    def format_request(
        self, fields: Mapping[str, Any], *, created_s: float, level: str, logger: str
    ) -> str:
        """The JSON of a line with the members `fields`, which came at `created_s`."""
        whole_s = int(created_s)
        time_text = f"{_second(whole_s)}.{int((created_s - whole_s) * 1e6):06d}Z"
        members = {"time": time_text, "level": level, "logger": logger, **fields}
        # What is no Unicode text, such as a lone surrogate of a path, is written escaped.
        try:
            return orjson.dumps(members, default=repr).decode()
        except orjson.JSONEncodeError:
            import json

            return json.dumps(members, default=str, separators=(",", ":"))


@lru_cache(1)  # most lines come in the same second as the one before
def _second(whole_s: int) -> str:
    return f"{datetime.fromtimestamp(whole_s, UTC):%Y-%m-%dT%H:%M:%S}"
