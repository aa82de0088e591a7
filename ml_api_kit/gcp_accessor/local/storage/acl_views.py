"""Answers the requests about access control lists."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.acl_changes import (
    Change,
    bucket_with_lists,
    change_bucket_list,
    change_object_list,
    object_with_list,
    removal,
)
from ml_api_kit.gcp_accessor.local.storage.acl_resources import bucket_entry, object_entry
from ml_api_kit.gcp_accessor.local.storage.acls import (
    BUCKET_LIST,
    DEFAULT_LIST,
    Entries,
    checked_entry,
    entries_of,
    find_entry,
    with_entry,
)
from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
from ml_api_kit.gcp_accessor.local.storage.bucket_views import base_url
from ml_api_kit.gcp_accessor.local.storage.conditions import whole_number
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.resources import json_response
from ml_api_kit.gcp_accessor.local.storage.store import Store

Shown = Callable[[dict[str, str]], Fields]


def bucket_view(store: Store, request: Request, bucket: str, entity: str = "") -> Response:
    """The list of a bucket, or the entry of one entity, read or changed."""
    return _bucket_view(store, request, bucket, BUCKET_LIST, entity)


def default_view(store: Store, request: Request, bucket: str, entity: str = "") -> Response:
    """The list that the new objects of a bucket begin with, or an entry, read or changed."""
    return _bucket_view(store, request, bucket, DEFAULT_LIST, entity)


def object_view(
    store: Store, request: Request, bucket: str, name: str, entity: str = ""
) -> Response:
    """The list of an object, or the entry of one entity, read or changed."""
    generation = whole_number(request.args, "generation")
    if request.method in ("GET", "HEAD"):
        record = object_with_list(store, bucket, name, generation)
    else:
        change = _change(request, entity, is_bucket=False)
        record = change_object_list(store, bucket, name, generation, change)
    return _answer(
        request,
        entries_of(record.fields, BUCKET_LIST),
        entity,
        lambda entry: object_entry(record, entry, base_url(request)),
        kind="storage#objectAccessControls",
    )


def _bucket_view(store: Store, request: Request, bucket: str, key: str, entity: str) -> Response:
    if request.method in ("GET", "HEAD"):
        record = bucket_with_lists(store, bucket)
    else:
        change = _change(request, entity, is_bucket=key == BUCKET_LIST)
        record = change_bucket_list(store, bucket, key, change)
    plural = "bucketAccessControls" if key == BUCKET_LIST else "objectAccessControls"
    return _answer(
        request,
        entries_of(record.fields, key),
        entity,
        lambda entry: bucket_entry(record, key, entry, base_url(request)),
        kind=f"storage#{plural}",
    )


def _change(request: Request, entity: str, *, is_bucket: bool) -> Change:
    if request.method == "DELETE":
        return removal(entity)
    body = json_object(small_body(request))
    if not entity:
        entry = checked_entry(body, is_bucket=is_bucket)
        return lambda entries: with_entry(entries, entry)

    def changed(entries: Entries) -> Entries:
        given = {**find_entry(entries, entity), **body, "entity": entity}
        return with_entry(entries, checked_entry(given, is_bucket=is_bucket))

    return changed


def _answer(
    request: Request, entries: Entries, entity: str, shown: Shown, *, kind: str
) -> Response:
    if request.method == "DELETE":
        return json_response(None, status=204)
    if request.method == "POST":
        # What was added is the last one.
        return json_response(shown(entries[-1]))
    if entity:
        return json_response(shown(find_entry(entries, entity)))
    return json_response({"kind": kind, "items": [shown(entry) for entry in entries]})
