"""Objects."""

import datetime

import pytest
import requests
from google.api_core.exceptions import BadRequest, NotFound, NotModified, PreconditionFailed
from google.cloud import storage

from tests.gcp_accessor.local.storage.conformance.registry import Place


def metadata(place: Place) -> None:
    """metadata, patched and replaced"""
    blob = place.bucket.blob("a")
    blob.metadata = {"a": "1", "b": "2"}
    blob.cache_control = "no-store"
    blob.upload_from_string("x", content_type="text/plain")
    blob.metadata = {"a": None}
    blob.patch()
    assert place.bucket.get_blob("a").metadata == {"b": "2"}
    fresh = place.bucket.get_blob("a")
    fresh.cache_control = None
    fresh.update()
    assert place.bucket.get_blob("a").cache_control is None


def storage_class(place: Place) -> None:
    """change the storage class"""
    blob = place.bucket.blob("a")
    blob.upload_from_string("x")
    blob.update_storage_class("NEARLINE")
    assert place.bucket.get_blob("a").storage_class == "NEARLINE"


def custom_time(place: Place) -> None:
    """a custom time, which is never set back"""
    blob = place.bucket.blob("a")
    blob.custom_time = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    blob.upload_from_string("x")
    blob = place.bucket.get_blob("a")
    blob.custom_time = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    with pytest.raises(BadRequest):
        blob.patch()


def existence(place: Place) -> None:
    """exists, get, reload, by generation too"""
    blob = place.bucket.blob("a")
    blob.upload_from_string("x")
    assert place.bucket.blob("a", generation=blob.generation).exists()
    assert not place.bucket.blob("a", generation=5).exists()
    assert place.bucket.get_blob("b") is None
    place.bucket.blob("a").reload()


def etags(place: Place) -> None:
    """conditions on the ETag"""
    blob = place.bucket.blob("a")
    blob.upload_from_string("x")
    blob.reload()
    other = place.bucket.blob(blob.name)
    assert other.download_as_bytes(if_etag_match=blob.etag) == b"x"
    assert other.etag == blob.etag
    with pytest.raises(PreconditionFailed):
        blob.download_as_bytes(if_etag_match="another")
    with pytest.raises(NotModified):
        blob.reload(if_etag_not_match=blob.etag)


def generations(place: Place) -> None:
    """conditions on the generation and the metageneration"""
    blob = place.bucket.blob("a")
    blob.upload_from_string("1", if_generation_match=0)
    stale = blob.generation
    blob.upload_from_string("2", if_generation_match=stale, if_metageneration_match=1)
    for condition in ({"if_generation_match": stale}, {"if_metageneration_match": 7}):
        with pytest.raises(PreconditionFailed):
            place.bucket.blob("a").upload_from_string("3", **condition)
        with pytest.raises(PreconditionFailed):
            place.bucket.blob("a").delete(**condition)
    assert place.bucket.blob("a").download_as_text() == "2"


def delete_many(place: Place) -> None:
    """delete one and many"""
    place.bucket.blob("a").upload_from_string("x")
    missing = []
    place.bucket.delete_blobs(["a", "none"], on_error=missing.append)
    assert [str(getattr(one, "name", one)) for one in missing] == ["none"]
    with pytest.raises(NotFound):
        place.bucket.delete_blob("a")


def copy(place: Place) -> None:
    """copy, with conditions on both sides"""
    blob = place.bucket.blob("a")
    blob.metadata = {"k": "v"}
    blob.upload_from_string("x", content_type="text/plain")
    copied = place.bucket.copy_blob(
        blob, place.bucket, "b", if_generation_match=0, if_source_generation_match=blob.generation
    )
    assert (copied.metadata, copied.content_type) == ({"k": "v"}, "text/plain")
    with pytest.raises(PreconditionFailed):
        place.bucket.copy_blob(blob, place.bucket, "b", if_source_generation_match=5)


def rewrite(place: Place) -> None:
    """rewrite, to another bucket and class"""
    place.bucket.blob("a").upload_from_string("x" * 100)
    other = place.client.create_bucket(f"{place.bucket.name}-other")
    target = other.blob("b")
    target.storage_class = "ARCHIVE"
    assert target.rewrite(place.bucket.blob("a")) == (None, 100, 100)
    assert other.get_blob("b").storage_class == "ARCHIVE"


