"""What the settings of a bucket may hold that have no effect here: they are kept if they could be.

Source: https://cloud.google.com/storage/docs/json_api/v1/buckets#resource
"""

from __future__ import annotations

import re
from typing import Any

from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid

_KINDS: dict[str, type] = {
    "autoclass": dict,
    "billing": dict,
    "cors": list,
    "customPlacementConfig": dict,
    "defaultEventBasedHold": bool,
    "encryption": dict,
    "hierarchicalNamespace": dict,
    "iamConfiguration": dict,
    "ipFilter": dict,
    "labels": dict,
    "lifecycle": dict,
    "logging": dict,
    "retentionPolicy": dict,
    "rpo": str,
    "softDeletePolicy": dict,
    "storageClass": str,
    "versioning": dict,
    "website": dict,
}
_MOST_LABELS = 64
# Letters of other scripts than Latin have no case, and are allowed as well.
_LABEL = re.compile(r"[\w-]{0,63}")
_ACTIONS = ("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload")
_MOST_RULES = 100
_CONDITIONS = frozenset(
    (
        "age",
        "createdBefore",
        "customTimeBefore",
        "daysSinceCustomTime",
        "daysSinceNoncurrentTime",
        "isLive",
        "matchesPattern",
        "matchesPrefix",
        "matchesStorageClass",
        "matchesSuffix",
        "noncurrentTimeBefore",
        "numNewerVersions",
    )
)
_COUNTS = ("age", "daysSinceCustomTime", "daysSinceNoncurrentTime", "numNewerVersions")


def check_bucket_fields(fields: Fields) -> None:
    """Let the settings of a bucket pass that the cloud would take.

    Raises StorageApiError: 400 for a value of another type, for labels and lifecycle rules that are
    none, and for another recovery point objective than there are.
    """
    for key, kind in _KINDS.items():
        value = fields.get(key)
        if value is not None and not isinstance(value, kind):
            raise invalid(f"Invalid value for {key}.")
    _check_labels(fields.get("labels") or {})
    if fields.get("rpo") not in (None, "DEFAULT", "ASYNC_TURBO"):
        raise invalid("The recovery point objective (rpo) is DEFAULT or ASYNC_TURBO.")
    prevention = (fields.get("iamConfiguration") or {}).get("publicAccessPrevention")
    if prevention not in (None, "inherited", "enforced", "unspecified"):
        raise invalid("The prevention of public access is inherited or enforced.")
    for entry in fields.get("cors") or ():
        if not isinstance(entry, dict):
            raise invalid("Every entry of cors is an object.")
    rules = (fields.get("lifecycle") or {}).get("rule") or []
    if not isinstance(rules, list) or len(rules) > _MOST_RULES:
        raise invalid(f"A lifecycle has a list of at most {_MOST_RULES} rules.")
    for rule in rules:
        _check_rule(rule)


def _check_labels(labels: Fields) -> None:
    if len(labels) > _MOST_LABELS:
        raise invalid(f"A bucket has at most {_MOST_LABELS} labels.")
    for key, value in labels.items():
        for text in (key, value):
            if not isinstance(text, str) or not _LABEL.fullmatch(text) or text != text.lower():
                raise invalid(
                    f"Invalid label {str(text)[:80]!r}: labels have up to 63 lowercase letters,"
                    " digits, dashes and underscores."
                )
        if not key or not key[0].isalpha():
            raise invalid(f"Invalid label {key[:80]!r}: the key of a label begins with a letter.")


def _check_rule(rule: Any) -> None:
    action = rule.get("action") if isinstance(rule, dict) else None
    condition = rule.get("condition") if isinstance(rule, dict) else None
    if not isinstance(action, dict) or not isinstance(condition, dict) or not condition:
        raise invalid("A lifecycle rule has an action and a condition.")
    if action.get("type") not in _ACTIONS:
        raise invalid(f"The action of a lifecycle rule is one of {', '.join(_ACTIONS)}.")
    if action["type"] == "SetStorageClass" and not action.get("storageClass"):
        raise invalid("The action SetStorageClass needs a storageClass.")
    if unknown := condition.keys() - _CONDITIONS:
        raise invalid(f"Unknown condition of a lifecycle rule: {sorted(unknown)[0][:60]}")
    for key in _COUNTS:
        value = condition.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise invalid(f"The condition {key} of a lifecycle rule is a number of 0 or more.")
