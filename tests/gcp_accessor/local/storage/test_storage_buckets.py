from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Conflict, NotFound, PreconditionFailed


def test_bucket_is_found_after_it_was_made(storage_client: Any, bucket: Any) -> None:
    found = storage_client.get_bucket(bucket.name)
    assert (found.name, found.location, found.storage_class) == (bucket.name, "US", "STANDARD")
    assert found.time_created is not None


def test_bucket_keeps_its_location_and_labels(storage_client: Any) -> None:
    bucket = storage_client.bucket("located")
    bucket.labels = {"team": "ml"}
    storage_client.create_bucket(bucket, location="EU")
    found = storage_client.get_bucket("located")
    assert (found.location, found.labels) == ("EU", {"team": "ml"})


def test_bucket_made_twice_is_a_conflict(storage_client: Any, bucket: Any) -> None:
    with pytest.raises(Conflict):
        storage_client.create_bucket(bucket.name)


def test_bucket_that_is_missing_is_not_found(storage_client: Any) -> None:
    with pytest.raises(NotFound, match="The specified bucket does not exist"):
        storage_client.get_bucket("never-made")
    assert storage_client.lookup_bucket("never-made") is None


@pytest.mark.parametrize("name", ["UPPER", "a", "goog-x", "a..b", "-a-", "x" * 64, "sla/sh"])
def test_bucket_name_that_is_not_allowed_is_refused(storage_client: Any, name: str) -> None:
    with pytest.raises(BadRequest):
        storage_client._connection.api_request("POST", "/b", data={"name": name}, query_params={})


def test_bucket_with_objects_is_not_deleted(storage_client: Any, bucket: Any) -> None:
    bucket.blob("a").upload_from_string("x")
    with pytest.raises(Conflict, match="not empty"):
        bucket.delete()
    bucket.blob("a").delete()
    bucket.delete()
    assert storage_client.lookup_bucket(bucket.name) is None


def test_bucket_patch_merges_labels_and_counts_the_metageneration(bucket: Any) -> None:
    bucket.labels = {"a": "1", "b": "2"}
    bucket.patch()
    bucket.labels = {"b": "2"}
    bucket.patch()
    bucket.reload()
    assert (bucket.labels, bucket.metageneration) == ({"b": "2"}, 3)


def test_bucket_change_of_another_metageneration_fails(bucket: Any) -> None:
    bucket.labels = {"a": "1"}
    with pytest.raises(PreconditionFailed):
        bucket.patch(if_metageneration_match=7)


def test_buckets_are_listed_by_prefix_in_pages(storage_client: Any) -> None:
    for letter in "cab":
        storage_client.create_bucket(f"listed-{letter}")
    names = [one.name for one in storage_client.list_buckets(prefix="listed-", page_size=2)]
    assert names == ["listed-a", "listed-b", "listed-c"]
