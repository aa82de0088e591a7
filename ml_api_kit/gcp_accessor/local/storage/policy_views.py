"""Answers requests about who may what: policies are kept and given back, and refuse nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.buckets import require_bucket
from ml_api_kit.gcp_accessor.local.storage.resources import POLICY, json_response
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import unsupported


def get_view(store: Store, request: Request, bucket: str) -> Response:
    """The policy of a bucket."""
    with store.index.transaction():
        record = require_bucket(store, bucket)
    return json_response(_policy(bucket, record.fields.get(POLICY) or {}))


def put_view(store: Store, request: Request, bucket: str) -> Response:
    """The policy of a bucket, which is now that of the body."""
    policy = json_object(small_body(request))
    with store.index.transaction():
        record = require_bucket(store, bucket)
        kept: dict[str, Any] = {
            key: policy[key] for key in ("bindings", "version") if key in policy
        }
        changed = replace(
            record,
            metageneration=record.metageneration + 1,
            fields={**record.fields, POLICY: kept},
        )
        store.index.save_bucket(changed)
    return json_response(_policy(bucket, kept))


def permissions_view(store: Store, request: Request, bucket: str) -> Response:
    """Those of the permissions asked for that one has: all of them."""
    with store.index.transaction():
        require_bucket(store, bucket)
    asked = request.args.getlist("permissions")
    return json_response({"kind": "storage#testIamPermissionsResponse", "permissions": asked})


def acl_view(store: Store, request: Request, **names: str) -> Response:
    """Nothing.

    Raises StorageApiError: 501, always.
    """
    raise unsupported("access control lists; set the policy of the bucket instead")


def notifications_view(store: Store, request: Request, bucket: str) -> Response:
    """The notifications of a bucket: none.

    Raises StorageApiError: 501, when one is to be made.
    """
    if request.method != "GET":
        raise unsupported("notifications, as there is no Pub/Sub here")
    with store.index.transaction():
        require_bucket(store, bucket)
    return json_response({"kind": "storage#notifications"})


def service_account_view(store: Store, request: Request, project: str) -> Response:
    """An address that belongs to nobody: nothing here asks who somebody is."""
    email = f"service-local@{project}.iam.gserviceaccount.com"
    return json_response({"kind": "storage#serviceAccount", "email_address": email})


def _policy(bucket: str, policy: dict[str, Any]) -> dict[str, Any]:
    head = {"kind": "storage#policy", "resourceId": f"projects/_/buckets/{bucket}"}
    return {**head, "version": 1, "etag": "CAE=", "bindings": [], **policy}
