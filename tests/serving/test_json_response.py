from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response, after_this_request, jsonify

from ml_api_kit.serving import OrjsonProvider
from ml_api_kit.serving.json_response import JsonResponse


def set_location(response: Response) -> Response:
    response.headers["Content-Location"] = "/élan"
    return response


def set_cookie(response: Response) -> Response:
    response.set_cookie("seen", "1")
    return response


def set_text(response: Response) -> Response:
    response.set_data("été")
    return response


def set_parts(response: Response) -> Response:
    response.response = [b'{"a"', b": 1}"]
    return response


def set_status(response: Response) -> Response:
    response.status = "204 NO CONTENT"
    return response


def set_no_length(response: Response) -> Response:
    del response.headers["Content-Length"]
    return response


def set_stream(response: Response) -> Response:
    response.response = iter([b"streamed"])
    return response


CHANGES = [
    set_location,
    set_cookie,
    set_text,
    set_parts,
    set_status,
    set_no_length,
    set_stream,
]


def sent(change: Any, *, method: str, kind: type[Response] | None) -> tuple[str, list[Any], bytes]:
    """What goes to the server, with Flask's own response where `kind` is that."""
    app = Flask("answers")
    if kind is None:
        app.json = OrjsonProvider(app)
    else:
        app.response_class = type("Plain", (kind,), {})
        app.json = OrjsonProvider(app)

    @app.get("/")
    def answer() -> Any:
        if change is not None:
            after_this_request(change)
        return {"a": 1.5, "b": "été"}

    answered = app.test_client().open("/", method=method)
    return answered.status, sorted(answered.headers), answered.data


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("change", [None, *CHANGES])
def test_it_sends_what_flask_sends(change: Any, method: str) -> None:
    assert sent(change, method=method, kind=None) == sent(change, method=method, kind=Response)


def test_what_waits_for_its_end_is_called_once_it_is_sent() -> None:
    app, closed = Flask("answers"), list[str]()
    app.json = OrjsonProvider(app)

    @app.get("/")
    def answer() -> Response:
        response = jsonify(a=1)
        assert type(response) is JsonResponse
        response.call_on_close(lambda: closed.append("closed"))
        return response

    with app.test_client() as client:
        answered = client.get("/", buffered=False)
        assert not closed
        answered.close()
    assert closed == ["closed"]


def test_a_response_class_of_the_app_is_kept() -> None:
    class Own(Response):
        pass

    app = Flask("answers")
    app.response_class = Own
    app.json = OrjsonProvider(app)
    with app.app_context():
        assert type(jsonify(a=1)) is Own
