"""How long an object must stay: the retention period of its bucket, and its own.

Source: https://cloud.google.com/storage/docs/bucket-lock
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, invalid


def retained_until(bucket: BucketRecord, record: ObjectRecord) -> datetime | None:
    """Until when an object may not be deleted or overwritten; None where nothing says so."""
    ends = []
    if policy := bucket.fields.get("retentionPolicy"):
        created = datetime.fromisoformat(record.fields["timeCreated"])
        ends.append(created + timedelta(seconds=int(policy["retentionPeriod"])))
    if own := record.fields.get("retention"):
        ends.append(datetime.fromisoformat(own["retainUntilTime"]))
    return max(ends, default=None)


def with_expiration(bucket: BucketRecord, record: ObjectRecord) -> ObjectRecord:
    """The object, its resource with the time until which the bucket's policy keeps it, if it does.

    An object on an event-based hold has none: its time begins when the hold is released.
    """
    policy = bucket.fields.get("retentionPolicy")
    if not policy or record.fields.get("eventBasedHold"):
        return record
    created = datetime.fromisoformat(record.fields["timeCreated"])
    until = created + timedelta(seconds=int(policy["retentionPeriod"]))
    text = until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return replace(record, fields={**record.fields, "retentionExpirationTime": text})


def checked_retention(
    bucket: BucketRecord, old: Fields, new: Fields, *, may_override: bool
) -> Fields | None:
    """The retention in an object's `new` fields, in whole; None for none.

    Raises StorageApiError: 400 where the bucket has none or it is malformed, 403 where it would be
    shortened: when it is locked, or not `may_override`.
    """
    wanted, before = _retention(new), _retention(old)
    if wanted is not None and not bucket.fields.get("objectRetention"):
        raise invalid("Object retention is not enabled for the bucket.")
    if before is not None and before != wanted:
        is_weaker = (
            wanted is None
            or datetime.fromisoformat(wanted["retainUntilTime"])
            < datetime.fromisoformat(before["retainUntilTime"])
            or (before["mode"] == "Locked" and wanted["mode"] != "Locked")
        )
        if is_weaker and (before["mode"] == "Locked" or not may_override):
            raise StorageApiError(
                403, "forbidden", "The retention of the object cannot be shortened or removed."
            )
    return wanted


def _retention(fields: Fields) -> Fields | None:
    value = {key: one for key, one in (fields.get("retention") or {}).items() if one is not None}
    if not value:
        return None
    if value.get("mode") not in ("Locked", "Unlocked"):
        raise invalid("The mode of an object's retention is Locked or Unlocked.")
    try:
        until = datetime.fromisoformat(str(value.get("retainUntilTime")))
    except ValueError as error:
        raise invalid("retainUntilTime is no time.") from error
    if until.tzinfo is None:
        raise invalid("retainUntilTime has no time zone.")
    return {"mode": value["mode"], "retainUntilTime": str(value["retainUntilTime"])}


def check_retention(bucket: BucketRecord, record: ObjectRecord) -> None:
    """Let an object be deleted or overwritten, once it has stayed long enough.

    Raises StorageApiError: 403 before.
    """
    until = retained_until(bucket, record)
    if until is not None and datetime.now(UTC) < until:
        raise StorageApiError(
            403,
            "retentionPolicyNotMet",
            f"Object '{record.bucket}/{record.name}' is subject to bucket's retention policy and"
            f" cannot be deleted, overwritten or archived until {until.isoformat()}",
        )
