"""The policy document of a form: until when it holds, and what the other fields may hold.

Who signed it is not asked, as nobody has a key here.

Source: https://cloud.google.com/storage/docs/authentication/signatures#policy-document
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, invalid

# Source: https://cloud.google.com/storage/docs/xml-api/post-object-forms#form_fields
_GOOGLE = frozenset(
    f"x-goog-{name}"
    for name in (
        "acl", "algorithm", "credential", "custom-time", "date", "hash", "signature",
        "storage-class",
    )
)  # fmt: skip
_GOOGLE_PREFIXES = ("x-goog-meta-", "x-goog-encryption-")
_FREE = frozenset(("policy", "signature", "googleaccessid", "x-goog-signature", "file", "bucket"))


def check_policy(policy: str, fields: Mapping[str, str], size_bytes: int) -> None:
    """Let a form pass whose `fields`, with the bucket among them, are as its policy wants them.

    Raises StorageApiError: 400 for a policy that is none and for a file of another size, 403 for
    one that is over or for a field that it does not allow.
    """
    document = _document(policy)
    if datetime.now(UTC) >= _expiration(document):
        raise _denied("Policy expired.")
    given = {name.lower(): value for name, value in fields.items()}
    conditions = document.get("conditions")
    if not isinstance(conditions, list):
        raise invalid("The policy has no list of conditions.")
    named = set()
    for condition in conditions:
        if isinstance(condition, list) and condition[:1] == ["content-length-range"]:
            _check_size(condition, size_bytes)
        else:
            named.update(_check_condition(condition, given))
    _check_known(given)
    for name in given.keys() - named - _FREE:
        if not name.startswith("x-ignore-"):
            raise _denied(f"Policy did not reference these fields: {name[:60]}.")


def _check_known(fields: Mapping[str, str]) -> None:
    """Let fields pass of which none begins as those of the interface do, and is none of them."""
    for name in fields:
        is_known = name in _GOOGLE or name.startswith(_GOOGLE_PREFIXES)
        if name.startswith("x-goog-") and not is_known:
            raise invalid(f"There is no form field {name[:60]}.")


def _document(policy: str) -> dict[str, Any]:
    try:
        document = json.loads(base64.b64decode(policy, validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise invalid("The policy is no JSON in base64.") from error
    if not isinstance(document, dict):
        raise invalid("The policy is no JSON object.")
    return document


def _expiration(document: dict[str, Any]) -> datetime:
    try:
        time = datetime.fromisoformat(str(document.get("expiration")))
    except ValueError as error:
        raise invalid("The expiration of the policy is no time.") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _check_size(condition: list[Any], size_bytes: int) -> None:
    try:
        _, least, most = condition
        is_small, is_large = size_bytes < int(least), size_bytes > int(most)
    except (ValueError, TypeError) as error:
        raise invalid("content-length-range has two numbers.") from error
    if is_large:
        raise StorageApiError(400, "EntityTooLarge", "Your proposed upload is too large.")
    if is_small:
        raise StorageApiError(400, "EntityTooSmall", "Your proposed upload is too small.")


def _check_condition(condition: Any, given: Mapping[str, str]) -> set[str]:
    """The fields that a condition is about, once it holds."""
    for operator, name, wanted in _parts(condition):
        found = given.get(name, "")
        if not (found == wanted if operator == "eq" else found.startswith(wanted)):
            raise _denied(f"Policy Condition failed: {json.dumps(condition)[:200]}.")
    return {name for _, name, _ in _parts(condition)}


def _parts(condition: Any) -> list[tuple[str, str, str]]:
    if isinstance(condition, dict):
        return [("eq", str(name).lower(), str(value)) for name, value in condition.items()]
    if (
        isinstance(condition, list)
        and len(condition) == 3
        and condition[0] in ("eq", "starts-with")
        and str(condition[1]).startswith("$")
    ):
        return [(condition[0], str(condition[1])[1:].lower(), str(condition[2]))]
    raise invalid(f"Unknown condition of the policy: {json.dumps(condition)[:200]}")


def _denied(message: str) -> StorageApiError:
    return StorageApiError(403, "AccessDenied", f"Invalid according to Policy: {message}")
