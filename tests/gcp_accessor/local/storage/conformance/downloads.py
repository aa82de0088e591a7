"""Downloads."""

import gzip
import os

import pytest
import requests
from google.api_core.exceptions import NotFound, RequestRangeNotSatisfiable
from google.cloud.storage import transfer_manager

from tests.gcp_accessor.local.storage.conformance.registry import Place

_MIB = 1 << 20


def whole(place: Place) -> None:
    """as bytes, text and file"""
    place.bucket.blob("a").upload_from_string("grün")
    assert place.bucket.blob("a").download_as_text() == "grün"
    place.bucket.blob("a").download_to_filename(str(place.folder / "a"))
    with (place.folder / "b").open("wb") as file:
        place.client.download_blob_to_file(f"gs://{place.bucket.name}/a", file)
    assert (place.folder / "a").read_bytes() == (place.folder / "b").read_bytes()
    with pytest.raises(NotFound):
        place.bucket.blob("b").download_as_bytes()


def ranges(place: Place) -> None:
    """ranges; one outside is refused"""
    place.bucket.blob("a").upload_from_string("0123456789")
    blob = place.bucket.blob("a")
    found = [blob.download_as_bytes(start=start, end=end) for start, end in ((2, 4), (-3, None))]
    assert found == [b"234", b"789"]
    with pytest.raises(RequestRangeNotSatisfiable):
        blob.download_as_bytes(start=10)
    answer = requests.get(f"{place.url}/{place.bucket.name}/a", headers={"Range": "bytes=10-"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */10")


def missing(place: Place) -> None:
    """what is missing, in words"""
    with pytest.raises(NotFound, match=f"No such object: {place.bucket.name}/none"):
        place.bucket.blob("none").download_as_bytes()


def seekable(place: Place) -> None:
    """read as a file, with seek"""
    place.bucket.blob("a").upload_from_string(bytes(range(256)) * 4096)
    with place.bucket.blob("a").open("rb", chunk_size=65536) as file:
        file.seek(500_001)
        assert file.read(2) == bytes([500_001 % 256, 500_002 % 256])
        file.seek(0)
        assert len(file.read()) == _MIB


def chunks(place: Place) -> None:
    """in chunks, one after the other and at once (transfer_manager)"""
    data = os.urandom(3 * _MIB + 5)
    place.bucket.blob("a").upload_from_string(data)
    assert place.bucket.blob("a", chunk_size=_MIB).download_as_bytes() == data
    path = place.folder / "a"
    transfer_manager.download_chunks_concurrently(
        place.bucket.blob("a"), str(path), chunk_size=_MIB, worker_type="thread"
    )
    assert path.read_bytes() == data


def many(place: Place) -> None:
    """many at once (transfer_manager)"""
    for name in ("p/a", "p/b"):
        place.bucket.blob(name).upload_from_string(name)
    transfer_manager.download_many_to_path(
        place.bucket,
        ["p/a", "p/b"],
        destination_directory=str(place.folder),
        worker_type="thread",
    )
    assert (place.folder / "p" / "b").read_text() == "p/b"


def unpacked(place: Place) -> None:
    """unpacked from gzip, or as stored"""
    blob = place.bucket.blob("a")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(b"plain"))
    assert blob.download_as_bytes() == b"plain"
    assert gzip.decompress(blob.download_as_bytes(raw_download=True)) == b"plain"


def checked(place: Place) -> None:
    """checked by MD5 and CRC32C"""
    place.bucket.blob("a").upload_from_string("x" * 1000)
    for checksum in ("md5", "crc32c"):
        assert len(place.bucket.blob("a").download_as_bytes(checksum=checksum)) == 1000
