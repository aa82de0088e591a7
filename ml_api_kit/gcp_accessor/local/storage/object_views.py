"""Answers the requests about objects, apart from uploads."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage import objects
from ml_api_kit.gcp_accessor.local.storage.acls import BUCKET_LIST, predefined
from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.conditions import (
    is_true,
    query_conditions,
    whole_number,
)
from ml_api_kit.gcp_accessor.local.storage.listing import list_objects, list_query
from ml_api_kit.gcp_accessor.local.storage.media import check_etag, send_media
from ml_api_kit.gcp_accessor.local.storage.object_answers import (
    object_response,
    shown_objects,
)
from ml_api_kit.gcp_accessor.local.storage.object_updates import update_object
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.resources import json_response
from ml_api_kit.gcp_accessor.local.storage.restoring import deleted_object, restore_object
from ml_api_kit.gcp_accessor.local.storage.store import Store


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
        response = send_media(
            store, request, bucket, name, generation=generation, conditions=conditions
        )
        # By this interface it is the tag of the JSON resource, without the quotes of HTTP.
        response.headers["ETag"] = response.headers["ETag"].strip('"')
        return response
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
