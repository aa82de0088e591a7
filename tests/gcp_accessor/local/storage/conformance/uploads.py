"""Uploads."""

import io
import os

import pytest
import requests
from google.api_core.exceptions import BadRequest, NotFound
from google.cloud.storage import transfer_manager
from google.cloud.storage.exceptions import InvalidResponse

from tests.gcp_accessor.local.storage.conformance.registry import Place

_MIB = 1 << 20


def from_string(place: Place) -> None:
    """from text and bytes"""
    place.bucket.blob("a").upload_from_string("grün")
    assert place.bucket.blob("a").download_as_bytes() == "grün".encode()


def from_file(place: Place) -> None:
    """from a file, its type by its name"""
    path = place.folder / "a.json"
    path.write_text("{}")
    place.bucket.blob("a").upload_from_filename(str(path))
    assert place.bucket.get_blob("a").content_type == "application/json"


def resumable(place: Place) -> None:
    """resumable, in chunks, of unknown size"""
    data = os.urandom(2 * _MIB + 9)
    place.bucket.blob("a", chunk_size=_MIB).upload_from_file(io.BytesIO(data))
    assert place.bucket.blob("a").download_as_bytes() == data


def session(place: Place) -> None:
    """a resumable session that is asked, continued and ended elsewhere"""
    url = place.bucket.blob("a").create_resumable_upload_session(content_type="text/plain")
    first = {"Content-Range": "bytes 0-262143/*"}
    assert requests.put(url, data=b"a" * 262144, headers=first).status_code == 308
    state = requests.put(url, headers={"Content-Range": "bytes */*"})
    assert state.headers["Range"] == "bytes=0-262143"
    last = {"Content-Range": "bytes 262144-262146/262147"}
    assert requests.put(url, data=b"end", headers=last).status_code == 200
    assert place.bucket.get_blob("a").content_type == "text/plain"


def announced_size(place: Place) -> None:
    """refuse another size than was announced"""
    url = place.bucket.blob("a").create_resumable_upload_session(size=3)
    assert requests.put(url, data=b"abcd").status_code == 400
    assert not place.bucket.blob("a").exists()


def file_object(place: Place) -> None:
    """written as a file, of bytes and text"""
    with place.bucket.blob("a").open("wb", chunk_size=262144) as file:
        file.write(b"x" * 600_000)
    assert place.bucket.get_blob("a").size == 600_000
    with place.bucket.blob("b").open("w") as file:
        file.write("grün\n")
    assert place.bucket.blob("b").download_as_text() == "grün\n"


def file_object_condition(place: Place) -> None:
    """written as a file under a condition"""
    place.bucket.blob("a").upload_from_string("1")
    with (
        pytest.raises(InvalidResponse, match="412"),
        place.bucket.blob("a").open("wb", if_generation_match=0) as file,
    ):
        file.write(b"2")
    assert place.bucket.blob("a").download_as_text() == "1"


def checksums(place: Place) -> None:
    """checked by MD5 and CRC32C; bytes that differ are refused"""
    for checksum in ("md5", "crc32c"):
        place.bucket.blob("a").upload_from_string("x", checksum=checksum)
    for field in ("md5_hash", "crc32c"):
        blob = place.bucket.blob("b")
        setattr(blob, field, "AAAAAA==")
        with pytest.raises(BadRequest, match="doesn't match"):
            blob.upload_from_string("x", checksum=None)
    assert not place.bucket.blob("b").exists()


def announced_checksums(place: Place) -> None:
    """checked by a CRC32C that is known before (crc32c_checksum_value)"""
    for chunk_size in (None, 256 << 10):
        blob = place.bucket.blob("a", chunk_size=chunk_size)
        with pytest.raises(BadRequest):
            blob.upload_from_file(io.BytesIO(b"abc"), crc32c_checksum_value="AAAAAA==")
        assert not blob.exists()
        blob.upload_from_file(io.BytesIO(b"abc"), crc32c_checksum_value="Nks/tw==")
        blob.delete()


def checksum_headers(place: Place) -> None:
    """checked by Content-MD5 and x-goog-hash of the request"""
    path = f"{place.bucket.name}/o?uploadType=media&name=a"
    url = f"{place.url}/upload/storage/v1/b/{path}"
    for header in ({"Content-MD5": "AAAAAA=="}, {"x-goog-hash": "crc32c=AAAAAA=="}):
        assert requests.post(url, data=b"x", headers=header).status_code == 400
    assert not place.bucket.blob("a").exists()


def missing_bucket(place: Place) -> None:
    """refuse a bucket that is not there"""
    with pytest.raises(NotFound):
        place.client.bucket("no-such-bucket").blob("a").upload_from_string("x")


def many_files(place: Place) -> None:
    """many files at once (transfer_manager)"""
    names = [f"{number}.txt" for number in range(4)]
    for name in names:
        (place.folder / name).write_text(name)
    results = transfer_manager.upload_many_from_filenames(
        place.bucket, names, source_directory=str(place.folder), worker_type="thread"
    )
    assert results == [None] * 4
    assert place.bucket.blob("3.txt").download_as_text() == "3.txt"


def parts(place: Place) -> None:
    """one file in parts at once (transfer_manager)"""
    path = place.folder / "large"
    path.write_bytes(os.urandom(11 * _MIB))
    blob = place.bucket.blob("a")
    blob.metadata, blob.cache_control = {"key_a": "1", "key-b": "2"}, "private"
    transfer_manager.upload_chunks_concurrently(
        str(path), blob, chunk_size=5 * _MIB, worker_type="thread"
    )
    assert place.bucket.blob("a").download_as_bytes() == path.read_bytes()
    found = place.bucket.get_blob("a")
    assert (found.metadata, found.cache_control) == (blob.metadata, "private")
