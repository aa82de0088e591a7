"""Encryption with keys of the customer: who reads must send the key that was written with.

The key is held against its digest, as in the cloud. The bytes lie in the folder as they came.

Source: https://cloud.google.com/storage/docs/encryption/customer-supplied-keys
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from werkzeug.datastructures import Headers

from ml_api_kit.gcp_accessor.local.storage.records import Fields, ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, invalid

ENCRYPTION = "customerEncryption"
"""The field of an object that says which key it was written with."""

_OF_TARGET = "x-goog-encryption"
_OF_SOURCE = "x-goog-copy-source-encryption"
_KEY_BYTES = 32


def target_key(headers: Headers) -> str | None:
    """The digest, in base64, of the key that the headers hold for what is read or written.

    Raises StorageApiError: 400 for headers that hold no whole key.
    """
    return _key_digest(headers, _OF_TARGET)


def source_key(headers: Headers) -> str | None:
    """The digest of the key that the headers hold for what is copied.

    Raises StorageApiError: 400 for headers that hold no whole key.
    """
    return _key_digest(headers, _OF_SOURCE)


def encryption_fields(digest: str | None) -> Fields:
    """The fields of an object that was written with the key of this digest; none without one."""
    if digest is None:
        return {ENCRYPTION: None}
    return {ENCRYPTION: {"encryptionAlgorithm": "AES256", "keySha256": digest}}


def check_key(record: ObjectRecord, digest: str | None) -> None:
    """Let an object be read with the key of this digest, None without a key.

    Raises StorageApiError: 400, where it was written with another or none.
    """
    written = (record.fields.get(ENCRYPTION) or {}).get("keySha256")
    if written == digest:
        return
    if digest is None:
        raise StorageApiError(
            400,
            "resourceIsEncryptedWithCustomerEncryptionKey",
            "The target object is encrypted by a customer-supplied encryption key.",
        )
    if written is None:
        raise StorageApiError(
            400,
            "resourceNotEncryptedWithCustomerEncryptionKey",
            "The target object is not encrypted by a customer-supplied encryption key.",
        )
    raise StorageApiError(
        400,
        "customerEncryptionKeyIsIncorrect",
        "The provided encryption key is incorrect.",
    )


def without_digests(record: ObjectRecord, fields: Fields, digest: str | None) -> Fields:
    """The `fields` of an object's resource; to who has not its key, without what its bytes give."""
    written = (record.fields.get(ENCRYPTION) or {}).get("keySha256")
    if written is None or written == digest:
        return fields
    return {key: value for key, value in fields.items() if key not in ("md5Hash", "crc32c")}


def _key_digest(headers: Headers, prefix: str) -> str | None:
    key = headers.get(f"{prefix}-key")
    algorithm = headers.get(f"{prefix}-algorithm")
    given = headers.get(f"{prefix}-key-sha256")
    if key is None and algorithm is None and given is None:
        return None
    if algorithm != "AES256":
        raise invalid("The encryption algorithm of a customer-supplied key is AES256.")
    try:
        raw = base64.b64decode(key or "", validate=True)
    except binascii.Error as error:
        raise invalid("The customer-supplied encryption key is no base64.") from error
    if len(raw) != _KEY_BYTES:
        raise invalid(f"A customer-supplied encryption key has {_KEY_BYTES} bytes.")
    digest = base64.b64encode(hashlib.sha256(raw).digest()).decode()
    if given != digest:
        raise invalid("The SHA256 of the customer-supplied encryption key is not that of the key.")
    return digest
