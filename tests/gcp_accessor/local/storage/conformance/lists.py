"""Access control lists (kept and given back, without effect)."""

from typing import Any

import pytest
import requests
from google.api_core.exceptions import BadRequest, PreconditionFailed

from tests.gcp_accessor.local.storage.conformance.registry import Place


def _roles(acl: Any) -> dict[str, str]:
    return {entry["entity"]: entry["role"] for entry in acl}


def bucket_list(place: Place) -> None:
    """of buckets: read, granted, revoked"""
    acl = place.bucket.acl
    acl.reload()
    before = _roles(acl)
    assert set(before.values()) == {"OWNER", "READER"}
    acl.user("ada@example.com").grant_write()
    acl.save()
    other = place.client.bucket(place.bucket.name)
    other.acl.reload()
    assert _roles(other.acl) == {**before, "user-ada@example.com": "WRITER"}
    other.acl.user("ada@example.com").revoke_write()
    other.acl.save()
    acl.reload()
    assert _roles(acl) == before


def default_list(place: Place) -> None:
    """the default of new objects"""
    acl = place.bucket.default_object_acl
    acl.reload()
    acl.domain("example.com").grant_read()
    acl.save()
    place.bucket.blob("a").upload_from_string("x")
    blob = place.bucket.get_blob("a")
    blob.acl.reload()
    assert _roles(blob.acl)["domain-example.com"] == "READER"
    place.bucket.default_object_acl.save_predefined("private")
    place.bucket.blob("b").upload_from_string("x")
    other = place.bucket.get_blob("b")
    other.acl.reload()
    assert list(_roles(other.acl).values()) == ["OWNER"]


def object_list(place: Place) -> None:
    """of objects: made public, made private, cleared"""
    blob = place.bucket.blob("a")
    blob.upload_from_string("x")
    blob.make_public()
    assert _roles(blob.acl)["allUsers"] == "READER"
    assert place.bucket.get_blob("a").metageneration == 2
    blob.make_private()
    assert "allUsers" not in _roles(blob.acl)
    blob.acl.clear()
    blob.acl.reload()
    assert list(_roles(blob.acl).values()) == ["OWNER"]


def predefined(place: Place) -> None:
    """predefined lists, with an upload, a copy and a new bucket"""
    blob = place.bucket.blob("a")
    blob.upload_from_string("x", predefined_acl="publicRead")
    blob.acl.reload()
    assert _roles(blob.acl)["allUsers"] == "READER"
    copy = place.bucket.copy_blob(blob, place.bucket, "b")
    copy.acl.reload()
    assert "allUsers" not in _roles(copy.acl)
    bucket = place.client.create_bucket(
        f"{place.bucket.name}-p",
        predefined_acl="publicReadWrite",
        predefined_default_object_acl="publicRead",
    )
    bucket.acl.reload()
    assert _roles(bucket.acl)["allUsers"] == "WRITER"
    bucket.default_object_acl.reload()
    assert _roles(bucket.default_object_acl)["allUsers"] == "READER"
    with pytest.raises(BadRequest):
        place.bucket.blob("c").upload_from_string("x", predefined_acl="publicReadWrite")


def public_bucket(place: Place) -> None:
    """a bucket made public with what is in it and will be"""
    place.bucket.blob("a").upload_from_string("x")
    place.bucket.make_public(recursive=True, future=True)
    place.bucket.blob("b").upload_from_string("x")
    for name in "ab":
        blob = place.bucket.get_blob(name)
        blob.acl.reload()
        assert _roles(blob.acl)["allUsers"] == "READER"


def single_entries(place: Place) -> None:
    """single entries over REST: added, read, changed, taken out"""
    url = f"{place.url}/storage/v1/b/{place.bucket.name}/acl"
    entry = {"entity": "group-a@example.com", "role": "READER"}
    added = requests.post(url, json=entry).json()
    assert (added["kind"], added["email"]) == ("storage#bucketAccessControl", "a@example.com")
    one = f"{url}/group-a@example.com"
    assert requests.patch(one, json={"role": "WRITER"}).json()["role"] == "WRITER"
    assert requests.get(one).json()["role"] == "WRITER"
    assert requests.delete(one).status_code == 204
    assert requests.get(one).status_code == 404
    assert requests.post(url, json={**entry, "role": "KING"}).status_code == 400


def uniform(place: Place) -> None:
    """none where access is uniform, nobody public where that is prevented"""
    place.bucket.blob("a").upload_from_string("x")
    place.bucket.iam_configuration.public_access_prevention = "enforced"
    place.bucket.patch()
    with pytest.raises(PreconditionFailed, match="public access prevention"):
        place.bucket.blob("a").make_public()
    place.bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    place.bucket.patch()
    for acl in (place.bucket.acl, place.bucket.default_object_acl, place.bucket.blob("a").acl):
        with pytest.raises(BadRequest, match="uniform bucket-level access"):
            acl.reload()
    with pytest.raises(BadRequest, match="uniform bucket-level access"):
        place.bucket.blob("b").upload_from_string("x", predefined_acl="private")
    assert not place.bucket.blob("b").exists()
