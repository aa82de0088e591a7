"""Answers the requests about objects, apart from uploads."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage import objects
from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url
from ml_api_kit.gcp_accessor.local.storage.conditions import (
    Conditions,
    query_conditions,
    whole_number,
)
from ml_api_kit.gcp_accessor.local.storage.copies import (
    Source,
    compose_objects,
    compose_sources,
    copy_object,
)
from ml_api_kit.gcp_accessor.local.storage.listing import list_objects, list_query
from ml_api_kit.gcp_accessor.local.storage.media import check_etag, send_media
from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.resources import json_response, object_resource
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid


def list_view(store: Store, request: Request, bucket: str) -> Response:
    """One page of the objects."""
    if request.args.get("softDeleted", "").lower() == "true":
        # What is deleted here is gone, as in a bucket whose policy keeps nothing.
        return json_response({"kind": "storage#objects"})
    page = list_objects(store, bucket, list_query(request.args))
    items = [object_resource(record, base_url(request)) for record in page.items]
    body = {"items": items, "prefixes": page.prefixes, "nextPageToken": page.next_token}
    filled = {key: value for key, value in body.items() if value}
    return json_response({"kind": "storage#objects", **filled})


def get_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The object's metadata, or with `alt=media` its bytes."""
    generation = whole_number(request.args, "generation")
    conditions = query_conditions(request.args)
    if request.args.get("alt") == "media":
        return send_media(
            store, request, bucket, name, generation=generation, conditions=conditions
        )
    record = objects.get_object(store, bucket, name, generation=generation, conditions=conditions)
    check_etag(request, record)
    return object_response(request, record)


def update_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The object after a PATCH or a PUT of its metadata."""
    record = objects.update_object(
        store,
        bucket,
        name,
        json_object(small_body(request)),
        generation=whole_number(request.args, "generation"),
        conditions=query_conditions(request.args),
        is_patch=request.method == "PATCH",
        may_override=request.args.get("overrideUnlockedRetention", "").lower() == "true",
    )
    return object_response(request, record)


def delete_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """Nothing, once the object is deleted."""
    objects.delete_object(
        store,
        bucket,
        name,
        generation=whole_number(request.args, "generation"),
        conditions=query_conditions(request.args),
    )
    return json_response(None, status=204)


def compose_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The composed object."""
    body = json_object(small_body(request))
    destination = body.get("destination") or {}
    if not isinstance(destination, dict):
        raise invalid("Invalid value for destination.")
    sources = compose_sources(bucket, body)
    record = compose_objects(
        store,
        bucket,
        name,
        sources,
        fields=destination,
        conditions=query_conditions(request.args),
    )
    if body.get("deleteSourceObjects") is True:
        for source in {source.name: source for source in sources if source.name != name}.values():
            objects.delete_object(
                store, bucket, source.name, generation=None, conditions=source.conditions
            )
    return object_response(request, record)


def copy_view(
    store: Store, request: Request, bucket: str, name: str, target_bucket: str, target: str
) -> Response:
    """The copy."""
    record = _copy(store, request, bucket, name, target_bucket, target)
    return object_response(request, record)


def rewrite_view(
    store: Store, request: Request, bucket: str, name: str, target_bucket: str, target: str
) -> Response:
    """The copy, which is always done in one call."""
    record = _copy(store, request, bucket, name, target_bucket, target)
    size = str(record.size_bytes)
    return json_response(
        {
            "kind": "storage#rewriteResponse",
            "totalBytesRewritten": size,
            "objectSize": size,
            "done": True,
            "resource": object_resource(record, base_url(request)),
        }
    )


def move_view(store: Store, request: Request, bucket: str, name: str, target: str) -> Response:
    """The object under its new name.

    Raises StorageApiError: 412, when it was written anew meanwhile; then both are there.
    """
    source = objects.get_object(
        store,
        bucket,
        name,
        generation=whole_number(request.args, "sourceGeneration"),
        conditions=query_conditions(request.args, prefix="ifSource"),
    )
    same = Conditions(generation_match=source.generation)
    moved = copy_object(
        store,
        Source(bucket, name, None, same),
        bucket,
        target,
        fields={},
        conditions=query_conditions(request.args),
    )
    objects.delete_object(store, bucket, name, generation=None, conditions=same)
    return object_response(request, moved)


def object_response(request: Request, record: ObjectRecord) -> Response:
    """The JSON resource of an object, as an answer."""
    return json_response(object_resource(record, base_url(request)))


def _copy(
    store: Store, request: Request, bucket: str, name: str, target_bucket: str, target: str
) -> ObjectRecord:
    source = Source(
        bucket,
        name,
        whole_number(request.args, "sourceGeneration"),
        query_conditions(request.args, prefix="ifSource"),
    )
    return copy_object(
        store,
        source,
        target_bucket,
        target,
        fields=json_object(small_body(request)),
        conditions=query_conditions(request.args),
    )
