import gzip
import hashlib
import os
from base64 import b64encode
from typing import Any

import pytest
import requests
from google.api_core.exceptions import (
    BadRequest,
    NotFound,
    RequestRangeNotSatisfiable,
)
from google.cloud.storage import transfer_manager

MIB = 1 << 20


@pytest.mark.parametrize(
    "name", ["a/b/c.txt", "ünï cödé/日本.csv", "../../escape", "a//b", "%2F%25", "q?x=1#y&z+", "/"]
)
def test_object_of_any_name_comes_back(storage_client: Any, bucket: Any, name: str) -> None:
    bucket.blob(name).upload_from_string("content of " + name)
    assert bucket.blob(name).download_as_text() == "content of " + name
    assert [blob.name for blob in storage_client.list_blobs(bucket)] == [name]
    bucket.blob(name).delete()
    assert not bucket.blob(name).exists()


def test_object_names_never_become_paths(server: Any, bucket: Any) -> None:
    bucket.blob("../../../beyond-the-bucket").upload_from_string("x")
    assert list(server.folder.parent.rglob("*beyond-the-bucket*")) == []


@pytest.mark.parametrize("name", [".", "..", "a\nb", "x" * 1025])
def test_object_name_that_is_not_allowed_is_refused(bucket: Any, name: str) -> None:
    with pytest.raises(BadRequest):
        bucket.blob(name).upload_from_string("x")


def test_object_metadata_is_that_of_its_bytes(bucket: Any) -> None:
    blob = bucket.blob("data.csv")
    blob.metadata = {"source": "lsat"}
    blob.cache_control = "no-store"
    blob.upload_from_string(b"a,b\n", content_type="text/csv")
    found = bucket.get_blob("data.csv")
    assert (found.size, found.content_type, found.metadata) == (4, "text/csv", {"source": "lsat"})
    assert found.md5_hash == b64encode(hashlib.md5(b"a,b\n").digest()).decode()
    assert (found.cache_control, found.metageneration) == ("no-store", 1)
    assert found.generation == blob.generation


def test_object_that_is_empty_comes_back(bucket: Any) -> None:
    bucket.blob("empty").upload_from_string(b"")
    assert bucket.blob("empty").download_as_bytes() == b""
    assert bucket.get_blob("empty").size == 0


def test_object_that_is_missing_is_not_found(bucket: Any) -> None:
    with pytest.raises(NotFound, match="No such object"):
        bucket.blob("none").download_as_bytes()
    with pytest.raises(NotFound):
        bucket.blob("none").delete()
    assert bucket.get_blob("none") is None


def test_upload_to_a_missing_bucket_is_not_found(storage_client: Any) -> None:
    with pytest.raises(NotFound):
        storage_client.bucket("nowhere").blob("a").upload_from_string("x")


def test_upload_with_a_wrong_md5_leaves_no_object(bucket: Any) -> None:
    blob = bucket.blob("wrong")
    blob.md5_hash = b64encode(b"0" * 16).decode()
    with pytest.raises(BadRequest, match="doesn't match calculated MD5"):
        blob.upload_from_string("x", checksum=None)
    assert not blob.exists()


@pytest.mark.parametrize("checksum", ["md5", "crc32c"])
def test_upload_and_download_verify_the_checksum(bucket: Any, checksum: str) -> None:
    blob = bucket.blob("checked")
    blob.upload_from_string(b"abc" * 1000, checksum=checksum)
    assert blob.download_as_bytes(checksum=checksum) == b"abc" * 1000


def test_file_interface_writes_and_reads_lines(bucket: Any) -> None:
    with bucket.blob("lines.txt").open("w") as file:
        file.writelines(f"line {number}\n" for number in range(100))
    with bucket.blob("lines.txt").open("r") as file:
        assert file.readlines()[99] == "line 99\n"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (10, 19), (250, None), (0, 10_000), (-6, None)])
def test_download_of_a_range_is_that_part(bucket: Any, start: int, end: int | None) -> None:
    data = bytes(range(256))
    bucket.blob("ranged").upload_from_string(data)
    expected = data[start:] if end is None else data[start : end + 1]
    assert bucket.blob("ranged").download_as_bytes(start=start, end=end) == expected


def test_download_of_a_range_outside_is_refused(bucket: Any) -> None:
    bucket.blob("short").upload_from_string(b"abc")
    with pytest.raises(RequestRangeNotSatisfiable):
        bucket.blob("short").download_as_bytes(start=3)


def test_download_in_chunks_is_the_whole(bucket: Any) -> None:
    data = os.urandom(MIB + 5)
    bucket.blob("chunked").upload_from_string(data)
    blob = bucket.blob("chunked", chunk_size=256 * 1024)
    assert blob.download_as_bytes() == data


