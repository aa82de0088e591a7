"""Shows and restores what is soft-deleted."""

from __future__ import annotations

import time
from dataclasses import replace

from ml_api_kit.gcp_accessor.local.storage.buckets import (
    DELETED_BUCKET,
    now,
    require_bucket,
    trash_name,
)
from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.content import blocks
from ml_api_kit.gcp_accessor.local.storage.objects import put_object
from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.soft_delete import restored_fields
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    conflict,
    not_found,
    object_not_found,
    required,
)


def deleted_object(store: Store, bucket: str, name: str, generation: int | None) -> ObjectRecord:
    """A soft-deleted generation of an object.

    Raises StorageApiError: 400 without a generation, 404 where there is none.
    """
    if generation is None:
        raise required("generation")
    with store.index.transaction():
        require_bucket(store, bucket)
        record = store.index.trash.find(bucket, name, generation)
    if record is None:
        raise object_not_found(bucket, name)
    return record


def restore_object(
    store: Store,
    bucket: str,
    name: str,
    *,
    generation: int | None,
    conditions: Conditions,
    keeps_list: bool,
) -> ObjectRecord:
    """A new live generation of a soft-deleted object, which stays until its time is over.

    `keeps_list` says whether its access control list is that of the deleted object.

    Raises StorageApiError: 400 without a generation, 404 where there is none, 412 for a condition.
    """
    deleted = deleted_object(store, bucket, name, generation)
    fields = restored_fields(deleted.fields)
    if not keeps_list:
        fields.pop("acl", None)
    with store.content.open(deleted.content) as file:
        staged = store.content.stage(blocks(file))
    return put_object(
        store,
        bucket,
        name,
        fields=fields,
        staged=staged,
        conditions=conditions,
        component_count=fields.get("componentCount"),
    )


def deleted_buckets(store: Store) -> list[BucketRecord]:
    """The soft-deleted buckets, by name."""
    with store.index.transaction():
        documents = store.index.documents.all(DELETED_BUCKET)
    return [_bucket(one) for one in documents if one["until_s"] > time.time()]


def deleted_bucket(store: Store, name: str, generation: int | None) -> BucketRecord:
    """A soft-deleted bucket.

    Raises StorageApiError: 400 without a generation, 404 where there is none.
    """
    if generation is None:
        raise required("generation")
    with store.index.transaction():
        found = store.index.documents.find(DELETED_BUCKET, name, str(generation))
    if found is None or found["until_s"] <= time.time():
        raise not_found("bucket")
    return _bucket(found)


def restore_bucket(store: Store, name: str, generation: int | None) -> BucketRecord:
    """A soft-deleted bucket that is there again, with what was soft-deleted in it.

    Raises StorageApiError: 400 without a generation, 404 where there is none, 409 where there is
    another bucket of that name.
    """
    deleted = deleted_bucket(store, name, generation)
    fields = {**restored_fields(deleted.fields), "updated": now()}
    record = replace(deleted, metageneration=deleted.metageneration + 1, fields=fields)
    with store.index.transaction():
        if store.index.bucket(name) is not None:
            raise conflict(f"The bucket {name} cannot be restored: another one has its name.")
        store.index.save_bucket(record)
        store.index.trash.rename(trash_name(name, str(generation)), name)
        store.index.documents.delete(DELETED_BUCKET, name, str(generation))
    return record


def _bucket(document: Fields) -> BucketRecord:
    return BucketRecord(document["name"], document["metageneration"], document["fields"])
