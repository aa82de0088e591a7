"""Everything that a request leaves behind: the answer, the log, and what was counted."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask

from ml_api_kit.decorators.request_counts import COUNTS

RANDOM_ID = re.compile(rb"[0-9a-f]{32}")


@dataclass(frozen=True)
class Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Observer(logging.Handler):
    """Keeps the fields of every line, without the time it took."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app
        self.lines: list[tuple[int, dict[str, Any]]] = []
        app.logger.handlers = [self]
        app.logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = dict(getattr(record, "request", {"message": record.getMessage()}))
        fields.pop("duration_ms", None)
        fields["request_id"] = masked(str(fields.get("request_id")).encode())
        self.lines.append((record.levelno, fields))

    def ask(self, environ: dict[str, Any], body: bytes) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.append((status, headers))

        parts = self.app.wsgi_app({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
        text = b"".join(parts)
        status, headers = started[-1]
        kept = [(name, masked(value.encode()).decode()) for name, value in headers]
        return Answer(status, kept, masked(text))

    def counted(self) -> dict[tuple[str, ...], float]:
        """The numbers of all series but the classes and sums of durations."""
        read = self.app.extensions[COUNTS].read()
        return {key: sum(values[:-1]) for key, values in read.items() if key[0] != "workers"}


def masked(text: bytes) -> bytes:
    """`text`, where one random request id looks like the other."""
    return RANDOM_ID.sub(b"(id)", text)
