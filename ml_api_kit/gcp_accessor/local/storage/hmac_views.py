"""Answers requests about HMAC keys."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage import hmac_keys
from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url
from ml_api_kit.gcp_accessor.local.storage.conditions import is_true, whole_number
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.resources import json_response
from ml_api_kit.gcp_accessor.local.storage.store import Store

_MOST_RESULTS = 250


def list_view(store: Store, request: Request, project: str) -> Response:
    """One page of the keys of a project."""
    found = hmac_keys.list_keys(
        store,
        project,
        request.args.get("serviceAccountEmail"),
        has_deleted=is_true(request.args, "showDeletedKeys"),
    )
    after = request.args.get("pageToken", "")
    most = min(whole_number(request.args, "maxResults") or _MOST_RESULTS, _MOST_RESULTS)
    rest = [key for key in found if key["accessId"] > after]
    body: Fields = {"kind": "storage#hmacKeysMetadata"}
    if rest:
        body["items"] = [_resource(request, key) for key in rest[:most]]
    if len(rest) > most:
        body["nextPageToken"] = rest[most - 1]["accessId"]
    return json_response(body)


def create_view(store: Store, request: Request, project: str) -> Response:
    """The new key with its secret."""
    email = request.args.get("serviceAccountEmail")
    key, secret = hmac_keys.create_key(store, project, email)
    return json_response(
        {"kind": "storage#hmacKey", "metadata": _resource(request, key), "secret": secret}
    )


def one_view(store: Store, request: Request, project: str, access_id: str) -> Response:
    """A key, after its change by a PUT; nothing once it is deleted."""
    if request.method == "DELETE":
        hmac_keys.delete_key(store, project, access_id)
        return json_response(None, status=204)
    if request.method == "PUT":
        changes = json_object(small_body(request))
        key = hmac_keys.update_key(store, project, access_id, changes)
    else:
        key = hmac_keys.get_key(store, project, access_id)
    return json_response(_resource(request, key))


def _resource(request: Request, key: Fields) -> Fields:
    path = f"projects/{key['projectId']}/hmacKeys/{key['accessId']}"
    return {
        **key,
        "kind": "storage#hmacKeyMetadata",
        "id": f"{key['projectId']}/{key['accessId']}",
        "selfLink": f"{base_url(request)}/storage/v1/{path}",
    }