def rename(place: Place) -> None:
    """rename and move"""
    place.bucket.blob("a").upload_from_string("x")
    place.bucket.rename_blob(place.bucket.blob("a"), "b")
    place.bucket.move_blob(place.bucket.blob("b"), "c/d")
    assert [blob.name for blob in place.client.list_blobs(place.bucket)] == ["c/d"]


def compose(place: Place) -> None:
    """compose, with conditions"""
    parts = [place.bucket.blob(name) for name in "ab"]
    for part in parts:
        part.upload_from_string(part.name)
    generations = [part.generation for part in parts]
    whole = place.bucket.blob("whole")
    whole.compose(parts, if_generation_match=0, if_source_generation_match=generations)
    assert whole.content_type is None
    assert whole.download_as_text() == "ab"
    with pytest.raises(PreconditionFailed):
        whole.compose(parts, if_source_generation_match=[1, 2])
    # The client sends along what it knows of the object that is replaced.
    parts[0].compose(parts)
    assert parts[0].download_as_text() == "ab"


def compose_and_delete(place: Place) -> None:
    """compose and delete the sources"""
    place.bucket.blob("a").upload_from_string("x")
    place.bucket.blob("b").compose([place.bucket.blob("a")], delete_source_objects=True)
    assert [blob.name for blob in place.client.list_blobs(place.bucket)] == ["b"]


def versions(place: Place) -> None:
    """versions, read, restored and deleted"""
    place.bucket.versioning_enabled = True
    place.bucket.patch()
    blob = place.bucket.blob("a")
    blob.upload_from_string("1")
    old = blob.generation
    place.bucket.blob("a").upload_from_string("2")
    assert place.bucket.blob("a", generation=old).download_as_text() == "1"
    place.bucket.copy_blob(place.bucket.blob("a"), place.bucket, "a", source_generation=old)
    assert place.bucket.blob("a").download_as_text() == "1"
    place.bucket.blob("a", generation=old).delete()
    assert len(list(place.client.list_blobs(place.bucket, versions=True))) == 2


def uris(place: Place) -> None:
    """URIs and public links"""
    place.bucket.blob("a/b").upload_from_string("x")
    uri = f"gs://{place.bucket.name}/a/b"
    assert storage.Blob.from_uri(uri, client=place.client).download_as_text() == "x"


def batch(place: Place) -> None:
    """many changes in one batch"""
    blobs = [place.bucket.blob(f"ä/{number} &+%") for number in range(3)]
    for blob in blobs:
        blob.upload_from_string("x")
    with place.client.batch(raise_exception=False):
        blobs[0].delete()
        blobs[1].metadata = {"a": "b"}
        blobs[1].patch()
    assert place.bucket.get_blob(blobs[1].name).metadata == {"a": "b"}
    assert not blobs[0].exists()


def batch_faults(place: Place) -> None:
    """one batch with answers and refusals, each in its place"""
    place.bucket.blob("a").upload_from_string("x")
    with place.client.batch(raise_exception=False) as batch:
        place.bucket.blob("a").patch()
        place.bucket.blob("none").delete()
        place.bucket.blob("a").patch(if_metageneration_match=9)
    assert [answer.status_code for answer in batch._responses] == [200, 404, 412]


def rewriting_in_calls(place: Place) -> None:
    """rewrite in several calls, by a token"""
    place.bucket.blob("a").upload_from_string(b"x" * ((2 << 20) + 1))
    path = f"{place.bucket.name}/o/a/rewriteTo/b/{place.bucket.name}/o/b"
    url = f"{place.url}/storage/v1/b/{path}?maxBytesRewrittenPerCall={1 << 20}"
    answers = [requests.post(url).json()]
    while not answers[-1]["done"]:
        assert not place.bucket.blob("b").exists()
        token = answers[-1]["rewriteToken"]
        answers.append(requests.post(f"{url}&rewriteToken={token}").json())
    assert [int(one["totalBytesRewritten"]) for one in answers] == [1 << 20, 2 << 20, (2 << 20) + 1]
    assert place.bucket.get_blob("b").size == (2 << 20) + 1
    assert requests.post(f"{url}&rewriteToken=another").status_code == 400


def limits(place: Place) -> None:
    """refuse names that are reserved, and metadata over 8 KiB"""
    blob = place.bucket.blob("a")
    blob.metadata = {"k": "v" * 9000}
    for wrong in (blob, place.bucket.blob(".well-known/acme-challenge/x")):
        with pytest.raises(BadRequest):
            wrong.upload_from_string("x")
