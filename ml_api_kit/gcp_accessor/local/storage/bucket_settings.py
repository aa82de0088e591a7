"""What a bucket's JSON resource says beyond what it was given: defaults, times, refusals.

Source: https://cloud.google.com/storage/docs/json_api/v1/buckets#resource
"""

from __future__ import annotations

import re
from typing import Any

from ml_api_kit.gcp_accessor.local.storage.acls import (
    BUCKET_LIST,
    DEFAULT_LIST,
    checked_entries,
    owned,
)
from ml_api_kit.gcp_accessor.local.storage.bucket_fields import check_bucket_fields
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.soft_delete import soft_delete_policy
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    StorageApiError,
    invalid,
    unsupported,
)

STORAGE_CLASSES = (
    "STANDARD",
    "NEARLINE",
    "COLDLINE",
    "ARCHIVE",
    "MULTI_REGIONAL",
    "REGIONAL",
    "DURABLE_REDUCED_AVAILABILITY",
)
_CONTINENTS = (
    "AFRICA",
    "ASIA",
    "AUSTRALIA",
    "EUROPE",
    "ME",
    "NORTHAMERICA",
    "SOUTHAMERICA",
    "US",
)
_LOCATION = re.compile(
    rf"(?:{'|'.join(_CONTINENTS)})-(?:NORTH|SOUTH|EAST|WEST|CENTRAL)*[0-9]{{1,2}}"
    r"|US|EU|ASIA|NAM4|EUR[4578]|ASIA1"
)
_MULTI_REGIONS = ("US", "EU", "ASIA")
_ENFORCEMENT, _RESTRICTED = "EncryptionEnforcementConfig", "FullyRestricted"
_DUAL_REGIONS = ("NAM4", "EUR4", "EUR5", "EUR7", "EUR8", "ASIA1")


def location_fields(fields: Fields) -> Fields:
    """The location in capitals, as it is told, its type, and how soon it holds everything twice.

    Raises StorageApiError: 400 for a location that has not the form of one.

    >>> location_fields({"location": "europe-west3"})
    {'location': 'EUROPE-WEST3', 'locationType': 'region'}
    """
    location = str(fields.get("location") or "US").upper()
    if not _LOCATION.fullmatch(location):
        raise invalid("The specified location constraint is not valid.")
    if fields.get("customPlacementConfig") or location in _DUAL_REGIONS:
        kind = "dual-region"
    else:
        kind = "multi-region" if location in _MULTI_REGIONS else "region"
    found = {"location": location, "locationType": kind}
    return found if kind == "region" else {"rpo": "DEFAULT", **_rpo(fields), **found}


def _rpo(fields: Fields) -> Fields:
    return {"rpo": fields["rpo"]} if fields.get("rpo") else {}


def checked_class(fields: Fields) -> None:
    """Let a storage class pass that there is.

    Raises StorageApiError: 400 for any other.
    """
    name = fields.get("storageClass")
    if name is not None and name not in STORAGE_CLASSES:
        raise invalid(f"Invalid storage class {name!r}; known are {', '.join(STORAGE_CLASSES)}.")


def completed(fields: Fields, old: Fields, time: str) -> Fields:
    """A bucket's new `fields`, with what follows from them and from the `old` ones at `time`.

    Raises StorageApiError: 400 for a storage class or a period that is none, 403 for a change of a
    locked retention policy, 501 for a setting that would have an effect in the cloud alone.
    """
    checked_class(fields)
    _check_supported(fields)
    check_bucket_fields(fields)
    result = {**fields, **_lists(fields), "iamConfiguration": _iam(fields, old, time)}
    if _object(fields, "hierarchicalNamespace").get("enabled"):
        _check_hierarchy(result)
    result["softDeletePolicy"] = soft_delete_policy(
        _object(fields, "softDeletePolicy"), old.get("softDeletePolicy"), time
    )
    if "autoclass" in fields:
        result["autoclass"] = _autoclass(fields, old, time)
    if fields.get("encryption"):
        result["encryption"] = _encryption(fields, old, time)
    policy = _retention(fields, old, time)
    if policy is None:
        result.pop("retentionPolicy", None)
    else:
        result["retentionPolicy"] = policy
    return result


