"""Encryption."""

import io
import os

import pytest
from google.api_core.exceptions import BadRequest

from tests.gcp_accessor.local.storage.conformance.registry import Place, refused


def customer_keys(place: Place) -> None:
    """keys of the customer: written, read, listed; refused with another key or none"""
    key, other = os.urandom(32), os.urandom(32)
    place.bucket.blob("a", encryption_key=key).upload_from_string("secret")
    assert place.bucket.blob("a", encryption_key=key).download_as_bytes() == b"secret"
    for wrong in (None, other):
        with pytest.raises(BadRequest):
            place.bucket.blob("a", encryption_key=wrong).download_as_bytes()
    assert place.bucket.get_blob("a", encryption_key=key).crc32c
    assert place.bucket.get_blob("a").crc32c is None
    place.bucket.blob("plain").upload_from_string("x")
    with pytest.raises(BadRequest):
        place.bucket.blob("plain", encryption_key=key).download_as_bytes()


def customer_keys_resumable(place: Place) -> None:
    """keys of the customer in resumable uploads and files"""
    key, data = os.urandom(32), os.urandom(600_000)
    blob = place.bucket.blob("a", encryption_key=key, chunk_size=262144)
    blob.upload_from_file(io.BytesIO(data))
    assert place.bucket.blob("a", encryption_key=key).download_as_bytes() == data
    with place.bucket.blob("b", encryption_key=key).open("wb") as file:
        file.write(data)
    with place.bucket.blob("b", encryption_key=key).open("rb") as file:
        assert file.read() == data


def rotation(place: Place) -> None:
    """a key changed by rewriting, and taken away"""
    old, new = os.urandom(32), os.urandom(32)
    source = place.bucket.blob("a", encryption_key=old)
    source.upload_from_string("secret")
    target = place.bucket.blob("a", encryption_key=new)
    assert target.rewrite(source)[0] is None
    assert place.bucket.blob("a", encryption_key=new).download_as_bytes() == b"secret"
    place.bucket.blob("c").rewrite(place.bucket.blob("a", encryption_key=new))
    assert place.bucket.blob("c").download_as_bytes() == b"secret"


@refused
def kms(place: Place) -> None:
    """keys of Cloud KMS for objects"""
    name = "projects/p/locations/us/keyRings/r/cryptoKeys/k"
    place.bucket.blob("a", kms_key_name=name).upload_from_string("x")


@refused
def kms_default(place: Place) -> None:
    """keys of Cloud KMS as the default of a bucket"""
    place.bucket.default_kms_key_name = "projects/p/locations/us/keyRings/r/cryptoKeys/k"
    place.bucket.patch()