def test_gzip_object_is_unpacked_unless_the_client_takes_gzip(bucket: Any, server: Any) -> None:
    blob = bucket.blob("packed")
    blob.content_encoding = "gzip"
    packed = gzip.compress(b"plain " * 1000) + gzip.compress(b"second member")
    blob.upload_from_string(packed, content_type="text/plain")
    url = f"{server.url}/download/storage/v1/b/{bucket.name}/o/packed?alt=media"
    plain = requests.get(url, headers={"Accept-Encoding": "identity"})
    assert plain.content == b"plain " * 1000 + b"second member"
    assert "Content-Encoding" not in plain.headers
    assert blob.download_as_bytes(raw_download=True) == packed
    assert blob.download_as_bytes() == b"plain " * 1000 + b"second member"


def test_head_of_an_object_has_headers_and_no_body(bucket: Any, server: Any) -> None:
    bucket.blob("h").upload_from_string(b"abc")
    answer = requests.head(f"{server.url}/{bucket.name}/h")
    assert (answer.headers["Content-Length"], answer.content) == ("3", b"")
    assert "crc32c=" in answer.headers["x-goog-hash"]


def test_update_replaces_all_metadata(bucket: Any) -> None:
    blob = bucket.blob("updated")
    blob.metadata = {"a": "1"}
    blob.cache_control = "no-store"
    blob.upload_from_string("1")
    fresh = bucket.get_blob("updated")
    fresh.cache_control = None
    fresh.metadata = {"b": "2"}
    fresh.update()
    found = bucket.get_blob("updated")
    assert (found.metadata, found.cache_control) == ({"b": "2"}, None)


def test_compose_joins_objects_in_order(bucket: Any) -> None:
    parts = []
    for text in ("a,b\n", "1,2\n", "3,4\n"):
        parts.append(bucket.blob(f"part-{text[0]}"))
        parts[-1].upload_from_string(text)
    whole = bucket.blob("whole.csv")
    whole.content_type = "text/csv"
    whole.compose(parts)
    found = bucket.get_blob("whole.csv")
    assert found.download_as_text() == "a,b\n1,2\n3,4\n"
    assert (found.component_count, found.md5_hash, found.content_type) == (3, None, "text/csv")


def test_compose_of_too_many_or_missing_sources_is_refused(bucket: Any) -> None:
    bucket.blob("one").upload_from_string("1")
    with pytest.raises(BadRequest, match=r"provided \(33\) exceeds the maximum"):
        bucket.blob("many").compose([bucket.blob("one")] * 33)
    with pytest.raises(NotFound):
        bucket.blob("many").compose([bucket.blob("one"), bucket.blob("none")])
    assert not bucket.blob("many").exists()


def test_copy_and_rewrite_keep_bytes_and_metadata(storage_client: Any, bucket: Any) -> None:
    other = storage_client.create_bucket(bucket.name + "-other")
    blob = bucket.blob("dir/original")
    blob.metadata = {"a": "1"}
    blob.upload_from_string("x" * 1000, content_type="text/plain")
    copied = bucket.copy_blob(blob, other, "copy/of it")
    assert (copied.metadata, copied.content_type) == ({"a": "1"}, "text/plain")
    token, done, total = other.blob("rewritten").rewrite(blob)
    assert (token, done, total) == (None, 1000, 1000)
    assert other.blob("rewritten").download_as_bytes() == b"x" * 1000


def test_rename_moves_an_object(bucket: Any) -> None:
    bucket.blob("old").upload_from_string("x")
    bucket.rename_blob(bucket.blob("old"), "new")
    assert not bucket.blob("old").exists()
    assert bucket.blob("new").download_as_text() == "x"


def test_parts_are_uploaded_at_once_and_joined(bucket: Any, tmp_path: Any) -> None:
    data = os.urandom(11 * MIB)
    source = tmp_path / "source"
    source.write_bytes(data)
    transfer_manager.upload_chunks_concurrently(
        str(source),
        bucket.blob("dir/parts"),
        chunk_size=5 * MIB,
        max_workers=3,
        worker_type=transfer_manager.THREAD,
    )
    assert bucket.blob("dir/parts").download_as_bytes() == data
    assert bucket.get_blob("dir/parts").component_count == 3


def test_batch_changes_and_deletes_objects_in_one_request(storage_client: Any, bucket: Any) -> None:
    blobs = [bucket.blob(f"b/{number}") for number in range(5)]
    for blob in blobs:
        blob.upload_from_string("x")
    with storage_client.batch():
        for blob in blobs[:4]:
            blob.delete()
        blobs[4].metadata = {"a": "1"}
        blobs[4].patch()
    assert [blob.name for blob in storage_client.list_blobs(bucket)] == ["b/4"]
    assert bucket.get_blob("b/4").metadata == {"a": "1"}


def test_batch_reports_what_is_missing(storage_client: Any, bucket: Any) -> None:
    with pytest.raises(NotFound), storage_client.batch():
        bucket.blob("none").delete()