def _lists(fields: Fields) -> Fields:
    lists = {}
    if BUCKET_LIST in fields:
        lists[BUCKET_LIST] = owned(checked_entries(fields[BUCKET_LIST], is_bucket=True))
    if DEFAULT_LIST in fields:
        lists[DEFAULT_LIST] = checked_entries(fields[DEFAULT_LIST], is_bucket=False)
    return lists


def _check_supported(fields: Fields) -> None:
    if _object(fields, "encryption").get("defaultKmsKeyName"):
        raise unsupported("encryption with keys of Cloud KMS")
    if _object(fields, "ipFilter").get("mode") == "Enabled":
        raise unsupported("filters of IP addresses")


def _check_hierarchy(fields: Fields) -> None:
    # Source: https://cloud.google.com/storage/docs/hns-overview#limitations
    access = fields["iamConfiguration"]["uniformBucketLevelAccess"]
    if not access["enabled"] or _object(fields, "versioning").get("enabled"):
        raise invalid(
            "A bucket with hierarchical namespace has uniform bucket-level access, no versioning."
        )


def _iam(fields: Fields, old: Fields, time: str) -> Fields:
    given = _object(fields, "iamConfiguration")
    access = _object(given, "uniformBucketLevelAccess")
    uniform: Fields = {"enabled": bool(access.get("enabled"))}
    if uniform["enabled"]:
        before = _object(_object(old, "iamConfiguration"), "uniformBucketLevelAccess")
        # It is locked ninety days after it was set; nothing is locked here before then.
        uniform["lockedTime"] = before.get("lockedTime") or _ninety_days_after(time)
    return {
        "publicAccessPrevention": given.get("publicAccessPrevention") or "inherited",
        "uniformBucketLevelAccess": uniform,
        "bucketPolicyOnly": uniform,
    }


def _autoclass(fields: Fields, old: Fields, time: str) -> Fields:
    given, before = _object(fields, "autoclass"), _object(old, "autoclass")
    enabled = bool(given.get("enabled"))
    same = before.get("enabled") == enabled
    result = {"enabled": enabled, "toggleTime": before["toggleTime"] if same else time}
    if not enabled:
        return result
    terminal = given.get("terminalStorageClass") or "NEARLINE"
    if terminal not in ("NEARLINE", "ARCHIVE"):
        raise invalid("The terminal storage class of autoclass is NEARLINE or ARCHIVE.")
    kept = before.get("terminalStorageClass") == terminal
    changed = before["terminalStorageClassUpdateTime"] if kept else time
    return {
        **result,
        "terminalStorageClass": terminal,
        "terminalStorageClassUpdateTime": changed,
    }


def _encryption(fields: Fields, old: Fields, time: str) -> Fields:
    """Since when each of its restrictions is as it is now."""
    before = _object(old, "encryption")
    result: Fields = {}
    for name, value in _object(fields, "encryption").items():
        is_restricted = isinstance(value, dict) and value.get("restrictionMode") == _RESTRICTED
        if name.endswith(_ENFORCEMENT) and is_restricted:
            since = _object(before, name).get("effectiveTime") or time
            value = {**value, "effectiveTime": since}
        result[name] = value
    return result


def _retention(fields: Fields, old: Fields, time: str) -> Fields | None:
    before = _object(old, "retentionPolicy")
    period = str(_object(fields, "retentionPolicy").get("retentionPeriod") or 0)
    if not (period.isascii() and period.isdecimal() and len(period) <= 10):
        raise invalid(f"Invalid value for retentionPeriod: {period[:40]}")
    if before.get("isLocked") and int(period) < int(before["retentionPeriod"]):
        raise StorageApiError(
            403, "forbidden", "Cannot shorten or remove a locked retention policy of a bucket."
        )
    if int(period) == 0:
        return None
    same = before.get("retentionPeriod") == period
    policy: Fields = {
        "retentionPeriod": period,
        "effectiveTime": before["effectiveTime"] if same else time,
    }
    return {**policy, "isLocked": True} if before.get("isLocked") else policy


def _ninety_days_after(time: str) -> str:
    from datetime import datetime, timedelta

    return (datetime.fromisoformat(time) + timedelta(days=90)).isoformat().replace("+00:00", "Z")


def _object(fields: Fields, key: str) -> dict[str, Any]:
    value = fields.get(key) or {}
    if not isinstance(value, dict):
        raise invalid(f"Invalid value for {key}.")
    return value
