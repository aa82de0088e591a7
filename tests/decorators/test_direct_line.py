from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from ml_api_kit.decorators.access_log import write_line
from ml_api_kit.serving import JsonLines

ENVIRON = {"REQUEST_METHOD": "POST", "ml_api_kit.request_id": "r-1", "ml_api_kit.route": "/v1/x"}


class Record(logging.LogRecord):
    pass


class Own(JsonLines):
    def format(self, record: logging.LogRecord) -> str:
        return "own " + super().format(record)


class Disk(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError("No space left on device")


def make_logger(
    change: Callable[[logging.Logger, logging.Handler], Any] | None = None,
    *,
    formatter: logging.Formatter | None = None,
    stream: io.StringIO | None = None,
) -> tuple[logging.Logger, io.StringIO]:
    """A logger below another one, which alone has a handler, and what the handler writes to."""
    parent, logger = logging.Logger("parent", logging.INFO), logging.Logger("app", logging.INFO)
    logger.parent = parent
    written = stream or io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter or JsonLines())
    parent.addHandler(handler)
    if change is not None:
        change(logger, handler)
    return logger, written


def lines_of(logger: logging.Logger, written: io.StringIO, **options: Any) -> list[dict[str, Any]]:
    """The lines of one request, without what no two of them have in common."""
    write_line(logger, dict(ENVIRON), **({"status": 200, "duration_ms": 1.25} | options))
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert all(datetime.fromisoformat(line.pop("time")).tzinfo for line in lines)
    return lines


def count_records(monkeypatch: pytest.MonkeyPatch) -> list[logging.LogRecord]:
    """The records that handlers get from now on."""
    handled: list[logging.LogRecord] = []
    handle = logging.Handler.handle

    def noted(self: logging.Handler, record: logging.LogRecord) -> Any:
        handled.append(record)
        return handle(self, record)

    monkeypatch.setattr(logging.Handler, "handle", noted)
    return handled


@pytest.mark.parametrize(
    "options", [{}, {"status": 404, "error": ValueError("no such\nroute \ud800")}]
)
def test_the_line_is_that_of_a_record(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    handled = count_records(monkeypatch)
    direct = lines_of(*make_logger(), **options)
    assert not handled
    logging.setLogRecordFactory(Record)
    try:
        recorded = lines_of(*make_logger(), **options)
    finally:
        logging.setLogRecordFactory(logging.LogRecord)
    assert [type(record) for record in handled] == [Record]
    assert direct == recorded
    assert len(direct) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda logger, handler: logger.addFilter(lambda record: True),
        lambda logger, handler: handler.addFilter(lambda record: True),
        lambda logger, handler: logger.addHandler(logging.NullHandler()),
        lambda logger, handler: logger.addHandler(logging.StreamHandler(io.StringIO())),
        lambda logger, handler: setattr(handler, "formatter", Own()),
        lambda logger, handler: setattr(handler, "formatter", logging.Formatter("%(message)s")),
        lambda logger, handler: setattr(handler, "formatter", None),
    ],
)
def test_whoever_wants_a_record_gets_it(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handled = count_records(monkeypatch)
    logger, written = make_logger(change)
    write_line(logger, dict(ENVIRON), status=200, duration_ms=1.25)
    assert handled
    assert written.getvalue().count("\n") == 1


def test_levels_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not lines_of(*make_logger(lambda logger, handler: handler.setLevel(logging.WARNING)))
    assert not lines_of(*make_logger(lambda logger, handler: logger.setLevel(logging.WARNING)))
    assert not lines_of(*make_logger(lambda logger, handler: setattr(logger, "propagate", False)))


def test_an_error_of_the_server_has_its_traceback() -> None:
    [line] = lines_of(*make_logger(), status=500, error=KeyError("secret"))
    assert line["traceback"] == "KeyError: 'secret'"


def test_a_line_that_cannot_be_written_is_told_and_answers_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert not lines_of(*make_logger(stream=Disk()))
    assert "No space left on device" in capsys.readouterr().err
