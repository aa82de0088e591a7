"""Writes, reads, changes and deletes objects."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from ml_api_kit.gcp_accessor.local.storage.bucket_settings import checked_class
from ml_api_kit.gcp_accessor.local.storage.buckets import merged, now, require_bucket
from ml_api_kit.gcp_accessor.local.storage.conditions import Conditions
from ml_api_kit.gcp_accessor.local.storage.records import (
    BucketRecord,
    Fields,
    ObjectRecord,
    StagedContent,
)
from ml_api_kit.gcp_accessor.local.storage.retention import (
    check_retention,
    checked_retention,
    with_expiration,
)
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    StorageApiError,
    invalid,
    object_not_found,
)

WRITABLE = (
    "cacheControl",
    "contentDisposition",
    "contentEncoding",
    "contentLanguage",
    "contentType",
    "contexts",
    "customTime",
    "eventBasedHold",
    "metadata",
    "retention",
    "storageClass",
    "temporaryHold",
)


_KINDS: dict[str, type] = {
    "contexts": dict,
    "eventBasedHold": bool,
    "metadata": dict,
    "retention": dict,
    "temporaryHold": bool,
}


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
) -> ObjectRecord:
    """A new live generation of an object with the staged bytes; the staging file is used up.

    `fields` is a JSON resource, of which only what may be written is taken; its `md5Hash` and
    `crc32c` are compared with the bytes. With `component_count` the object counts as composite and
    has no MD5. The generation that was live is removed, or stays noncurrent in a versioned bucket.

    Raises StorageApiError: 400 for a digest that differs or a name that is not allowed, 404 for no
    such bucket, 412 for a condition; then there is neither an object nor a staging file.
    """
    try:
        check_digests(fields, staged)
        with store.index.transaction():
            check_target(store, bucket, name, conditions)
            current = store.index.object(bucket, name, None)
            holder = require_bucket(store, bucket)
            new_fields = _new_fields(fields, staged, component_count, holder)
            generation = store.index.next_generation()
            is_versioned = holder.is_versioned
            record = ObjectRecord(
                bucket, name, generation, 1, staged.size_bytes, staged.name, True, new_fields
            )
            if current is not None:
                _retire(store, current, is_versioned=is_versioned)
            store.index.save_object(record)
            store.content.adopt(staged)
    except BaseException:
        store.content.discard(staged.name)
        raise
    if current is not None and not is_versioned:
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
    writable = _writable(changes)
    with store.index.transaction():
        old = require_object(store, bucket, name, generation)
        conditions.check_write(**state(old))
        kept = {key: value for key, value in old.fields.items() if key not in WRITABLE}
        fields = merged(old.fields if is_patch else kept, writable)
        fields.setdefault("storageClass", "STANDARD")
        _check_custom_time(old.fields, fields)
        holder = require_bucket(store, bucket)
        retention = checked_retention(holder, old.fields, fields, may_override=may_override)
        fields = {**fields, "retention": retention, "updated": now()}
        fields = {key: value for key, value in fields.items() if value is not None}
        record = replace(old, metageneration=old.metageneration + 1, fields=fields)
        store.index.save_object(record)
    return with_expiration(holder, record)


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
        _retire(store, record, is_versioned=is_versioned)
    if not is_versioned:
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


def check_name(name: object) -> None:
    """Let an object's name pass: 1 to 1024 bytes of UTF-8 without line ends, not `.` or `..`.

    Raises StorageApiError: 400 for any other.

    Source: https://cloud.google.com/storage/docs/objects#naming
    """
    if not isinstance(name, str) or not name:
        raise invalid("Required parameter: name")
    try:
        size_bytes = len(name.encode())
    except UnicodeEncodeError as error:
        raise invalid("The object's name is not valid Unicode.") from error
    if size_bytes > 1024:
        raise invalid("The object's name is longer than 1024 bytes.")
    if name in (".", "..") or any(character in name for character in "\r\n\0"):
        raise invalid(f"Invalid object name: {name!r}")


def check_digests(fields: Fields, staged: StagedContent) -> None:
    """Let bytes pass whose digests are those that `fields` name, if it names any.

    Raises StorageApiError: 400 for a digest that differs.
    """
    for key, title, found in (("md5Hash", "MD5", staged.md5), ("crc32c", "CRC32C", staged.crc32c)):
        given = fields.get(key)
        if given is not None and given != found:
            raise invalid(
                f'Provided {title} "{given}" doesn\'t match calculated {title} "{found}".'
            )


def _readable(
    store: Store, bucket: str, name: str, generation: int | None, conditions: Conditions
) -> ObjectRecord:
    record = require_object(store, bucket, name, generation)
    conditions.check_read(**state(record))
    return with_expiration(require_bucket(store, bucket), record)


def _retire(store: Store, record: ObjectRecord, *, is_versioned: bool) -> None:
    if is_versioned:
        fields = {**record.fields, "timeDeleted": now()}
        store.index.save_object(replace(record, is_live=False, fields=fields))
    else:
        store.index.delete_object(record)


def _check_hold(record: ObjectRecord) -> None:
    if record.fields.get("temporaryHold") or record.fields.get("eventBasedHold"):
        raise StorageApiError(
            403,
            "forbidden",
            f"Object '{record.bucket}/{record.name}' is under active hold and cannot be deleted or"
            " overwritten.",
        )


def _new_fields(
    fields: Fields, staged: StagedContent, component_count: int | None, bucket: BucketRecord
) -> Fields:
    time = now()
    given = {key: value for key, value in _writable(fields).items() if value is not None}
    new = {
        "contentType": "application/octet-stream",
        "storageClass": bucket.fields["storageClass"],
        "eventBasedHold": bucket.fields.get("defaultEventBasedHold") or None,
        **given,
        "retention": checked_retention(bucket, {}, given, may_override=False),
        "crc32c": staged.crc32c,
        "timeCreated": time,
        "updated": time,
        "timeStorageClassUpdated": time,
    }
    if component_count is None:
        new["md5Hash"] = staged.md5
    else:
        new["componentCount"] = component_count
    return {key: value for key, value in new.items() if value is not None}


def _check_time(text: object) -> None:
    if text is None:
        return
    try:
        is_zoned = isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        is_zoned = False
    if not is_zoned:
        raise invalid("Invalid value for customTime: a time of RFC 3339 is needed.")


def _check_custom_time(old: Fields, new: Fields) -> None:
    before, after = old.get("customTime"), new.get("customTime")
    if before is None or before == after:
        return
    if after is None or datetime.fromisoformat(after) < datetime.fromisoformat(before):
        raise invalid("Custom time cannot be removed, or set to an earlier time, once it is set.")


def _writable(fields: Fields) -> Fields:
    taken = {key: fields[key] for key in WRITABLE if key in fields}
    checked_class(taken)
    _check_time(taken.get("customTime"))
    for key, value in taken.items():
        expected = _KINDS.get(key, str)
        if value is not None and not isinstance(value, expected):
            raise invalid(f"Invalid value for {key}.")
        # These values leave as HTTP headers, which bear no control character.
        if isinstance(value, str) and not value.isprintable():
            raise invalid(f"Invalid value for {key}: it holds a control character.")
    for key, value in (taken.get("metadata") or {}).items():
        if value is not None and not isinstance(value, str):
            raise invalid(f"Invalid value for metadata.{key}: a string is needed.")
    return taken
