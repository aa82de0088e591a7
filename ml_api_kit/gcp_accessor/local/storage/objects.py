"""Writes, reads, changes and deletes objects."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from ml_api_kit.gcp_accessor.local.storage.buckets import now, require_bucket
from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.object_fields import (
    check_digests,
    check_name,
    new_fields,
)
from ml_api_kit.gcp_accessor.local.storage.records import (
    BucketRecord,
    Fields,
    ObjectRecord,
    StagedContent,
)
from ml_api_kit.gcp_accessor.local.storage.retention import check_retention, with_expiration
from ml_api_kit.gcp_accessor.local.storage.soft_delete import kept_after_deletion
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, object_not_found


def check_target(store: Store, bucket: str, name: str, conditions: Conditions) -> None:
    """Let a write to an object pass, inside a transaction, before any byte of it is received.

    Raises StorageApiError: 400 for a name that is not allowed, 404 for no such bucket, 412 for a
    condition.
    """
    check_name(name)
    holder = require_bucket(store, bucket)
    current = store.index.object(bucket, name, None)
    conditions.check_write(**state(current))
    if current is not None:
        _check_hold(current)
        check_retention(holder, current)


def put_object(
    store: Store,
    bucket: str,
    name: str,
    *,
    fields: Fields,
    staged: StagedContent,
    conditions: Conditions,
    component_count: int | None = None,
    digests: Fields | None = None,
) -> ObjectRecord:
    """A new live generation of an object with the staged bytes; the staging file is used up.

    `fields` is a JSON resource, of which only what may be written is taken; its `md5Hash` and
    `crc32c` are compared with the bytes, and so are those of `digests`. With `component_count` the
    object counts as composite, has no MD5, and only the type that `fields` names. The generation
    that was live is removed, or stays noncurrent in a versioned bucket.

    Raises StorageApiError: 400 for a digest that differs or a name that is not allowed, 404 for no
    such bucket, 412 for a condition; then there is neither an object nor a staging file.
    """
    try:
        check_digests(fields, staged)
        check_digests(digests or {}, staged)
        with store.index.transaction():
            check_target(store, bucket, name, conditions)
            current = store.index.object(bucket, name, None)
            holder = require_bucket(store, bucket)
            generation = store.index.next_generation()
            is_versioned = holder.is_versioned
            record = ObjectRecord(
                bucket,
                name,
                generation,
                1,
                staged.size_bytes,
                staged.name,
                True,
                new_fields(fields, staged, component_count, holder),
            )
            is_free = current is not None and _retire(store, holder, current, is_versioned)
            store.index.save_object(record)
            store.content.adopt(staged)
    except BaseException:
        store.content.discard(staged.name)
        raise
    if current is not None and is_free:
        store.content.remove(current.content)
    return with_expiration(holder, record)


def get_object(
    store: Store, bucket: str, name: str, *, generation: int | None, conditions: Conditions
) -> ObjectRecord:
    """That generation of an object, or the live one for None.

    Raises StorageApiError: 404 where there is none, 412 or 304 for a condition.
    """
    with store.index.transaction():
        return _readable(store, bucket, name, generation, conditions)


def open_object(
    store: Store, bucket: str, name: str, *, generation: int | None, conditions: Conditions
) -> tuple[ObjectRecord, BinaryIO]:
    """An object and its bytes, which stay readable when it is deleted meanwhile.

    Raises StorageApiError: as `get_object` does.
    """
    with store.index.transaction():
        record = _readable(store, bucket, name, generation, conditions)
        return record, store.content.open(record.content)


def delete_object(
    store: Store, bucket: str, name: str, *, generation: int | None, conditions: Conditions
) -> None:
    """Delete an object; a versioned bucket keeps it noncurrent unless `generation` is named.

    Raises StorageApiError: 404 where there is none, 403 for one on hold, 412 for a condition.
    """
    with store.index.transaction():
        holder = require_bucket(store, bucket)
        is_versioned = holder.is_versioned and generation is None
        record = require_object(store, bucket, name, generation)
        conditions.check_write(**state(record))
        _check_hold(record)
        check_retention(holder, record)
        is_free = _retire(store, holder, record, is_versioned)
    if is_free:
        store.content.remove(record.content)


def require_object(store: Store, bucket: str, name: str, generation: int | None) -> ObjectRecord:
    """That generation of an object, or the live one for None, inside a transaction.

    Raises StorageApiError: 404 where there is none.
    """
    require_bucket(store, bucket)
    record = store.index.object(bucket, name, generation)
    if record is None:
        raise object_not_found(bucket, name)
    return record


def state(record: ObjectRecord | None) -> dict[str, int]:
    """The generation and metageneration that conditions are held against; 0 for no object."""
    if record is None:
        return {"generation": 0, "metageneration": 0}
    return {"generation": record.generation, "metageneration": record.metageneration}


def _readable(
    store: Store, bucket: str, name: str, generation: int | None, conditions: Conditions
) -> ObjectRecord:
    record = require_object(store, bucket, name, generation)
    conditions.check_read(**state(record))
    return with_expiration(require_bucket(store, bucket), record)


def _retire(store: Store, bucket: BucketRecord, record: ObjectRecord, is_versioned: bool) -> bool:
    """Whether its bytes are free once an object is noncurrent, soft-deleted or gone."""
    if is_versioned:
        fields = {**record.fields, "timeDeleted": now()}
        store.index.save_object(replace(record, is_live=False, fields=fields))
        return False
    store.index.delete_object(record)
    kept = kept_after_deletion(bucket, record.fields)
    if kept is None:
        return True
    fields, until_s = kept
    store.index.trash.save(replace(record, is_live=False, fields=fields), until_s)
    return False


def _check_hold(record: ObjectRecord) -> None:
    if record.fields.get("temporaryHold") or record.fields.get("eventBasedHold"):
        raise StorageApiError(
            403,
            "forbidden",
            f"Object '{record.bucket}/{record.name}' is under active hold and cannot be deleted or"
            " overwritten.",
        )
