"""Conditions on generations and metagenerations, holds, versions, and writers beside each other."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from google.api_core.exceptions import (
    Forbidden,
    PreconditionFailed,
)

MIB = 1 << 20


def test_generation_conditions_guard_a_write(bucket: Any) -> None:
    blob = bucket.blob("guarded")
    blob.upload_from_string("1", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        bucket.blob("guarded").upload_from_string("2", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        bucket.blob("guarded").upload_from_string("2", if_generation_not_match=blob.generation)
    bucket.blob("guarded").upload_from_string("2", if_generation_match=blob.generation)
    assert bucket.blob("guarded").download_as_text() == "2"


def test_generation_conditions_guard_reading_and_deleting(bucket: Any) -> None:
    blob = bucket.blob("read")
    blob.upload_from_string("1")
    with pytest.raises(PreconditionFailed):
        blob.download_as_bytes(if_generation_match=blob.generation + 1)
    with pytest.raises(PreconditionFailed):
        bucket.blob("read").delete(if_generation_match=blob.generation + 1)
    bucket.blob("read").delete(if_generation_match=blob.generation)


def test_unchanged_object_is_not_sent_again(bucket: Any, server: Any) -> None:
    blob = bucket.blob("same")
    blob.upload_from_string("1")
    url = f"{server.url}/storage/v1/b/{bucket.name}/o/same"
    answer = requests.get(url, params={"ifGenerationNotMatch": str(blob.generation)})
    assert (answer.status_code, answer.content) == (304, b"")


def test_metageneration_condition_guards_a_patch(bucket: Any) -> None:
    blob = bucket.blob("patched")
    blob.upload_from_string("1", content_type="text/plain")
    blob.metadata = {"a": "1"}
    blob.patch(if_metageneration_match=1)
    blob.metadata = {"a": None, "b": "2"}
    blob.patch(if_metageneration_match=2)
    assert bucket.get_blob("patched").metadata == {"b": "2"}
    with pytest.raises(PreconditionFailed):
        blob.patch(if_metageneration_match=1)
    assert bucket.get_blob("patched").content_type == "text/plain"


def test_hold_keeps_an_object(bucket: Any) -> None:
    blob = bucket.blob("held")
    blob.upload_from_string("1")
    blob.temporary_hold = True
    blob.patch()
    with pytest.raises(Forbidden):
        bucket.blob("held").delete()
    with pytest.raises(Forbidden):
        bucket.blob("held").upload_from_string("2")
    blob.temporary_hold = False
    blob.patch()
    blob.delete()


def test_versioned_bucket_keeps_what_is_overwritten_and_deleted(
    storage_client: Any, bucket: Any
) -> None:
    bucket.versioning_enabled = True
    bucket.patch()
    first = bucket.blob("v")
    first.upload_from_string("1")
    bucket.blob("v").upload_from_string("2")
    bucket.blob("v").delete()
    assert list(storage_client.list_blobs(bucket)) == []
    versions = list(storage_client.list_blobs(bucket, versions=True))
    assert [blob.time_deleted is not None for blob in versions] == [True, True]
    assert bucket.blob("v", generation=first.generation).download_as_text() == "1"
    for blob in versions:
        bucket.blob("v", generation=blob.generation).delete()
    assert list(storage_client.list_blobs(bucket, versions=True)) == []


def test_generation_grows_with_every_write(bucket: Any) -> None:
    generations = []
    for text in "abc":
        blob = bucket.blob("g")
        blob.upload_from_string(text)
        generations.append(blob.generation)
    assert generations == sorted(set(generations))


def test_parallel_writers_with_a_condition_let_one_win(bucket: Any) -> None:
    def write(number: int) -> bool:
        try:
            bucket.blob("race").upload_from_string(str(number), if_generation_match=0)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(16))) == 1


def test_parallel_readers_never_see_a_mixture(bucket: Any) -> None:
    contents = [bytes([letter]) * MIB for letter in b"abc"]
    bucket.blob("mixed").upload_from_string(contents[0])

    def write(number: int) -> None:
        bucket.blob("mixed").upload_from_string(contents[number % 3])

    def read(_: int) -> bool:
        return bucket.blob("mixed").download_as_bytes() in contents

    with ThreadPoolExecutor(6) as pool:
        writes = [pool.submit(write, number) for number in range(12)]
        assert all(pool.map(read, range(24)))
        for done in writes:
            done.result()
