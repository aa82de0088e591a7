"""Soft delete: how long deleted objects and buckets can be restored.

A bucket begins with 0 seconds here, not with the week of the cloud: the bytes take up somebody's
disk.

Source: https://cloud.google.com/storage/docs/soft-delete
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, Fields
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid

_LEAST_S = 7 * 86400
_MOST_S = 90 * 86400


def soft_delete_policy(given: Fields, before: Fields | None, time: str) -> Fields:
    """A bucket's policy from what is given, and the one `before`, set at `time`.

    Raises StorageApiError: 400 for another duration than 0 or seven to ninety days.

    >>> soft_delete_policy({"retentionDurationSeconds": 604800}, None, "now")
    {'retentionDurationSeconds': '604800', 'effectiveTime': 'now'}
    """
    seconds = str(given.get("retentionDurationSeconds") or 0)
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 10) or (
        int(seconds) and not _LEAST_S <= int(seconds) <= _MOST_S
    ):
        raise invalid(
            "The retention duration of a soft delete policy is 0, or 7 to 90 days, in seconds."
        )
    if before is not None and before.get("retentionDurationSeconds") == seconds:
        return before
    return {"retentionDurationSeconds": seconds, "effectiveTime": time}


def kept_after_deletion(bucket: BucketRecord, fields: Fields) -> tuple[Fields, float] | None:
    """The fields of what is deleted now, and until when it is kept; None when it is gone at once.

    The time is in seconds since 1970.
    """
    policy = bucket.fields.get("softDeletePolicy") or {}
    seconds = int(policy.get("retentionDurationSeconds") or 0)
    if not seconds:
        return None
    time = datetime.now(UTC)
    until = time + timedelta(seconds=seconds)
    return {**fields, "softDeleteTime": _text(time), "hardDeleteTime": _text(until)}, (
        until.timestamp()
    )


def restored_fields(fields: Fields) -> Fields:
    """The fields of what is restored: without the times of its deletion."""
    times = ("softDeleteTime", "hardDeleteTime", "timeDeleted")
    return {key: value for key, value in fields.items() if key not in times}


def _text(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
