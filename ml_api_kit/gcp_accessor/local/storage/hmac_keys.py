"""HMAC keys: made, listed, switched off and deleted. URLs that they sign are checked.

Source: https://cloud.google.com/storage/docs/json_api/v1/projects/hmacKeys
"""

from __future__ import annotations

import base64
import secrets
import string

from ml_api_kit.gcp_accessor.local.storage.buckets import now
from ml_api_kit.gcp_accessor.local.storage.records import Fields
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    StorageApiError,
    condition_not_met,
    invalid,
    not_found,
    required,
)

_KIND = "hmacKey"
# Kept apart from what answers show of a key.
_SECRET = "hmacSecret"
_ALPHABET = string.ascii_uppercase + string.digits
_ID_CHARACTERS = 57
_SECRET_BYTES = 30
_DELETED = "DELETED"


def create_key(store: Store, project: str, email: str | None) -> tuple[Fields, str]:
    """A new key of a service account, and its secret, which is told this once.

    Raises StorageApiError: 400 without the address of a service account.
    """
    if not email or "@" not in email:
        raise required("serviceAccountEmail")
    access_id = "GOOG1E" + "".join(secrets.choice(_ALPHABET) for _ in range(_ID_CHARACTERS))
    time = now()
    fields: Fields = {
        "accessId": access_id,
        "projectId": project,
        "serviceAccountEmail": email,
        "state": "ACTIVE",
        "timeCreated": time,
        "updated": time,
        "etag": "1",
    }
    secret = base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    with store.index.transaction():
        store.index.documents.save(_KIND, project, access_id, fields)
        store.index.documents.save(_SECRET, "", access_id, {"project": project, "secret": secret})
    return fields, secret


def find_secret(store: Store, access_id: str) -> str | None:
    """The secret of an active key; None for a key that was not made here.

    Raises StorageApiError: 403 for a key that is not active.
    """
    with store.index.transaction():
        found = store.index.documents.find(_SECRET, "", access_id)
        if found is None:
            return None
        state = _require(store, found["project"], access_id)["state"]
    if state != "ACTIVE":
        raise StorageApiError(403, "AccessDenied", f"The HMAC key is {state}.")
    return str(found["secret"])


def list_keys(store: Store, project: str, email: str | None, *, has_deleted: bool) -> list[Fields]:
    """The keys of a project, or of one of its service accounts."""
    with store.index.transaction():
        found = store.index.documents.all(_KIND, project)
    return [
        key
        for key in found
        if email in (None, key["serviceAccountEmail"]) and (has_deleted or key["state"] != _DELETED)
    ]


def get_key(store: Store, project: str, access_id: str) -> Fields:
    """A key.

    Raises StorageApiError: 404 where there is none.
    """
    with store.index.transaction():
        return _require(store, project, access_id)


def update_key(store: Store, project: str, access_id: str, changes: Fields) -> Fields:
    """A key whose state is now that of `changes`.

    Raises StorageApiError: 404 where there is none, 400 for a state that is none, or of a key that
    is deleted, 412 where it was changed since it was read.
    """
    state = changes.get("state")
    if state not in ("ACTIVE", "INACTIVE"):
        raise invalid("The state of an HMAC key is ACTIVE or INACTIVE.")
    return _with_state(store, project, access_id, state, etag=changes.get("etag"))


def delete_key(store: Store, project: str, access_id: str) -> None:
    """Delete a key that is not active.

    Raises StorageApiError: 404 where there is none, 400 for one that is active.
    """
    if get_key(store, project, access_id)["state"] == "ACTIVE":
        raise invalid("Cannot delete a key in the ACTIVE state.")
    _with_state(store, project, access_id, _DELETED, etag=None)


def _with_state(
    store: Store, project: str, access_id: str, state: str, *, etag: str | None
) -> Fields:
    with store.index.transaction():
        old = _require(store, project, access_id)
        if old["state"] == _DELETED:
            raise invalid("The HMAC key is deleted.")
        if etag not in (None, old["etag"]):
            raise condition_not_met()
        new = {**old, "state": state, "updated": now(), "etag": str(int(old["etag"]) + 1)}
        store.index.documents.save(_KIND, project, access_id, new)
    return new


def _require(store: Store, project: str, access_id: str) -> Fields:
    found = store.index.documents.find(_KIND, project, access_id)
    if found is None:
        raise not_found("HMAC key")
    return found
