"""Answers the requests about buckets."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage import buckets
from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.conditions import query_conditions, whole_number
from ml_api_kit.gcp_accessor.local.storage.resources import bucket_resource, json_response
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid


def list_view(store: Store, request: Request) -> Response:
    """One page of the buckets, by name."""
    prefix, after = request.args.get("prefix", ""), request.args.get("pageToken", "")
    most = min(whole_number(request.args, "maxResults") or 1000, 1000)
    with store.index.transaction():
        found = [
            record
            for record in store.index.buckets()
            if record.name.startswith(prefix) and record.name > after
        ]
    items = [bucket_resource(record, base_url(request)) for record in found[:most]]
    body: dict[str, object] = {"kind": "storage#buckets"}
    if items:
        body["items"] = items
    if len(found) > most:
        body["nextPageToken"] = found[most - 1].name
    return json_response(body)


def create_view(store: Store, request: Request) -> Response:
    """The new bucket."""
    record = buckets.create_bucket(
        store,
        json_object(small_body(request)),
        is_object_retention=request.args.get("enableObjectRetention", "").lower() == "true",
    )
    return json_response(bucket_resource(record, base_url(request)))


def get_view(store: Store, request: Request, bucket: str) -> Response:
    """The bucket."""
    record = buckets.get_bucket(store, bucket, query_conditions(request.args))
    return json_response(bucket_resource(record, base_url(request)))


def layout_view(store: Store, request: Request, bucket: str) -> Response:
    """Where the bucket lies."""
    record = buckets.get_bucket(store, bucket, query_conditions({}))
    return json_response(
        {
            "kind": "storage#storageLayout",
            "bucket": record.name,
            "location": record.fields.get("location"),
            "locationType": record.fields.get("locationType"),
            "hierarchicalNamespace": {"enabled": False},
        }
    )


def update_view(store: Store, request: Request, bucket: str) -> Response:
    """The bucket after a PATCH or a PUT of its metadata."""
    record = buckets.update_bucket(
        store,
        bucket,
        json_object(small_body(request)),
        query_conditions(request.args),
        is_patch=request.method == "PATCH",
    )
    return json_response(bucket_resource(record, base_url(request)))


def lock_view(store: Store, request: Request, bucket: str) -> Response:
    """The bucket with its retention policy locked.

    Raises StorageApiError: 400 without the condition on its metageneration, which is needed.
    """
    conditions = query_conditions(request.args)
    if conditions.metageneration_match is None:
        raise invalid("Required parameter: ifMetagenerationMatch")
    record = buckets.lock_retention(store, bucket, conditions)
    return json_response(bucket_resource(record, base_url(request)))


def delete_view(store: Store, request: Request, bucket: str) -> Response:
    """Nothing, once the bucket is deleted."""
    buckets.delete_bucket(store, bucket, query_conditions(request.args))
    return json_response(None, status=204)


def base_url(request: Request) -> str:
    """The address under which the client reached this server, without a slash at the end."""
    return request.host_url.rstrip("/")
