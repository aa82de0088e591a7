"""What a bucket's `cors` lets web pages of other origins do, by its XML interface.

Source: https://cloud.google.com/storage/docs/cross-origin
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.store import Store

_MAX_AGE_S = 3600


def preflight_view(store: Store, request: Request, bucket: str, name: str = "") -> Response:
    """Whether a browser may send the request that it asks about: the headers say so, or lack."""
    method = request.headers.get("Access-Control-Request-Method", "")
    asked = request.headers.get("Access-Control-Request-Headers", "")
    response = Response(status=200)
    entry = _entry(store, bucket, request.headers.get("Origin"), method)
    if entry is None or not _has_all(entry, asked):
        return response
    response.headers["Access-Control-Allow-Methods"] = ", ".join(entry.get("method") or ())
    if headers := entry.get("responseHeader"):
        response.headers["Access-Control-Allow-Headers"] = ", ".join(headers)
    response.headers["Access-Control-Max-Age"] = str(entry.get("maxAgeSeconds", _MAX_AGE_S))
    _allow(request, response, entry)
    return response


def allow_origin(store: Store, request: Request, response: Response, bucket: str) -> None:
    """Let the page that asks read the answer, where the bucket lets its origin."""
    entry = _entry(store, bucket, request.headers.get("Origin"), request.method)
    if entry is None:
        return
    if headers := entry.get("responseHeader"):
        response.headers["Access-Control-Expose-Headers"] = ", ".join(headers)
    _allow(request, response, entry)


def _allow(request: Request, response: Response, entry: dict[str, Any]) -> None:
    is_any = "*" in (entry.get("origin") or ())
    response.headers["Access-Control-Allow-Origin"] = "*" if is_any else request.headers["Origin"]
    if not is_any:
        response.headers.add("Vary", "Origin")


def _entry(store: Store, bucket: str, origin: str | None, method: str) -> dict[str, Any] | None:
    """The first entry that names the origin and the method."""
    if origin is None:
        return None
    with store.index.transaction():
        record = store.index.bucket(bucket)
    entries: list[dict[str, Any]] = (record.fields.get("cors") or []) if record else []
    for entry in entries:
        origins, methods = entry.get("origin") or (), entry.get("method") or ()
        if {"*", origin} & set(origins) and {"*", method.upper()} & set(methods):
            return entry
    return None


def _has_all(entry: dict[str, Any], asked: str) -> bool:
    allowed = {header.lower() for header in entry.get("responseHeader") or ()}
    wanted = {header.strip().lower() for header in asked.split(",") if header.strip()}
    return "*" in allowed or wanted <= allowed
