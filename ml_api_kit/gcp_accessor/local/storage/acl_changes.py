"""Reads and changes the access control lists of buckets and objects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ml_api_kit.gcp_accessor.local.storage.acls import (
    BUCKET_LIST,
    Entries,
    check_fine_grained,
    check_public,
    entries_of,
    find_entry,
    owned,
)
from ml_api_kit.gcp_accessor.local.storage.buckets import now, require_bucket
from ml_api_kit.gcp_accessor.local.storage.objects import require_object
from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.store import Store

Change = Callable[[Entries], Entries]


def bucket_with_lists(store: Store, bucket: str) -> BucketRecord:
    """A bucket whose lists may be read.

    Raises StorageApiError: 404 where there is none, 400 where access is uniform.
    """
    with store.index.transaction():
        record = require_bucket(store, bucket)
    check_fine_grained(record)
    return record


def object_with_list(store: Store, bucket: str, name: str, generation: int | None) -> ObjectRecord:
    """An object whose list may be read.

    Raises StorageApiError: 404 where there is none, 400 where access is uniform.
    """
    with store.index.transaction():
        check_fine_grained(require_bucket(store, bucket))
        return require_object(store, bucket, name, generation)


def change_bucket_list(store: Store, bucket: str, key: str, change: Change) -> BucketRecord:
    """The bucket, whose list under `key` is now what `change` makes of it.

    Raises StorageApiError: as `change` does; 404 for no such bucket, 400 where access is uniform,
    412 where public access is prevented.
    """
    with store.index.transaction():
        old = require_bucket(store, bucket)
        check_fine_grained(old)
        entries = change(entries_of(old.fields, key))
        check_public(old, entries)
        kept = owned(entries) if key == BUCKET_LIST else entries
        fields = {**old.fields, key: kept, "updated": now()}
        record = replace(old, metageneration=old.metageneration + 1, fields=fields)
        store.index.save_bucket(record)
    return record


def change_object_list(
    store: Store, bucket: str, name: str, generation: int | None, change: Change
) -> ObjectRecord:
    """The object, whose list is now what `change` makes of it.

    Raises StorageApiError: as `change_bucket_list` does, 404 also for no such object.
    """
    with store.index.transaction():
        holder = require_bucket(store, bucket)
        check_fine_grained(holder)
        old = require_object(store, bucket, name, generation)
        entries = change(entries_of(old.fields, BUCKET_LIST))
        check_public(holder, entries)
        fields = {**old.fields, BUCKET_LIST: owned(entries), "updated": now()}
        record = replace(old, metageneration=old.metageneration + 1, fields=fields)
        store.index.save_object(record)
    return record


def removal(entity: str) -> Change:
    """The change that takes the entry of an entity out of a list.

    It raises StorageApiError: 404 where there is none.
    """

    def change(entries: Entries) -> Entries:
        found = find_entry(entries, entity)
        return [one for one in entries if one is not found]

    return change
