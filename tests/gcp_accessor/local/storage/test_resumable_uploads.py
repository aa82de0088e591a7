"""Resumable uploads: in chunks, told how far they are, gone on with, cancelled and checked."""

import io
import os
from typing import Any

import requests

MIB = 1 << 20


def test_resumable_upload_in_chunks_comes_back(bucket: Any) -> None:
    data = os.urandom(3 * MIB + 17)
    blob = bucket.blob("large", chunk_size=MIB)
    blob.upload_from_file(io.BytesIO(data))
    assert blob.size == len(data)
    assert bucket.blob("large").download_as_bytes(checksum="md5") == data


def test_resumable_upload_of_nothing_makes_an_empty_object(bucket: Any) -> None:
    bucket.blob("nothing").upload_from_file(io.BytesIO(b""))
    assert bucket.get_blob("nothing").size == 0


def test_resumable_upload_of_whole_chunks_ends_without_a_last_one(bucket: Any) -> None:
    with bucket.blob("exact").open("wb", chunk_size=MIB) as file:
        file.write(b"x" * (2 * MIB))
    assert bucket.get_blob("exact").size == 2 * MIB


def session_of(blob: Any, **options: Any) -> str:
    return str(blob.create_resumable_upload_session(**options))


def test_resumable_upload_tells_how_far_it_is_and_goes_on(bucket: Any) -> None:
    url = session_of(bucket.blob("far"))
    first = b"a" * (256 * 1024)
    assert requests.put(url, headers={"Content-Range": "bytes */*"}).headers.get("Range") is None
    answer = requests.put(url, data=first, headers={"Content-Range": "bytes 0-262143/*"})
    assert (answer.status_code, answer.headers["Range"]) == (308, "bytes=0-262143")
    asked = requests.put(url, headers={"Content-Range": "bytes */262146"})
    assert (asked.status_code, asked.headers["Range"]) == (308, "bytes=0-262143")
    done = requests.put(url, data=b"end", headers={"Content-Range": "bytes 262144-262146/262147"})
    assert (done.status_code, done.json()["size"]) == (200, "262147")
    again = requests.put(url, headers={"Content-Range": "bytes */262147"})
    assert again.json()["generation"] == done.json()["generation"]
    assert bucket.blob("far").download_as_bytes() == first + b"end"


def test_resumable_chunk_sent_twice_counts_once(bucket: Any) -> None:
    url = session_of(bucket.blob("twice"))
    chunk = {"data": b"a" * 262144, "headers": {"Content-Range": "bytes 0-262143/*"}}
    assert requests.put(url, **chunk).status_code == 308
    assert requests.put(url, **chunk).headers["Range"] == "bytes=0-262143"
    requests.put(url, data=b"b", headers={"Content-Range": "bytes 262144-262144/262145"})
    assert bucket.get_blob("twice").size == 262145


def test_resumable_upload_that_is_cancelled_is_gone(bucket: Any) -> None:
    url = session_of(bucket.blob("cancelled"))
    assert requests.delete(url).status_code == 499
    assert requests.put(url, data=b"x").status_code == 404
    assert not bucket.blob("cancelled").exists()


def test_resumable_upload_that_is_not_finished_is_no_object(bucket: Any) -> None:
    url = session_of(bucket.blob("open"))
    requests.put(url, data=b"a" * 262144, headers={"Content-Range": "bytes 0-262143/*"})
    assert not bucket.blob("open").exists()


def test_resumable_upload_checks_the_digest_of_the_whole(bucket: Any) -> None:
    url = session_of(bucket.blob("digest"))
    headers = {"Content-Range": "bytes 0-2/3", "x-goog-hash": "crc32c=AAAAAA=="}
    answer = requests.put(url, data=b"abc", headers=headers)
    assert answer.status_code == 400
    assert "CRC32C" in answer.json()["error"]["message"]
    assert not bucket.blob("digest").exists()


def test_resumable_upload_holds_its_condition_when_it_ends(bucket: Any) -> None:
    url = session_of(bucket.blob("raced"), if_generation_match=0)
    bucket.blob("raced").upload_from_string("first")
    assert requests.put(url, data=b"second").status_code == 412
    assert bucket.blob("raced").download_as_bytes() == b"first"
