"""Answers the requests about objects, apart from uploads."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage import objects
from ml_api_kit.gcp_accessor.local.storage.acls import BUCKET_LIST, predefined
from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.conditions import (
    Conditions,
    is_true,
    query_conditions,
    whole_number,
)
from ml_api_kit.gcp_accessor.local.storage.copies import (
    Source,
    compose_objects,
    compose_sources,
    copy_object,
)
from ml_api_kit.gcp_accessor.local.storage.customer_keys import (
    ENCRYPTION,
    source_key,
    target_key,
)
from ml_api_kit.gcp_accessor.local.storage.listing import list_objects, list_query
from ml_api_kit.gcp_accessor.local.storage.media import check_etag, send_media
from ml_api_kit.gcp_accessor.local.storage.object_answers import (
    object_response,
    shown_object,
    shown_objects,
)
from ml_api_kit.gcp_accessor.local.storage.object_updates import update_object
from ml_api_kit.gcp_accessor.local.storage.records import Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.resources import json_response
from ml_api_kit.gcp_accessor.local.storage.restoring import deleted_object, restore_object
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid
from ml_api_kit.gcp_accessor.local.storage.written_fields import target_fields


def list_view(store: Store, request: Request, bucket: str) -> Response:
    """One page of the objects."""
    page = list_objects(store, bucket, list_query(request.args))
    items = shown_objects(store, request, bucket, page.items)
    body = {"items": items, "prefixes": page.prefixes, "nextPageToken": page.next_token}
    filled = {key: value for key, value in body.items() if value}
    return json_response({"kind": "storage#objects", **filled})


def get_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The object's metadata, or with `alt=media` its bytes."""
    generation = whole_number(request.args, "generation")
    if is_true(request.args, "softDeleted"):
        return object_response(store, request, deleted_object(store, bucket, name, generation))
    conditions = query_conditions(request.args)
    if request.args.get("alt") == "media":
        return send_media(
            store, request, bucket, name, generation=generation, conditions=conditions
        )
    record = objects.get_object(store, bucket, name, generation=generation, conditions=conditions)
    check_etag(request, record)
    return object_response(store, request, record)


def update_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The object after a PATCH or a PUT of its metadata."""
    record = update_object(
        store,
        bucket,
        name,
        _changes(request),
        generation=whole_number(request.args, "generation"),
        conditions=query_conditions(request.args),
        is_patch=request.method == "PATCH",
        may_override=is_true(request.args, "overrideUnlockedRetention"),
    )
    return object_response(store, request, record)


def _changes(request: Request) -> Fields:
    body = json_object(small_body(request))
    if name := request.args.get("predefinedAcl"):
        body[BUCKET_LIST] = predefined(name, is_bucket=False)
    return body


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
        fields={**destination, **_target_fields(request, destination)},
        key=target_key(request.headers),
        conditions=query_conditions(request.args),
    )
    if body.get("deleteSourceObjects") is True:
        for source in {source.name: source for source in sources if source.name != name}.values():
            objects.delete_object(
                store, bucket, source.name, generation=None, conditions=source.conditions
            )
    return object_response(store, request, record)


def restore_view(store: Store, request: Request, bucket: str, name: str) -> Response:
    """The object that was soft-deleted."""
    record = restore_object(
        store,
        bucket,
        name,
        generation=whole_number(request.args, "generation"),
        conditions=query_conditions(request.args),
        keeps_list=is_true(request.args, "copySourceAcl"),
    )
    return object_response(store, request, record)


def copy_view(
    store: Store, request: Request, bucket: str, name: str, target_bucket: str, target: str
) -> Response:
    """The copy, of which one key of the customer holds for both sides."""
    key = target_key(request.headers)
    record = _copy(store, request, bucket, name, target_bucket, target, key=key)
    return object_response(store, request, record)


def rewrite_view(
    store: Store, request: Request, bucket: str, name: str, target_bucket: str, target: str
) -> Response:
    """The copy, which is always done in one call, and may have a key of its own."""
    key = source_key(request.headers)
    record = _copy(store, request, bucket, name, target_bucket, target, key=key)
    size = str(record.size_bytes)
    return json_response(
        {
            "kind": "storage#rewriteResponse",
            "totalBytesRewritten": size,
            "objectSize": size,
            "done": True,
            "resource": shown_object(store, request, record),
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
        key=(source.fields.get(ENCRYPTION) or {}).get("keySha256"),
        fields={},
        added={ENCRYPTION: source.fields.get(ENCRYPTION)},
        conditions=query_conditions(request.args),
    )
    objects.delete_object(store, bucket, name, generation=None, conditions=same)
    return object_response(store, request, moved)


def _target_fields(request: Request, fields: Fields) -> Fields:
    return target_fields(request, fields, list_name="destinationPredefinedAcl")


def _copy(
    store: Store,
    request: Request,
    bucket: str,
    name: str,
    target_bucket: str,
    target: str,
    *,
    key: str | None,
) -> ObjectRecord:
    source = Source(
        bucket,
        name,
        whole_number(request.args, "sourceGeneration"),
        query_conditions(request.args, prefix="ifSource"),
    )
    fields = json_object(small_body(request))
    return copy_object(
        store,
        source,
        target_bucket,
        target,
        key=key,
        fields=fields,
        added=_target_fields(request, fields),
        conditions=query_conditions(request.args),
    )
