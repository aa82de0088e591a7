"""How long an object must stay: the retention period of its bucket.

Source: https://cloud.google.com/storage/docs/bucket-lock
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ml_api_kit.gcp_accessor.local.storage.records import BucketRecord, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, invalid


def retained_until(bucket: BucketRecord, record: ObjectRecord) -> datetime | None:
    """Until when an object may not be deleted or overwritten; None where nothing says so.

    Raises StorageApiError: 400 for a retention period that is no number of seconds.
    """
    policy = bucket.fields.get("retentionPolicy") or {}
    period = str(policy.get("retentionPeriod") or 0)
    if not (period.isascii() and period.isdecimal() and len(period) <= 10):
        raise invalid(f"Invalid value for retentionPeriod: {period}")
    if period == "0":
        return None
    created = datetime.fromisoformat(record.fields["timeCreated"])
    return created + timedelta(seconds=int(period))


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
