"""The WSGI application of the local Cloud Storage."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.full_disk import is_full
from ml_api_kit.gcp_accessor.local.partial_fields import Mask, parse_fields, selected
from ml_api_kit.gcp_accessor.local.storage import (
    acl_views,
    bucket_views,
    copy_views,
    cors,
    hmac_views,
    managed_folders,
    notification_views,
    object_views,
    policy_views,
    post_forms,
    upload_views,
    xml_buckets,
    xml_list,
    xml_views,
)
from ml_api_kit.gcp_accessor.local.storage.batch_views import batch_view
from ml_api_kit.gcp_accessor.local.storage.bodies import StorageRequest
from ml_api_kit.gcp_accessor.local.storage.hmac_signatures import check_signature
from ml_api_kit.gcp_accessor.local.storage.resources import error_body, json_response
from ml_api_kit.gcp_accessor.local.storage.routes import routes
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    StorageApiError,
    disk_full,
    invalid,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.storage.xml_answers import error_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_logger = logging.getLogger(__name__)

_VIEWS: dict[str, Callable[..., Response]] = {
    "buckets.list": bucket_views.list_view,
    "buckets.create": bucket_views.create_view,
    "buckets.get": bucket_views.get_view,
    "buckets.layout": bucket_views.layout_view,
    "buckets.lock": bucket_views.lock_view,
    "buckets.restore": bucket_views.restore_view,
    "buckets.update": bucket_views.update_view,
    "buckets.delete": bucket_views.delete_view,
    "objects.list": object_views.list_view,
    "objects.get": object_views.get_view,
    "objects.update": object_views.update_view,
    "objects.delete": object_views.delete_view,
    "objects.compose": copy_views.compose_view,
    "objects.copy": copy_views.copy_view,
    "objects.restore": object_views.restore_view,
    "objects.rewrite": copy_views.rewrite_view,
    "objects.move": copy_views.move_view,
    "policies.bucket": policy_views.bucket_view,
    "policies.object": policy_views.object_view,
    "policies.permissions": policy_views.permissions_view,
    "acls.bucket": acl_views.bucket_view,
    "acls.default": acl_views.default_view,
    "acls.object": acl_views.object_view,
    "policies.service_account": policy_views.service_account_view,
    "notifications.list": notification_views.list_view,
    "notifications.create": notification_views.create_view,
    "notifications.one": notification_views.one_view,
    "folders.list": managed_folders.list_view,
    "folders.create": managed_folders.create_view,
    "folders.one": managed_folders.one_view,
    "keys.list": hmac_views.list_view,
    "keys.create": hmac_views.create_view,
    "keys.one": hmac_views.one_view,
    "uploads.upload": upload_views.upload_view,
    "xml.buckets": xml_buckets.all_view,
    "xml.put_bucket": xml_buckets.put_view,
    "xml.delete_bucket": xml_buckets.delete_view,
    "xml.preflight": cors.preflight_view,
    "xml.form": post_forms.form_view,
    "xml.list": xml_list.list_view,
    "xml.get": xml_views.get_view,
    "xml.post": xml_views.post_view,
    "xml.put": xml_views.put_view,
    "xml.delete": xml_views.delete_view,
}


def create_app(store: Store) -> WSGIApplication:
    """The JSON interface, and a part of the XML interface, over the objects in `store`.

    A refusal leaves in Google's form. Nothing is held in memory that could be large.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from werkzeug.test import Client
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(Path(folder))
    ...     answer = Client(create_app(store)).get("/storage/v1/b/data")
    ...     store.close()
    >>> answer.status_code, answer.json["error"]["message"]
    (404, 'The specified bucket does not exist.')
    """

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = _answer(store, StorageRequest(environ))
        return response(environ, start_response)

    return app


def _answer(store: Store, request: Request) -> Response:
    path = _raw_path(request)
    try:
        return _routed(store, request, path)
    except StorageApiError as error:
        return _refusal(error, path)
    except Exception as error:
        # The edge of the server: whatever goes wrong must leave as an answer, and in the log.
        _logger.exception("%s %s failed", request.method, path)
        if isinstance(error, OSError | sqlite3.Error) and is_full(error):
            return _refusal(disk_full(store.folder), path)
        return _refusal(
            StorageApiError(500, "internalError", "The local server failed; see its log."), path
        )


def _routed(store: Store, request: Request, path: str) -> Response:
    endpoint, values = _match(request, path)
    if endpoint == "batch":
        return batch_view(request, lambda inner: _answer(store, inner))
    if endpoint.startswith("xml."):
        check_signature(store, request, path)
    mask = _mask(request)
    response = _VIEWS[endpoint](store, request, **values)
    if mask and not response.is_streamed and response.mimetype == "application/json":
        return json_response(selected(response.get_json(), mask), status=response.status_code)
    if endpoint.startswith("xml.") and "bucket" in values and request.method != "OPTIONS":
        cors.allow_origin(store, request, response, values["bucket"])
    return response


def _mask(request: Request) -> Mask:
    try:
        return parse_fields(request.args["fields"]) if request.args.get("fields") else {}
    except ValueError as error:
        raise invalid(str(error)) from error


def _match(request: Request, path: str) -> tuple[str, dict[str, Any]]:
    urls = routes().bind(request.host, url_scheme=request.scheme)
    try:
        endpoint, values = urls.match(path, method=request.method)
    except HTTPException as error:
        if _is_json_path(path) and error.code == 404:
            raise unsupported(f"{request.method} {path}") from error
        raise StorageApiError(
            error.code or 404, "notFound", f"There is no {request.method} {path} here."
        ) from error
    if _is_json_path(path) and str(endpoint).startswith("xml."):
        # The XML interface has a bucket of any name, also of those that begin the JSON interface.
        raise unsupported(f"{request.method} {path}")
    return str(endpoint), dict(values)


def _refusal(error: StorageApiError, path: str) -> Response:
    if error.status == 304:
        return Response(status=304)
    if path.startswith("/download/"):
        # Who asks for bytes is refused in plain text.
        response = Response(error.message, error.status, content_type="text/html; charset=UTF-8")
    elif _is_json_path(path):
        response = json_response(error_body(error), status=error.status)
    else:
        response = error_response(error)
    response.headers.update(error.headers)
    return response


def _is_json_path(path: str) -> bool:
    return path.startswith(("/storage/", "/upload/", "/download/", "/resumable/", "/batch"))


def _raw_path(request: Request) -> str:
    """The path as it came over the wire, where the server passes it on."""
    raw = request.environ.get("REQUEST_URI") or quote(request.environ.get("PATH_INFO", "/"))
    # A proxy's form of the request line holds the whole address.
    return urlsplit(str(raw)).path if "://" in raw[:8] else str(raw).partition("?")[0] or "/"
