"""Answers requests about who may what: policies are kept and given back, and refuse nobody."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.buckets import require_bucket
from ml_api_kit.gcp_accessor.local.storage.conditions import whole_number
from ml_api_kit.gcp_accessor.local.storage.objects import require_object
from ml_api_kit.gcp_accessor.local.storage.policies import (
    bucket_policy,
    policy_resource,
    set_bucket_policy,
    set_object_policy,
)
from ml_api_kit.gcp_accessor.local.storage.resources import POLICY, json_response
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import required


def bucket_view(store: Store, request: Request, bucket: str) -> Response:
    """The policy of a bucket, which is that of the body after a PUT."""
    if request.method == "PUT":
        policy = set_bucket_policy(store, bucket, json_object(small_body(request)))
    else:
        with store.index.transaction():
            policy = bucket_policy(require_bucket(store, bucket))
    return json_response(policy_resource(policy, bucket))


def object_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The policy of an object, which is that of the body after a PUT."""
    generation = whole_number(request.args, "generation")
    if request.method == "PUT":
        body = json_object(small_body(request))
        policy = set_object_policy(store, bucket, name, generation, body)
    else:
        with store.index.transaction():
            policy = require_object(store, bucket, name, generation).fields.get(POLICY) or {}
    return json_response(policy_resource(policy, f"{bucket}/objects/{name}"))


def permissions_view(store: Store, request: Request, bucket: str, name: str = "") -> Response:
    """Those of the permissions asked for that one has: all of them.

    Raises StorageApiError: 400 where none is asked for, 404 for no such bucket or object.
    """
    asked = request.args.getlist("permissions")
    if not asked:
        raise required("permissions")
    with store.index.transaction():
        if name:
            require_object(store, bucket, name, whole_number(request.args, "generation"))
        else:
            require_bucket(store, bucket)
    return json_response({"kind": "storage#testIamPermissionsResponse", "permissions": asked})


def service_account_view(store: Store, request: Request, project: str) -> Response:
    """An address that belongs to nobody: nothing here asks who somebody is."""
    # Its number is that of the project in the cloud, of which there is none here.
    email = "service-0@gs-project-accounts.iam.gserviceaccount.com"
    return json_response({"kind": "storage#serviceAccount", "email_address": email})
