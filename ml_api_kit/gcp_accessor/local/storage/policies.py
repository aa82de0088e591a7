"""The policies of buckets and objects, which are changed only as they were read.

Source: https://cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace

from ml_api_kit.gcp_accessor.local.storage.acls import is_uniform
from ml_api_kit.gcp_accessor.local.storage.buckets import require_bucket
from ml_api_kit.gcp_accessor.local.storage.objects import require_object
from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields
from ml_api_kit.gcp_accessor.local.storage.resources import POLICY
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    StorageApiError,
    condition_not_met,
    invalid,
)

# Buckets do not keep whose they are: the number of every project is 0 here.
_PROJECT = 0
_CONDITIONS_VERSION = 3
_VERSIONS = (0, 1, 3)


def bucket_policy(record: BucketRecord) -> Fields:
    """The policy of a bucket, which has one from the beginning: that of its project's members."""
    kept: Fields = record.fields.get(POLICY) or {}
    return kept or {"bindings": _first_bindings(is_uniform=is_uniform(record))}


def _first_bindings(*, is_uniform: bool) -> list[Fields]:
    owners, readers = (
        [f"projectEditor:{_PROJECT}", f"projectOwner:{_PROJECT}"],
        [f"projectViewer:{_PROJECT}"],
    )
    kinds = ("Bucket", "Object") if is_uniform else ("Bucket",)
    return [
        {"role": f"roles/storage.legacy{kind}{role}", "members": members}
        for kind in kinds
        for role, members in (("Owner", owners), ("Reader", readers))
    ]


def policy_resource(policy: Fields, path: str) -> Fields:
    """The JSON resource of a policy, of a bucket or of the objects below it.

    >>> policy_resource({}, "exams")["bindings"]
    []
    """
    head = {"kind": "storage#policy", "resourceId": f"projects/_/buckets/{path}"}
    return {**head, "version": 1, "bindings": [], **policy, "etag": policy_etag(policy)}


def policy_etag(policy: Fields) -> str:
    """A tag that is another for every policy."""
    text = json.dumps(policy, sort_keys=True).encode()
    return base64.b64encode(hashlib.sha256(text).digest()[:9]).decode()


def set_bucket_policy(store: Store, bucket: str, body: Fields) -> Fields:
    """The policy of a bucket, now that of `body`.

    Raises StorageApiError: 400 for no policy, 404 for no such bucket, 412 where it was changed
    since it was read.
    """
    with store.index.transaction():
        record = require_bucket(store, bucket)
        policy = _checked(body, bucket_policy(record))
        _check_conditions(record, policy)
        fields = {**record.fields, POLICY: policy}
        changed = replace(record, metageneration=record.metageneration + 1, fields=fields)
        store.index.save_bucket(changed)
    return policy


def set_object_policy(
    store: Store, bucket: str, name: str, generation: int | None, body: Fields
) -> Fields:
    """The policy of an object, now that of `body`.

    Raises StorageApiError: as `set_bucket_policy` does, 404 also for no such object.
    """
    with store.index.transaction():
        record = require_object(store, bucket, name, generation)
        policy = _checked(body, record.fields.get(POLICY) or {})
        fields = {**record.fields, POLICY: policy}
        changed = replace(record, metageneration=record.metageneration + 1, fields=fields)
        store.index.save_object(changed)
    return policy


def _check_conditions(record: BucketRecord, policy: Fields) -> None:
    """Nothing, where bindings may have the conditions that they have.

    Source: https://cloud.google.com/storage/docs/access-control/iam#conditions
    """
    if not any(binding.get("condition") for binding in policy.get("bindings", ())):
        return
    if not is_uniform(record):
        raise StorageApiError(
            412,
            "conditionNotMet",
            "To use IAM conditions, enable uniform bucket-level access on the bucket.",
        )
    if policy.get("version", 1) < _CONDITIONS_VERSION:
        raise invalid("Requested policy version must be at least 3 to use conditional bindings.")


def _checked(body: Fields, old: Fields) -> Fields:
    etag = body.get("etag")
    if etag is not None and etag != policy_etag(old):
        raise condition_not_met()
    bindings = body.get("bindings", [])
    if body.get("version", 1) not in _VERSIONS or not isinstance(bindings, list):
        raise invalid("A policy has version 1 or 3, and a list of bindings.")
    for binding in bindings:
        if (
            not isinstance(binding, dict)
            or not isinstance(binding.get("role"), str)
            or not isinstance(binding.get("members"), list)
        ):
            raise invalid("Every binding of a policy has a role and a list of members.")
    return {key: body[key] for key in ("bindings", "version") if key in body}
