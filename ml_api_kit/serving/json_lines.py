"""Log records as JSON, one line each."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any


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
        import orjson

        members: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
        }
        request: dict[str, Any] | None = getattr(record, "request", None)
        if request is None:
            members["message"] = record.getMessage()
        else:
            members.update(request)
        if record.exc_info:
            members["traceback"] = self.formatException(record.exc_info)
        # What is no Unicode text, such as a lone surrogate of a path, is written escaped.
        try:
            return orjson.dumps(members, default=repr, option=orjson.OPT_UTC_Z).decode()
        except orjson.JSONEncodeError:
            import json

            return json.dumps(members, default=str, separators=(",", ":"))
