"""The line of a request written past the records of `logging`, where nobody could tell.

A record holds what no line of a request shows, such as the place in the code and the task that ran
it, and looking that up takes longer than to write the line. It is left out where one plain handler
writes all there is to write, by a formatter that can do with the fields of a request: that is the
log of `serve`. Everything else gets its record: other handlers, filters, loggers and factories.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

_FORMAT = "format_request"


def write_direct(logger: logging.Logger, level: int, fields: Mapping[str, Any]) -> bool:
    """True where the line with `fields` was written for `logger`; False where it needs a record.

    What goes wrong while it is written is told as the handler tells it.
    """
    handler = _only_handler(logger)
    # Of the formatter's very class: a subclass may write lines in its own way.
    if handler is None or level < handler.level or _FORMAT not in vars(type(handler.formatter)):
        return False
    line: str = getattr(handler.formatter, _FORMAT)(
        fields, created_s=time.time(), level=logging.getLevelName(level), logger=logger.name
    )
    with handler.lock or nullcontext():
        try:
            handler.stream.write(line + handler.terminator)
            handler.stream.flush()
        except Exception:  # noqa: BLE001 - as in its own emit
            handler.handleError(logging.LogRecord(logger.name, level, "", 0, line, None, None))
    return True


def _only_handler(logger: logging.Logger) -> logging.StreamHandler[Any] | None:
    """The plain handler that alone gets the records of `logger`; None where it is not so."""
    if (
        type(logger) is not logging.Logger
        or logger.filters
        or logging.getLogRecordFactory() is not logging.LogRecord
    ):
        return None
    found: list[logging.Handler] = []
    asked: logging.Logger | None = logger
    while asked is not None:
        found += asked.handlers
        asked = asked.parent if asked.propagate else None
    if len(found) != 1 or type(found[0]) is not logging.StreamHandler or found[0].filters:
        return None
    return found[0]
