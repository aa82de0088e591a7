"""A small project's server: answers as a generated one does, with Flask's validation left out."""

import json
import os
import time
from pathlib import Path

import jsonschema
import waitress
from referencing import Registry, Resource

SCHEMAS = Path(__file__).parent / "schemas"


def _validator():
    documents = [json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")]
    registry = Registry().with_resources(
        [(each["$id"], Resource.from_contents(each)) for each in documents]
    )
    request = json.loads((SCHEMAS / "probabilities.request.json").read_text())
    return jsonschema.Draft202012Validator(request, registry=registry)


VALIDATOR = _validator()
TOKEN = os.environ.get("API_TOKEN")


def app(environ, start_response):
    status = _status(environ)
    body = json.dumps({"status": status}).encode()
    start_response(
        status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    )
    return [body]


def _status(environ):
    if environ["PATH_INFO"] == "/readyz":
        return "200 OK"
    time.sleep(float(os.environ.get("SLOW_S", "0")))
    if os.environ.get("DIE_AT_ONCE"):
        os._exit(7)
    if TOKEN and environ.get("HTTP_AUTHORIZATION") != f"Bearer {TOKEN}":
        return "401 Unauthorized"
    if environ["REQUEST_METHOD"] == "GET":
        return os.environ.get("GET_STATUS", "200 OK")
    if os.environ.get("ACCEPT_ALL"):
        return "200 OK"
    body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return "200 OK" if VALIDATOR.is_valid(body) else "422 Unprocessable Content"


if __name__ == "__main__":
    waitress.serve(app, host=os.environ["HOST"], port=int(os.environ["PORT"]), threads=8)
