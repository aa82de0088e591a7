from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, abort

from ml_api_kit.decorators import ApiGuards, handle_errors, validate_json
from ml_api_kit.errors import SettingsError


def make_app(**config: Any) -> Flask:
    app = Flask("logged")
    app.config.update(config)
    app.add_url_rule("/items/<int:number>", "item", lambda number: {"number": number})
    app.add_url_rule("/json", "json", validate_json(lambda: {}), methods=["POST"])
    app.add_url_rule("/broken", "broken", broken)
    app.add_url_rule("/handled", "handled", handle_errors(broken))
    app.add_url_rule("/gone", "gone", lambda: abort(410))
    app.add_url_rule("/stream", "stream", lambda: Response(half_a_body()))
    ApiGuards(app)
    return app


def broken() -> Any:
    raise KeyError("the password")


def half_a_body() -> Iterator[bytes]:
    yield b"half"
    raise ValueError("no more")


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.request for record in caplog.records if hasattr(record, "request")]


def test_request_leaves_one_line_with_its_route_and_not_its_path(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    make_app().test_client().get("/items/4711?key=secret", headers={"X-Request-ID": "r-1"})
    [line] = lines(caplog)
    assert line.pop("duration_ms") > 0
    assert line == {
        "request_id": "r-1",
        "method": "GET",
        "route": "/items/<int:number>",
        "status": 200,
    }
    assert "items/4711" not in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/broken", 500, "KeyError"),
        ("GET", "/handled", 500, "KeyError"),
        ("GET", "/gone", 410, "Gone"),
        ("GET", "/nowhere", 404, "NotFound"),
        ("DELETE", "/json", 405, "MethodNotAllowed"),
        ("POST", "/json", 400, "MalformedJsonError"),
    ],
)
@pytest.mark.parametrize("access_log", ["on", "off"])
def test_error_is_in_the_one_line_of_its_request(
    method: str, path: str, status: int, error: str, access_log: str, caplog: Any
) -> None:
    caplog.set_level(logging.INFO)
    client = make_app(MLAPI_ACCESS_LOG=access_log).test_client()
    assert client.open(path, method=method).status_code == status
    [record] = caplog.records
    assert (record.request["status"], record.request["error"]) == (status, error)
    assert record.request["detail"]
    assert record.levelno == (logging.ERROR if status >= 500 else logging.INFO)
    assert (record.exc_info is not None) == (status >= 500)


def test_access_log_that_is_off_leaves_answers_out(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert make_app(MLAPI_ACCESS_LOG=False).test_client().get("/items/1").status_code == 200
    assert caplog.records == []


def test_error_while_the_request_is_cleaned_up_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app()

    @app.teardown_request
    def fail(error: BaseException | None) -> None:
        raise OSError("the connection pool is gone")

    # The test client raises what replaces an answer; a server sends it.
    with pytest.raises(OSError, match="pool"):
        app.test_client().get("/items/1")
    [line] = lines(caplog)
    assert (line["error"], line["status"]) == ("OSError", 500)
    assert line["route"] == "/items/<int:number>"


def test_error_while_an_error_is_answered_leaves_a_line_of_its_own(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app()

    @app.after_request
    def fail(response: Response) -> Response:
        raise OSError("the second error")

    assert app.test_client().get("/broken").status_code == 500
    assert [line["error"] for line in lines(caplog)] == ["KeyError", "OSError"]
    assert len({line["request_id"] for line in lines(caplog)}) == 1


def test_error_in_a_streamed_body_is_logged_with_the_id(caplog: pytest.LogCaptureFixture) -> None:
    client = make_app().test_client()
    with pytest.raises(ValueError, match="no more"):
        client.get("/stream", headers={"X-Request-ID": "r-3"}, buffered=True)
    [line] = [line for line in lines(caplog) if "error" in line]
    assert (line["request_id"], line["error"]) == ("r-3", "ValueError")


def test_streamed_body_is_still_closed() -> None:
    closed = []

    def body() -> Iterator[bytes]:
        try:
            yield b"a"
            yield b"b"
        finally:
            closed.append(True)

    app = Flask("closing")
    app.add_url_rule("/", view_func=lambda: Response(body()))
    ApiGuards(app)
    answered = app.test_client().get("/", buffered=False)
    assert next(answered.iter_encoded()) == b"a"
    answered.close()
    assert closed == [True]


def test_switch_that_is_neither_on_nor_off_is_refused() -> None:
    with pytest.raises(SettingsError, match="MLAPI_ACCESS_LOG is 'yes'; set it to on or off"):
        make_app(MLAPI_ACCESS_LOG="yes")


def test_factory_of_records_is_used(caplog: pytest.LogCaptureFixture) -> None:
    usual = logging.getLogRecordFactory()

    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = usual(*args, **kwargs)
        record.__dict__["made_here"] = True
        return record

    logging.setLogRecordFactory(make)
    try:
        with caplog.at_level(logging.INFO):
            make_app().test_client().get("/items/1")
    finally:
        logging.setLogRecordFactory(usual)
    assert [hasattr(each, "made_here") for each in caplog.records if hasattr(each, "request")] == [
        True
    ]
