"""Answers the requests that make objects out of others: compose, copy, rewrite, move."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.bodies import json_object, small_body
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
from ml_api_kit.gcp_accessor.local.storage.customer_keys import (
    ENCRYPTION,
    source_key,
    target_key,
)
from ml_api_kit.gcp_accessor.local.storage.object_answers import object_response, shown_object
from ml_api_kit.gcp_accessor.local.storage.objects import delete_object, get_object
from ml_api_kit.gcp_accessor.local.storage.records import Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.resources import json_response
from ml_api_kit.gcp_accessor.local.storage.rewriting import next_rewritten, rewrite_token
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid
from ml_api_kit.gcp_accessor.local.storage.written_fields import target_fields


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
        fields={**_described(destination), **_target_fields(request, destination)},
        key=target_key(request.headers),
        conditions=query_conditions(request.args),
    )
    if body.get("deleteSourceObjects") is True:
        for source in {source.name: source for source in sources if source.name != name}.values():
            delete_object(store, bucket, source.name, generation=None, conditions=source.conditions)
    return object_response(store, request, record)


def _described(destination: Fields) -> Fields:
    """Without the digests of the object that is replaced, which clients send along."""
    return {key: value for key, value in destination.items() if key not in ("md5Hash", "crc32c")}


def copy_view(
    store: Store, request: Request, bucket: str, name: str, target_bucket: str, target: str
) -> Response:
    """The copy, of which one key of the customer holds for both sides."""
    key = target_key(request.headers)
    source = _source(request, bucket, name)
    record = _copy(store, request, source, target_bucket, target, key=key)
    return object_response(store, request, record)


def rewrite_view(
    store: Store, request: Request, bucket: str, name: str, target_bucket: str, target: str
) -> Response:
    """The copy, which may have a key of its own, or how far it is.

    Raises StorageApiError: 400 for a token that belongs to another rewriting.
    """
    source = _source(request, bucket, name)
    found = get_object(
        store, bucket, name, generation=source.generation, conditions=source.conditions
    )
    done_bytes = next_rewritten(
        found,
        f"{target_bucket}/{target}",
        request.args.get("rewriteToken"),
        whole_number(request.args, "maxBytesRewrittenPerCall"),
    )
    body = {
        "kind": "storage#rewriteResponse",
        "totalBytesRewritten": str(done_bytes),
        "objectSize": str(found.size_bytes),
        "done": done_bytes == found.size_bytes,
    }
    if not body["done"]:
        token = rewrite_token(found, f"{target_bucket}/{target}", done_bytes)
        return json_response({**body, "rewriteToken": token})
    key = source_key(request.headers)
    same = replace(source, generation=found.generation)
    record = _copy(store, request, same, target_bucket, target, key=key)
    return json_response({**body, "resource": shown_object(store, request, record)})


def move_view(store: Store, request: Request, bucket: str, name: str, target: str) -> Response:
    """The object under its new name.

    Raises StorageApiError: 412, when it was written anew meanwhile; then both are there.
    """
    source = get_object(
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
    delete_object(store, bucket, name, generation=None, conditions=same)
    return object_response(store, request, moved)


def _target_fields(request: Request, fields: Fields) -> Fields:
    return target_fields(request, fields, list_name="destinationPredefinedAcl")


def _source(request: Request, bucket: str, name: str) -> Source:
    return Source(
        bucket,
        name,
        whole_number(request.args, "sourceGeneration"),
        query_conditions(request.args, prefix="ifSource"),
    )


def _copy(
    store: Store,
    request: Request,
    source: Source,
    target_bucket: str,
    target: str,
    *,
    key: str | None,
) -> ObjectRecord:
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
