"""Changes the metadata of objects."""

from __future__ import annotations

from dataclasses import replace

from ml_api_kit.gcp_accessor.local.storage.buckets import merged, now, require_bucket
from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.contexts import stamped_contexts
from ml_api_kit.gcp_accessor.local.storage.object_fields import (
    WRITABLE,
    check_custom_time,
    check_list,
    writable_fields,
)
from ml_api_kit.gcp_accessor.local.storage.objects import require_object, state
from ml_api_kit.gcp_accessor.local.storage.records import Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.retention import checked_retention, with_expiration
from ml_api_kit.gcp_accessor.local.storage.store import Store


def update_object(
    store: Store,
    bucket: str,
    name: str,
    changes: Fields,
    *,
    generation: int | None,
    conditions: Conditions,
    is_patch: bool,
    may_override: bool = False,
) -> ObjectRecord:
    """An object after `changes` of its metadata: merged (RFC 7396) for a patch, else replaced.

    With `may_override` its own retention may be shortened, unless it is locked.

    Raises StorageApiError: 404 where there is none, 412 for a condition, 403 for a retention that
    would be shortened, 400 for a custom time that would be taken away or set back.
    """
    writable = writable_fields(changes)
    with store.index.transaction():
        old = require_object(store, bucket, name, generation)
        conditions.check_write(**state(old))
        kept = {key: value for key, value in old.fields.items() if key not in WRITABLE}
        fields = merged(old.fields if is_patch else kept, writable)
        fields.setdefault("storageClass", "STANDARD")
        check_custom_time(old.fields, fields)
        holder = require_bucket(store, bucket)
        retention = checked_retention(holder, old.fields, fields, may_override=may_override)
        time = now()
        contexts = stamped_contexts(fields, old.fields, time)
        fields = {**fields, "contexts": contexts, "retention": retention, "updated": time}
        fields = {key: value for key, value in fields.items() if value is not None}
        check_list(holder, fields, old.fields)
        record = replace(old, metageneration=old.metageneration + 1, fields=fields)
        store.index.save_object(record)
    return with_expiration(holder, record)
