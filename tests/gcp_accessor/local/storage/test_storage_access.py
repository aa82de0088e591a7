"""Policies, retention, tags and signed URLs, as strangers use them."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.api_core import exceptions
from google.oauth2 import service_account


@pytest.fixture(scope="module")
def signer() -> Any:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    info = {
        "type": "service_account",
        "private_key": key.decode(),
        "private_key_id": "1",
        "client_email": "signer@example.com",
        "token_uri": "http://127.0.0.1:1/token",
    }
    return service_account.Credentials.from_service_account_info(info)


def signed(blob: Any, server: Any, signer: Any, **options: Any) -> str:
    given = {"version": "v4", "expiration": datetime.timedelta(minutes=5), **options}
    url: str = blob.generate_signed_url(credentials=signer, api_access_endpoint=server.url, **given)
    return url


@pytest.mark.parametrize("version", ["v2", "v4"])
def test_signed_url_reads(server: Any, bucket: Any, signer: Any, version: str) -> None:
    blob = bucket.blob("a b/é.txt")
    blob.upload_from_string("text")
    assert requests.get(signed(blob, server, signer, version=version)).text == "text"


def test_signed_url_writes_and_deletes(server: Any, bucket: Any, signer: Any) -> None:
    blob = bucket.blob("a.txt")
    url = signed(blob, server, signer, method="PUT", content_type="text/plain")
    headers = {"Content-Type": "text/plain"}
    assert requests.put(url, data="text", headers=headers).status_code == 200
    assert bucket.get_blob("a.txt").content_type == "text/plain"
    url = signed(blob, server, signer, method="DELETE")
    assert requests.delete(url).status_code == 204
    assert not blob.exists()


@pytest.mark.parametrize("version", ["v2", "v4"])
def test_signed_url_ends(server: Any, bucket: Any, signer: Any, version: str) -> None:
    blob = bucket.blob("a.txt")
    blob.upload_from_string("text")
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=1)
    if version == "v2":
        url = signed(blob, server, signer, version=version, expiration=past)
    else:
        url = signed(blob, server, signer, expiration=1)
        time.sleep(2)
    answer = requests.get(url)
    assert answer.status_code == 400
    assert "<Code>ExpiredToken</Code>" in answer.text


def test_policy_of_a_bucket_is_kept(bucket: Any) -> None:
    policy = bucket.get_iam_policy(requested_policy_version=3)
    first = list(policy.bindings)
    assert [one["role"] for one in first] == [
        "roles/storage.legacyBucketOwner",
        "roles/storage.legacyBucketReader",
    ]
    binding = {"role": "roles/storage.objectViewer", "members": {"user:a@example.com"}}
    policy.bindings.append(binding)
    bucket.set_iam_policy(policy)
    assert bucket.get_iam_policy().bindings == [*first, binding]
    bucket.labels = {"a": "b"}
    bucket.patch()
    assert bucket.get_iam_policy().bindings == [*first, binding]
    assert bucket.test_iam_permissions(["storage.objects.get"]) == ["storage.objects.get"]


def test_policy_with_conditions_needs_uniform_access_and_version_3(bucket: Any) -> None:
    policy = bucket.get_iam_policy(requested_policy_version=3)
    condition = {"title": "always", "expression": "true"}
    role = "roles/storage.objectViewer"
    policy.bindings.append({"role": role, "members": {"allUsers"}, "condition": condition})
    with pytest.raises(exceptions.PreconditionFailed, match="enable uniform bucket-level access"):
        bucket.set_iam_policy(policy)
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.patch()
    policy.etag = bucket.get_iam_policy().etag
    with pytest.raises(exceptions.BadRequest, match="at least 3"):
        bucket.set_iam_policy(policy)
    policy.version = 3
    assert bucket.set_iam_policy(policy).bindings[-1]["condition"] == condition


def test_unknown_call_is_refused_by_its_path(server: Any, bucket: Any) -> None:
    answer = requests.get(f"{server.url}/storage/v1/b/{bucket.name}/anywhereCaches")
    assert answer.status_code == 501
    assert "anywhereCaches" in answer.json()["error"]["message"]


def test_service_account_has_an_address(storage_client: Any) -> None:
    assert "@" in storage_client.get_service_account_email()


def test_retention_keeps_an_object_from_being_deleted_and_overwritten(bucket: Any) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string("x")
    bucket.retention_period = 3600
    bucket.patch()
    with pytest.raises(exceptions.Forbidden, match="retention policy"):
        blob.delete()
    with pytest.raises(exceptions.Forbidden, match="retention policy"):
        blob.upload_from_string("y")
    bucket.retention_period = None
    bucket.patch()
    blob.delete()


def test_tag_guards_reading(bucket: Any) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string("x")
    assert blob.download_as_bytes(if_etag_match=blob.etag) == b"x"
    with pytest.raises(exceptions.PreconditionFailed):
        blob.download_as_bytes(if_etag_match="other")
    with pytest.raises(exceptions.PreconditionFailed):
        blob.reload(if_etag_match="other")


def test_object_is_moved(bucket: Any) -> None:
    blob = bucket.blob("a")
    blob.metadata = {"k": "v"}
    blob.upload_from_string("x", content_type="text/plain")
    bucket.move_blob(blob, "b")
    moved = bucket.get_blob("b")
    assert (moved.content_type, moved.metadata) == ("text/plain", {"k": "v"})
    assert not bucket.blob("a").exists()
    with pytest.raises(exceptions.NotFound):
        bucket.move_blob(bucket.blob("none"), "c")


def test_location_is_told_in_capitals(storage_client: Any, bucket: Any) -> None:
    made = storage_client.create_bucket(f"{bucket.name}-eu", location="europe-west1")
    assert made.location == "EUROPE-WEST1"


def test_deleted_objects_are_gone(bucket: Any) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string("x")
    blob.delete()
    assert list(bucket.list_blobs(soft_deleted=True)) == []
