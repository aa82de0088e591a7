"""Makes, changes and deletes buckets."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import UTC, datetime

from ml_api_kit.gcp_accessor.local.storage.acls import (
    BUCKET_LIST,
    DEFAULT_LIST,
    check_fine_grained,
    check_public,
    entries_of,
)
from ml_api_kit.gcp_accessor.local.storage.bucket_settings import completed, location_fields
from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields
from ml_api_kit.gcp_accessor.local.storage.resources import POLICY
from ml_api_kit.gcp_accessor.local.storage.soft_delete import kept_after_deletion
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import conflict, invalid, not_found

# Source: https://cloud.google.com/storage/docs/buckets#naming
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_ADDRESS = re.compile(r"\d+(\.\d+){3}", re.ASCII)
_READ_ONLY = frozenset(
    (
        "kind",
        "id",
        "name",
        "selfLink",
        "metageneration",
        "generation",
        "etag",
        "objectRetention",
        "projectNumber",
        "timeCreated",
        "updated",
    )
)
DELETED_BUCKET = "deletedBucket"
NOTIFICATION = "notification"
MANAGED_FOLDER = "managedFolder"
_FIXED = (
    "hierarchicalNamespace",
    "location",
    "locationType",
    "generation",
    "objectRetention",
    "timeCreated",
    POLICY,
)


def now() -> str:
    """The time in the form of RFC 3339, in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def create_bucket(
    store: Store, fields: Fields, *, is_object_retention: bool = False
) -> BucketRecord:
    """A new bucket from its JSON resource.

    With `is_object_retention` its objects may be given a time until which they are kept.

    Raises StorageApiError: 400 for a name that is not allowed, 409 for one that is taken, 501 for a
    setting that would have an effect in the cloud alone.
    """
    name = fields.get("name")
    if not isinstance(name, str) or not _is_bucket_name(name):
        raise invalid(f"Invalid bucket name: {name!r}")
    time = now()
    given = {"storageClass": "STANDARD", **_writable(fields), **location_fields(fields)}
    times = {"timeCreated": time, "updated": time}
    if is_object_retention:
        given["objectRetention"] = {"mode": "Enabled"}
    given["generation"] = str(store.index.next_generation())
    record = BucketRecord(name, 1, {**completed(given, {}, time), **times})
    _check_lists(record, fields, {})
    with store.index.transaction():
        if store.index.bucket(name) is not None:
            raise conflict(
                "Your previous request to create the named bucket succeeded and you already own it."
            )
        store.index.save_bucket(record)
    return record


def get_bucket(store: Store, name: str, conditions: Conditions) -> BucketRecord:
    """The bucket `name`.

    Raises StorageApiError: 404 where there is none, 412 or 304 for a condition.
    """
    with store.index.transaction():
        record = require_bucket(store, name)
    conditions.check_read(generation=0, metageneration=record.metageneration)
    return record


def require_bucket(store: Store, name: str) -> BucketRecord:
    """The bucket `name`, inside a transaction.

    Raises StorageApiError: 404 where there is none.
    """
    record = store.index.bucket(name)
    if record is None:
        raise not_found("bucket")
    return record


def update_bucket(
    store: Store, name: str, changes: Fields, conditions: Conditions, *, is_patch: bool
) -> BucketRecord:
    """The bucket after `changes`: merged (RFC 7396) for a patch, else put in place of its fields.

    Raises StorageApiError: 404 where there is none, 412 for a condition.
    """
    with store.index.transaction():
        old = require_bucket(store, name)
        conditions.check_write(generation=0, metageneration=old.metageneration)
        kept = old.fields if is_patch else {}
        fixed = {key: old.fields[key] for key in _FIXED if key in old.fields}
        time = now()
        fields = {**merged(kept, _writable(changes)), **fixed, "updated": time}
        fields.setdefault("storageClass", "STANDARD")
        fields = completed(fields, old.fields, time)
        record = BucketRecord(name, old.metageneration + 1, fields)
        _check_lists(record, changes, old.fields)
        store.index.save_bucket(record)
    return record


def lock_retention(store: Store, name: str, conditions: Conditions) -> BucketRecord:
    """The bucket, whose retention policy can only be made longer from now on.

    Raises StorageApiError: 400 for a bucket without one, 404 where there is none, 412 for a
    condition.
    """
    with store.index.transaction():
        old = require_bucket(store, name)
        conditions.check_write(generation=0, metageneration=old.metageneration)
        policy = old.fields.get("retentionPolicy")
        if not policy:
            raise invalid("The bucket has no retention policy to lock.")
        fields = {**old.fields, "retentionPolicy": {**policy, "isLocked": True}, "updated": now()}
        record = BucketRecord(name, old.metageneration + 1, fields)
        store.index.save_bucket(record)
    return record


def delete_bucket(store: Store, name: str, conditions: Conditions) -> None:
    """Delete the bucket `name`.

    Raises StorageApiError: 404 where there is none, 409 when it is not empty, 412 for a condition.
    """
    with store.index.transaction():
        record = require_bucket(store, name)
        conditions.check_write(generation=0, metageneration=record.metageneration)
        if store.index.has_objects(name):
            raise conflict("The bucket you tried to delete is not empty.")
        store.index.delete_bucket(name)
        _keep_deleted(store, record)


def _keep_deleted(store: Store, record: BucketRecord) -> None:
    kept = kept_after_deletion(record, record.fields)
    store.index.documents.delete(NOTIFICATION, record.name)
    store.index.documents.delete(MANAGED_FOLDER, record.name)
    if kept is None:
        # The files of what was soft-deleted in it go with the next opening.
        store.index.trash.empty(record.name)
        return
    fields, until_s = kept
    generation = record.fields["generation"]
    store.index.trash.rename(record.name, trash_name(record.name, generation))
    document = {**asdict(replace(record, fields=fields)), "until_s": until_s}
    store.index.documents.save(DELETED_BUCKET, record.name, generation, document)


def trash_name(bucket: str, generation: str) -> str:
    """The name that the trash of a deleted bucket is kept under, which no bucket may have.

    >>> trash_name("exams", "7")
    'exams#7'
    """
    return f"{bucket}#{generation}"


def merged(old: Fields, changes: Fields) -> Fields:
    """`old` after the JSON merge patch `changes`: None deletes, objects merge, the rest replaces.

    Source: RFC 7396.

    >>> merged({"a": {"b": 1, "c": 2}}, {"a": {"b": None}, "d": 3})
    {'a': {'c': 2}, 'd': 3}
    """
    result = dict(old)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            inner = result.get(key)
            result[key] = merged(inner if isinstance(inner, dict) else {}, value)
        else:
            result[key] = value
    return result


def _check_lists(record: BucketRecord, changes: Fields, old: Fields) -> None:
    for key in (BUCKET_LIST, DEFAULT_LIST):
        if changes.get(key) is not None and record.fields.get(key) != old.get(key):
            check_fine_grained(record)
            check_public(record, entries_of(record.fields, key))


def _writable(fields: Fields) -> Fields:
    return {key: value for key, value in fields.items() if key not in _READ_ONLY and key != POLICY}


def _is_bucket_name(name: str) -> bool:
    return (
        _NAME.fullmatch(name) is not None
        and all(len(part) <= 63 for part in name.split("."))
        and ".." not in name
        and _ADDRESS.fullmatch(name) is None
        and "google" not in name
        and not name.startswith("goog")
    )
