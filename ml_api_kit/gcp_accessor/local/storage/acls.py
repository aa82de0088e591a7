"""Access control lists: kept and given back as they are set, and held against nobody.

An entry says who (`entity`) may do what (`role`). A bucket has one list for itself and one that its
new objects begin with; every object has its own. A list that was never set is that of the project.

Source: https://cloud.google.com/storage/docs/access-control/lists
"""

from __future__ import annotations

import re
from typing import Any

from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    StorageApiError,
    invalid,
    not_found,
)

Entries = list[dict[str, str]]

BUCKET_LIST = "acl"
DEFAULT_LIST = "defaultObjectAcl"
PROJECT_NUMBER = "0"
OWNERS = f"project-owners-{PROJECT_NUMBER}"
_MOST_ENTRIES = 100
_PUBLIC = ("allUsers", "allAuthenticatedUsers")
_ENTITY = re.compile(
    r"allUsers|allAuthenticatedUsers|project-(?:owners|editors|viewers)-[A-Za-z0-9_-]+"
    r"|(?:user|group|domain)-\S+"
)
_BUCKET_ROLES = ("OWNER", "WRITER", "READER")
_OBJECT_ROLES = ("OWNER", "READER")


def _entry(entity: str, role: str) -> dict[str, str]:
    return {"entity": entity, "role": role}


_OWNED: Entries = [_entry(OWNERS, "OWNER")]
_PROJECT: Entries = [
    *_OWNED,
    _entry(f"project-editors-{PROJECT_NUMBER}", "OWNER"),
    _entry(f"project-viewers-{PROJECT_NUMBER}", "READER"),
]
# Source: https://cloud.google.com/storage/docs/access-control/lists#predefined-acl
_PREDEFINED: dict[str, Entries] = {
    "authenticatedRead": [*_OWNED, _entry("allAuthenticatedUsers", "READER")],
    "bucketOwnerFullControl": _OWNED,
    "bucketOwnerRead": _OWNED,
    "private": _OWNED,
    "projectPrivate": _PROJECT,
    "publicRead": [*_OWNED, _entry("allUsers", "READER")],
    "publicReadWrite": [*_OWNED, _entry("allUsers", "WRITER")],
}
_BUCKET_ONLY = ("publicReadWrite",)
_OBJECT_ONLY = ("bucketOwnerFullControl", "bucketOwnerRead")


def entries_of(fields: Fields, key: str) -> Entries:
    """The list under `key` of a bucket's or an object's fields; that of the project where unset.

    >>> [entry["role"] for entry in entries_of({}, "acl")]
    ['OWNER', 'OWNER', 'READER']
    """
    found: Entries = fields.get(key, _PROJECT)
    return found


def predefined(name: str, *, is_bucket: bool) -> Entries:
    """The list that a name stands for, of a bucket itself or of objects.

    Raises StorageApiError: 400 for a name that stands for none.

    >>> predefined("publicRead", is_bucket=False)[-1]
    {'entity': 'allUsers', 'role': 'READER'}
    """
    if name not in _PREDEFINED or name in (_OBJECT_ONLY if is_bucket else _BUCKET_ONLY):
        raise invalid(f"Invalid value for predefinedAcl: {name[:60]!r}")
    return _PREDEFINED[name]


def xml_predefined(name: str, *, is_bucket: bool) -> Entries:
    """The list that a name of the XML interface stands for.

    Raises StorageApiError: 400 for a name that stands for none.

    >>> xml_predefined("public-read", is_bucket=False) == predefined("publicRead", is_bucket=False)
    True
    """
    head, *rest = name.split("-")
    return predefined(head + "".join(map(str.capitalize, rest)), is_bucket=is_bucket)


def checked_entries(value: object, *, is_bucket: bool) -> Entries:
    """The list in a JSON value, each entity once, with what it says of nothing else.

    Raises StorageApiError: 400 for a value that is no such list.
    """
    if not isinstance(value, list) or len(value) > _MOST_ENTRIES:
        raise invalid(f"An access control list has at most {_MOST_ENTRIES} entries.")
    found = {entry["entity"]: entry for entry in (_checked(one, is_bucket) for one in value)}
    return list(found.values())


def checked_entry(value: Fields, *, is_bucket: bool) -> dict[str, str]:
    """The one entry in a JSON object.

    Raises StorageApiError: 400 for an entity or a role that is none.
    """
    return _checked(value, is_bucket)


def find_entry(entries: Entries, entity: str) -> dict[str, str]:
    """The entry of an entity.

    Raises StorageApiError: 404 where there is none.
    """
    for entry in entries:
        if entry["entity"] == entity:
            return entry
    raise not_found("access control entry")


def with_entry(entries: Entries, entry: dict[str, str]) -> Entries:
    """The list with one entry more, or in place of that of the same entity.

    >>> with_entry([{"entity": "allUsers", "role": "OWNER"}], _entry("allUsers", "READER"))
    [{'entity': 'allUsers', 'role': 'READER'}]
    """
    return [*without_entity(entries, entry["entity"]), entry]


def without_entity(entries: Entries, entity: str) -> Entries:
    """The list without the entry of an entity."""
    return [one for one in entries if one["entity"] != entity]


def owned(entries: Entries) -> Entries:
    """The list with its owner, who cannot be taken out of it."""
    if any(one["entity"] == OWNERS for one in entries):
        return entries
    return [{"entity": OWNERS, "role": "OWNER"}, *entries]


def is_uniform(bucket: BucketRecord) -> bool:
    """Whether a bucket has uniform access: then neither it nor its objects have lists."""
    configuration = bucket.fields.get("iamConfiguration") or {}
    return bool((configuration.get("uniformBucketLevelAccess") or {}).get("enabled"))


def check_fine_grained(bucket: BucketRecord) -> None:
    """Let an access to the lists of a bucket and its objects pass.

    Raises StorageApiError: 400 where access is uniform.
    """
    if is_uniform(bucket):
        raise invalid(
            "Cannot use legacy ACL when uniform bucket-level access is enabled. Read more at"
            " https://cloud.google.com/storage/docs/uniform-bucket-level-access"
        )


def check_public(bucket: BucketRecord, entries: Entries) -> None:
    """Let a list of a bucket or its objects pass that may be set there.

    Raises StorageApiError: 412 for one that lets everybody in where that is prevented.
    """
    configuration = bucket.fields.get("iamConfiguration") or {}
    if configuration.get("publicAccessPrevention") == "enforced" and any(
        entry["entity"] in _PUBLIC for entry in entries
    ):
        raise StorageApiError(
            412,
            "conditionNotMet",
            "The member bindings allUsers and allAuthenticatedUsers are not allowed since public"
            " access prevention is enforced.",
        )


def _checked(value: Any, is_bucket: bool) -> dict[str, str]:
    if not isinstance(value, dict):
        raise invalid("An entry of an access control list is an object with entity and role.")
    entity, role = value.get("entity"), value.get("role")
    if not isinstance(entity, str) or not _ENTITY.fullmatch(entity) or len(entity) > 300:
        raise invalid(f"Invalid entity of an access control list: {str(entity)[:60]!r}")
    if not isinstance(role, str) or role not in (_BUCKET_ROLES if is_bucket else _OBJECT_ROLES):
        raise invalid(f"Invalid role of an access control list: {str(role)[:60]!r}")
    return _entry(entity, role)
