"""Soft delete."""

import pytest
from google.api_core.exceptions import BadRequest, NotFound
from google.cloud.storage import Bucket

from tests.gcp_accessor.local.storage.conformance.registry import Place

_WEEK_S = 7 * 86400


def _soft(place: Place) -> Bucket:
    bucket = place.client.bucket(f"{place.bucket.name}-s")
    bucket.soft_delete_policy.retention_duration_seconds = _WEEK_S
    return place.client.create_bucket(bucket)


def policy(place: Place) -> None:
    """the policy of a bucket, 0 seconds where none is given, 7 to 90 days"""
    assert place.bucket.soft_delete_policy.retention_duration_seconds == 0
    bucket = _soft(place)
    assert bucket.soft_delete_policy.effective_time
    bucket.soft_delete_policy.retention_duration_seconds = 10 * 86400
    bucket.patch()
    found = place.client.get_bucket(bucket.name).soft_delete_policy
    assert found.retention_duration_seconds == 10 * 86400
    bucket.soft_delete_policy.retention_duration_seconds = 60
    with pytest.raises(BadRequest):
        bucket.patch()


def objects(place: Place) -> None:
    """objects that are deleted or overwritten: listed, got, restored"""
    bucket = _soft(place)
    blob = bucket.blob("a")
    blob.metadata = {"k": "v"}
    blob.upload_from_string("1")
    first = blob.generation
    bucket.blob("a").upload_from_string("2")
    bucket.blob("a").delete()
    assert list(place.client.list_blobs(bucket)) == []
    deleted = list(place.client.list_blobs(bucket, soft_deleted=True))
    assert [one.name for one in deleted] == ["a", "a"]
    found = bucket.get_blob("a", generation=first, soft_deleted=True)
    assert (found.hard_delete_time - found.soft_delete_time).total_seconds() == _WEEK_S
    with pytest.raises(NotFound):
        bucket.blob("a", generation=first).download_as_bytes()
    restored = bucket.restore_blob("a", generation=first)
    assert restored.generation > first
    assert bucket.get_blob("a").metadata == {"k": "v"}
    assert bucket.blob("a").download_as_bytes() == b"1"


def buckets(place: Place) -> None:
    """buckets: listed, got, restored with what was deleted in them"""
    bucket = _soft(place)
    bucket.blob("a").upload_from_string("x")
    generation = bucket.get_blob("a").generation
    bucket.delete(force=True)
    assert place.client.lookup_bucket(bucket.name) is None
    deleted = place.client.list_buckets(prefix=bucket.name, soft_deleted=True)
    assert [one.generation for one in deleted] == [bucket.generation]
    found = place.client.get_bucket(bucket.name, generation=bucket.generation, soft_deleted=True)
    assert found.hard_delete_time
    restored = place.client.restore_bucket(bucket.name, generation=bucket.generation)
    restored.restore_blob("a", generation=generation)
    assert restored.blob("a").download_as_bytes() == b"x"
