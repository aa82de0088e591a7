"""One structured line in the log for each request, and for each error of one.

A line is a log record whose attribute `request` holds the fields; a formatter such as
`ml_api_kit.serving.JsonLines` writes them as JSON, any other shows the sentence they make.
"""

from __future__ import annotations

import logging
from typing import Any

from werkzeug.exceptions import HTTPException

from ml_api_kit.decorators.direct_line import write_direct
from ml_api_kit.decorators.request_ids import request_id_of

#: Under this key of the WSGI environment a request keeps the rows that it was answered for.
ROWS_KEY = "ml_api_kit.rows"

#: Under this one the template of its route.
ROUTE_KEY = "ml_api_kit.route"

_WRITTEN_AT = "(request)"


def route_of(environ: dict[str, Any]) -> str | None:
    """The template of the route that the request in `environ` came by, such as `/v1/items/<id>`.

    None where no route fits. Paths themselves may hold what nobody should read in a log, and there
    is no end to them.
    """
    if ROUTE_KEY not in environ:  # kept, because Flask forgets it before the request is over
        rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
        environ[ROUTE_KEY] = None if rule is None else rule.rule
    route: str | None = environ[ROUTE_KEY]
    return route


def write_line(
    logger: logging.Logger,
    environ: dict[str, Any],
    *,
    status: int,
    duration_ms: float | None,
    error: BaseException | None = None,
) -> None:
    """Nothing; writes the line of the request in `environ` to `logger`.

    Its fields are `request_id`, `method`, `route`, `status`, `duration_ms` and, where there is an
    `error`, `error` (its class) and `detail` (its sentence); `rows` where `count_rows` counted
    any. The level is ERROR for 500 and above, with the traceback, else INFO, without.
    """
    level = logging.ERROR if status >= 500 else logging.INFO
    if not logger.isEnabledFor(level):
        return
    fields = {
        "request_id": request_id_of(environ),
        "method": environ["REQUEST_METHOD"],
        "route": route_of(environ),
        "status": status,
        # To the microsecond; `round` to a number of digits takes the way over text.
        "duration_ms": None if duration_ms is None else round(1000 * duration_ms) / 1000,
    }
    if ROWS_KEY in environ:
        fields["rows"] = environ[ROWS_KEY]
    if error is not None:
        fields["error"] = type(error).__name__
        fields["detail"] = _sentence(error)
    if status < 500 and write_direct(logger, level, fields):
        return
    record = logger.makeRecord(
        logger.name,
        level,
        _WRITTEN_AT,
        0,
        "%(method)s %(route)s answered %(status)d, request id %(request_id)s",
        (fields,),
        _exc_info(error) if status >= 500 else None,
        extra={"request": fields},
    )
    logger.handle(record)


def _sentence(error: BaseException) -> str:
    if isinstance(error, HTTPException):
        return error.description or error.name
    return str(error)


def _exc_info(error: BaseException | None) -> Any:
    return None if error is None else (type(error), error, error.__traceback__)
