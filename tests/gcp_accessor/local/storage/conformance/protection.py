"""Holds and retention."""

import datetime

import pytest
from google.api_core.exceptions import BadRequest, Forbidden

from tests.gcp_accessor.local.storage.conformance.registry import Place


def _refuses_change(place: Place, name: str) -> None:
    with pytest.raises(Forbidden):
        place.bucket.blob(name).delete()
    with pytest.raises(Forbidden):
        place.bucket.blob(name).upload_from_string("new")


def holds(place: Place) -> None:
    """temporary and event-based holds"""
    for hold in ("temporary_hold", "event_based_hold"):
        blob = place.bucket.blob(hold)
        blob.upload_from_string("x")
        setattr(blob, hold, True)
        blob.patch()
        _refuses_change(place, hold)
        setattr(blob, hold, False)
        blob.patch()
        blob.delete()


def default_hold(place: Place) -> None:
    """an event-based hold as the default of a bucket"""
    place.bucket.default_event_based_hold = True
    place.bucket.patch()
    place.bucket.blob("a").upload_from_string("x")
    assert place.bucket.get_blob("a").event_based_hold
    _refuses_change(place, "a")


def retention_policy(place: Place) -> None:
    """the retention policy of a bucket"""
    place.bucket.retention_period = 100
    place.bucket.patch()
    found = place.client.get_bucket(place.bucket.name)
    assert found.retention_policy_effective_time
    blob = place.bucket.blob("a")
    blob.upload_from_string("x")
    kept = place.bucket.get_blob("a")
    span = kept.retention_expiration_time - kept.time_created
    assert span == datetime.timedelta(seconds=100)
    _refuses_change(place, "a")
    place.bucket.retention_period = None
    place.bucket.patch()
    blob.delete()


def locked_policy(place: Place) -> None:
    """a locked retention policy, which can only grow"""
    place.bucket.retention_period = 10
    place.bucket.patch()
    place.bucket.lock_retention_policy()
    assert place.client.get_bucket(place.bucket.name).retention_policy_locked
    place.bucket.retention_period = 20
    place.bucket.patch()
    place.bucket.retention_period = 5
    with pytest.raises(Forbidden):
        place.bucket.patch()


def object_retention(place: Place) -> None:
    """the retention of an object"""
    bucket = place.client.create_bucket(f"{place.bucket.name}-r", enable_object_retention=True)
    assert bucket.object_retention_mode == "Enabled"
    blob = bucket.blob("a")
    blob.upload_from_string("x")
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    blob.retention.mode, blob.retention.retain_until_time = "Unlocked", until
    blob.patch()
    with pytest.raises(Forbidden):
        blob.delete()
    blob.retention.mode = blob.retention.retain_until_time = None
    with pytest.raises(Forbidden):
        blob.patch()
    blob.patch(override_unlocked_retention=True)
    blob.delete()


def no_object_retention(place: Place) -> None:
    """refuse it where the bucket has none"""
    blob = place.bucket.blob("a")
    blob.upload_from_string("x")
    blob.retention.mode = "Unlocked"
    blob.retention.retain_until_time = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    with pytest.raises(BadRequest):
        blob.patch()
