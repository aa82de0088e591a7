"""Entries of access control lists in the JSON form of Cloud Storage.

Source: https://cloud.google.com/storage/docs/json_api/v1/objectAccessControls#resource
"""

from __future__ import annotations

from urllib.parse import quote

from ml_api_kit.gcp_accessor.local.storage.acls import (
    BUCKET_LIST,
    DEFAULT_LIST,
    OWNERS,
    Entries,
    entries_of,
    is_uniform,
)
from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields, ObjectRecord

_MAILED = ("user", "group")


def bucket_entry(record: BucketRecord, key: str, entry: dict[str, str], base_url: str) -> Fields:
    """The JSON resource of an entry of a bucket's own list, or of that of its new objects."""
    kind = "bucketAccessControl" if key == BUCKET_LIST else "objectAccessControl"
    path = f"{record.name}/{key}/{quote(entry['entity'], safe='')}"
    return {
        "kind": f"storage#{kind}",
        "bucket": record.name,
        "id": f"{record.name}/{entry['entity']}",
        "selfLink": f"{base_url}/storage/v1/b/{path}",
        "etag": "CAE=",
        **_described(entry),
    }


def object_entry(record: ObjectRecord, entry: dict[str, str], base_url: str) -> Fields:
    """The JSON resource of an entry of an object's list."""
    name = quote(record.name, safe="")
    path = f"{record.bucket}/o/{name}/acl/{quote(entry['entity'], safe='')}"
    return {
        "kind": "storage#objectAccessControl",
        "bucket": record.bucket,
        "object": record.name,
        "generation": str(record.generation),
        "id": f"{record.bucket}/{record.name}/{record.generation}/{entry['entity']}",
        "selfLink": f"{base_url}/storage/v1/b/{path}",
        "etag": "CAE=",
        **_described(entry),
    }


def bucket_lists(record: BucketRecord, base_url: str) -> Fields:
    """The lists and the owner that the full projection of a bucket adds; none of uniform access."""
    if is_uniform(record):
        return {}
    lists = {
        key: [bucket_entry(record, key, one, base_url) for one in entries_of(record.fields, key)]
        for key in (BUCKET_LIST, DEFAULT_LIST)
    }
    return {**lists, "owner": {"entity": OWNERS}}


def object_list(bucket: BucketRecord, record: ObjectRecord, base_url: str) -> Fields:
    """The list and the owner that the full projection of an object adds."""
    if is_uniform(bucket):
        return {}
    entries: Entries = entries_of(record.fields, BUCKET_LIST)
    return {
        "acl": [object_entry(record, one, base_url) for one in entries],
        "owner": {"entity": OWNERS},
    }


def _described(entry: dict[str, str]) -> Fields:
    head, _, tail = entry["entity"].partition("-")
    if head in _MAILED:
        return {**entry, "email": tail}
    if head == "domain":
        return {**entry, "domain": tail}
    if head == "project":
        team, _, number = tail.partition("-")
        return {**entry, "projectTeam": {"projectNumber": number, "team": team}}
    return dict(entry)
