"""The fields of objects: which may be written, what they may hold, what new objects begin with."""

from __future__ import annotations

from datetime import datetime

from ml_api_kit.gcp_accessor.local.storage.acls import (
    BUCKET_LIST,
    DEFAULT_LIST,
    check_fine_grained,
    check_public,
    checked_entries,
    owned,
)
from ml_api_kit.gcp_accessor.local.storage.bucket_settings import checked_class
from ml_api_kit.gcp_accessor.local.storage.buckets import now
from ml_api_kit.gcp_accessor.local.storage.contexts import stamped_contexts
from ml_api_kit.gcp_accessor.local.storage.customer_keys import ENCRYPTION
from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields, StagedContent
from ml_api_kit.gcp_accessor.local.storage.retention import checked_retention
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    invalid,
    required,
)

WRITABLE = (
    "acl",
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


DEFAULT_TYPE = "application/octet-stream"

_KINDS: dict[str, type] = {
    "acl": list,
    "contexts": dict,
    "eventBasedHold": bool,
    "metadata": dict,
    "retention": dict,
    "temporaryHold": bool,
}


# Source: https://cloud.google.com/storage/quotas#objects
_MOST_METADATA_BYTES = 8 << 10
_RESERVED = ".well-known/acme-challenge/"


def check_name(name: object) -> None:
    """Let an object's name pass: 1 to 1024 bytes of UTF-8 without line ends, not `.` or `..`.

    Raises StorageApiError: 400 for any other.

    Source: https://cloud.google.com/storage/docs/objects#naming
    """
    if not isinstance(name, str) or not name:
        raise required("name")
    try:
        size_bytes = len(name.encode())
    except UnicodeEncodeError as error:
        raise invalid("The object's name is not valid Unicode.") from error
    if size_bytes > 1024:
        raise invalid("The object's name is longer than 1024 bytes.")
    if (
        name in (".", "..")
        or name.startswith(_RESERVED)
        or any(character in name for character in "\r\n\0")
    ):
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


def new_fields(
    fields: Fields, staged: StagedContent, component_count: int | None, bucket: BucketRecord
) -> Fields:
    """The fields of a new object from those of a request, its bytes and its bucket.

    Raises StorageApiError: 400 for a value that is not allowed, 412 for a list of a public object
    where that is prevented.
    """
    time = now()
    given = {key: value for key, value in writable_fields(fields).items() if value is not None}
    new = {
        "contentType": DEFAULT_TYPE if component_count is None else None,
        "storageClass": bucket.fields["storageClass"],
        "eventBasedHold": bucket.fields.get("defaultEventBasedHold") or None,
        BUCKET_LIST: bucket.fields.get(DEFAULT_LIST),
        **given,
        ENCRYPTION: fields.get(ENCRYPTION),
        "contexts": stamped_contexts(given, {}, time),
        "retention": checked_retention(bucket, {}, given, may_override=False),
        "crc32c": staged.crc32c,
        "timeCreated": time,
        "timeFinalized": time,
        "updated": time,
        "timeStorageClassUpdated": time,
    }
    if component_count is None:
        new["md5Hash"] = staged.md5
    else:
        new["componentCount"] = component_count
    check_list(bucket, given, {})
    return {key: value for key, value in new.items() if value is not None}


def check_list(bucket: BucketRecord, new: Fields, old: Fields) -> None:
    """Let an object's access control list pass that is new, or the one that it has.

    Raises StorageApiError: 400 where access is uniform, 412 where public access is prevented.
    """
    entries = new.get(BUCKET_LIST)
    if entries is not None and entries != old.get(BUCKET_LIST):
        check_fine_grained(bucket)
        check_public(bucket, entries)


def _check_metadata(metadata: Fields) -> None:
    size_bytes = 0
    for key, value in metadata.items():
        if value is not None and not isinstance(value, str):
            raise invalid(f"Invalid value for metadata.{key}: a string is needed.")
        size_bytes += len(key.encode("utf-8", "replace"))
        size_bytes += len((value or "").encode("utf-8", "replace"))
    if size_bytes > _MOST_METADATA_BYTES:
        raise invalid(
            f"The custom metadata of an object has at most {_MOST_METADATA_BYTES} bytes,"
            f" this has {size_bytes}."
        )


def _check_time(text: object) -> None:
    if text is None:
        return
    try:
        is_zoned = isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        is_zoned = False
    if not is_zoned:
        raise invalid("Invalid value for customTime: a time of RFC 3339 is needed.")


def check_custom_time(old: Fields, new: Fields) -> None:
    """Let a custom time pass that is not before the one that an object has.

    Raises StorageApiError: 400 for any other.
    """
    before, after = old.get("customTime"), new.get("customTime")
    if before is None or before == after:
        return
    if after is None or datetime.fromisoformat(after) < datetime.fromisoformat(before):
        raise invalid("Custom time cannot be removed, or set to an earlier time, once it is set.")


def writable_fields(fields: Fields) -> Fields:
    """Those of the fields of a request that may be written.

    Raises StorageApiError: 400 for a value that is not allowed.
    """
    taken = {key: fields[key] for key in WRITABLE if key in fields}
    checked_class(taken)
    if taken.get(BUCKET_LIST) is not None:
        taken[BUCKET_LIST] = owned(checked_entries(taken[BUCKET_LIST], is_bucket=False))
    _check_time(taken.get("customTime"))
    for key, value in taken.items():
        expected = _KINDS.get(key, str)
        if value is not None and not isinstance(value, expected):
            raise invalid(f"Invalid value for {key}.")
        # These values leave as HTTP headers, which bear no control character.
        if isinstance(value, str) and not value.isprintable():
            raise invalid(f"Invalid value for {key}: it holds a control character.")
    _check_metadata(taken.get("metadata") or {})
    return taken
