"""Makes objects out of other objects: composed, copied, rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.content import blocks
from ml_api_kit.gcp_accessor.local.storage.customer_keys import check_key
from ml_api_kit.gcp_accessor.local.storage.object_fields import WRITABLE
from ml_api_kit.gcp_accessor.local.storage.objects import (
    check_target,
    open_object,
    put_object,
)
from ml_api_kit.gcp_accessor.local.storage.records import Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    invalid,
    required,
)

_MOST_SOURCES = 32
# A copy begins without holds, and in the class of its bucket.
_OWN = frozenset(("acl", "eventBasedHold", "retention", "storageClass", "temporaryHold"))


@dataclass(frozen=True, slots=True)
class Source:
    """An object to read from: its name, its generation (None for the live one), conditions."""

    bucket: str
    name: str
    generation: int | None
    conditions: Conditions


def copy_object(
    store: Store,
    source: Source,
    bucket: str,
    name: str,
    *,
    fields: Fields,
    added: Fields,
    key: str | None,
    conditions: Conditions,
) -> ObjectRecord:
    """A new object with the bytes of `source`, and its metadata where `fields` is empty.

    `key` is the digest of the customer's key that the source was written with, None without one;
    `added` goes on top of the metadata.

    Raises StorageApiError: 404 for no such source or bucket, 412 for a condition, 400 for another
    key.
    """
    with store.index.transaction():
        check_target(store, bucket, name, conditions)
    record, file = _opened(store, source, key)
    with file:
        staged = store.content.stage(blocks(file))
    inherited = {
        key: record.fields[key] for key in WRITABLE if key in record.fields and key not in _OWN
    }
    return put_object(
        store,
        bucket,
        name,
        fields={**(fields or inherited), **added},
        staged=staged,
        conditions=conditions,
        component_count=record.fields.get("componentCount"),
    )


def compose_objects(
    store: Store,
    bucket: str,
    name: str,
    sources: list[Source],
    *,
    fields: Fields,
    key: str | None,
    conditions: Conditions,
) -> ObjectRecord:
    """A new composite object: the bytes of 1 to 32 `sources` of the same bucket, in order.

    `key` is the digest of the customer's key that all of them were written with.

    Raises StorageApiError: 400 for another number of sources or another key, 404 for no such
    source, 412 for a condition.

    Source: https://cloud.google.com/storage/docs/composite-objects
    """
    if not sources:
        raise invalid("You must provide at least one source component.")
    if len(sources) > _MOST_SOURCES:
        raise invalid(
            f"The number of source components provided ({len(sources)}) exceeds the maximum "
            f"({_MOST_SOURCES})"
        )
    with store.index.transaction():
        check_target(store, bucket, name, conditions)
    parts: list[tuple[ObjectRecord, BinaryIO]] = []
    try:
        parts.extend(_opened(store, source, key) for source in sources)
        staged = store.content.stage(_joined([file for _, file in parts]))
    finally:
        for _, file in parts:
            file.close()
    return put_object(
        store,
        bucket,
        name,
        fields=fields,
        staged=staged,
        conditions=conditions,
        component_count=sum(record.fields.get("componentCount", 1) for record, _ in parts),
    )


def compose_sources(bucket: str, body: dict[str, Any]) -> list[Source]:
    """The sources that the body of a compose request names.

    Raises StorageApiError: 400 for a body of another form.
    """
    entries = body.get("sourceObjects")
    if not isinstance(entries, list):
        raise required("sourceObjects")
    return [_compose_source(bucket, entry) for entry in entries]


def _compose_source(bucket: str, entry: object) -> Source:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise invalid("Every source object needs a name.")
    preconditions = entry.get("objectPreconditions") or {}
    if not isinstance(preconditions, dict):
        raise invalid("Invalid value for objectPreconditions.")
    return Source(
        bucket,
        entry["name"],
        _number(entry.get("generation")),
        Conditions(generation_match=_number(preconditions.get("ifGenerationMatch"))),
    )


def _number(value: object) -> int | None:
    """The 64-bit number of a JSON resource, which Google writes as a string or as a number."""
    if value is None:
        return None
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise invalid(f"Invalid generation: {text[:40]!r}")
    return int(text)


def _opened(store: Store, source: Source, key: str | None) -> tuple[ObjectRecord, BinaryIO]:
    record, file = open_object(
        store,
        source.bucket,
        source.name,
        generation=source.generation,
        conditions=source.conditions,
    )
    try:
        check_key(record, key)
    except BaseException:
        file.close()
        raise
    return record, file


def _joined(files: list[BinaryIO]) -> Iterator[bytes]:
    for file in files:
        yield from blocks(file)
