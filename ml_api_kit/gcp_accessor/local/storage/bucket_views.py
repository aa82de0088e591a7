"""Answers the requests about buckets."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage import buckets
from ml_api_kit.gcp_accessor.local.storage.acls import BUCKET_LIST, DEFAULT_LIST, predefined
from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.conditions import (
    is_true,
    query_conditions,
    whole_number,
)
from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields
from ml_api_kit.gcp_accessor.local.storage.resources import bucket_resource, json_response
from ml_api_kit.gcp_accessor.local.storage.restoring import (
    deleted_bucket,
    deleted_buckets,
    restore_bucket,
)
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import required


def list_view(store: Store, request: Request) -> Response:
    """One page of the buckets, by name."""
    prefix, after = request.args.get("prefix", ""), request.args.get("pageToken", "")
    most = min(whole_number(request.args, "maxResults") or 1000, 1000)
    if is_true(request.args, "softDeleted"):
        every = deleted_buckets(store)
    else:
        with store.index.transaction():
            every = store.index.buckets()
    found = [record for record in every if record.name.startswith(prefix) and record.name > after]
    items = [
        bucket_resource(record, base_url(request), has_lists=wants_lists(request))
        for record in found[:most]
    ]
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
        _body(request),
        is_object_retention=is_true(request.args, "enableObjectRetention"),
    )
    return _response(request, record)


def get_view(store: Store, request: Request, bucket: str) -> Response:
    """The bucket."""
    if is_true(request.args, "softDeleted"):
        generation = whole_number(request.args, "generation")
        return _response(request, deleted_bucket(store, bucket, generation))
    record = buckets.get_bucket(store, bucket, query_conditions(request.args))
    return _response(request, record)


def restore_view(store: Store, request: Request, bucket: str) -> Response:
    """The bucket that was soft-deleted."""
    generation = whole_number(request.args, "generation")
    return _response(request, restore_bucket(store, bucket, generation))


def layout_view(store: Store, request: Request, bucket: str) -> Response:
    """Where the bucket lies."""
    record = buckets.get_bucket(store, bucket, query_conditions({}))
    return json_response(
        {
            "kind": "storage#storageLayout",
            "bucket": record.name,
            "location": record.fields.get("location"),
            "locationType": record.fields.get("locationType"),
            "hierarchicalNamespace": {"enabled": record.is_hierarchical},
        }
    )


def update_view(store: Store, request: Request, bucket: str) -> Response:
    """The bucket after a PATCH or a PUT of its metadata."""
    record = buckets.update_bucket(
        store,
        bucket,
        _body(request),
        query_conditions(request.args),
        is_patch=request.method == "PATCH",
    )
    return _response(request, record)


def lock_view(store: Store, request: Request, bucket: str) -> Response:
    """The bucket with its retention policy locked.

    Raises StorageApiError: 400 without the condition on its metageneration, which is needed.
    """
    conditions = query_conditions(request.args)
    if conditions.metageneration_match is None:
        raise required("ifMetagenerationMatch")
    record = buckets.lock_retention(store, bucket, conditions)
    return _response(request, record)


def delete_view(store: Store, request: Request, bucket: str) -> Response:
    """Nothing, once the bucket is deleted."""
    buckets.delete_bucket(store, bucket, query_conditions(request.args))
    return json_response(None, status=204)


def wants_lists(request: Request) -> bool:
    """Whether a request asks for access control lists too; a change gives them by itself.

    Source: https://cloud.google.com/storage/docs/json_api/v1/buckets/patch
    """
    by_itself = "full" if request.method in ("PATCH", "PUT") else "noAcl"
    return request.args.get("projection", by_itself) == "full"


def _response(request: Request, record: BucketRecord) -> Response:
    return json_response(bucket_resource(record, base_url(request), has_lists=wants_lists(request)))


def _body(request: Request) -> Fields:
    """The resource in the body, with the lists that the query names in place of its own."""
    body = json_object(small_body(request))
    if own := request.args.get("predefinedAcl"):
        body[BUCKET_LIST] = predefined(own, is_bucket=True)
    if default := request.args.get("predefinedDefaultObjectAcl"):
        body[DEFAULT_LIST] = predefined(default, is_bucket=False)
    return body


def base_url(request: Request) -> str:
    """The address under which the client reached this server, without a slash at the end."""
    return request.host_url.rstrip("/")
