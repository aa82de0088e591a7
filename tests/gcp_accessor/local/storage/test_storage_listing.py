from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.gcp_accessor.local.storage import Store
from ml_api_kit.gcp_accessor.local.storage.buckets import create_bucket
from ml_api_kit.gcp_accessor.local.storage.listing import ListQuery, list_objects, list_query
from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord

NAMES = ["a.csv", "data/2023/x.csv", "data/2024/y.csv", "data/2024/z.json", "data/top.csv", "é.csv"]


@pytest.fixture(scope="module")
def filled(storage_client: Any) -> Any:
    bucket = storage_client.create_bucket("listing")
    for name in reversed(NAMES):
        bucket.blob(name).upload_from_string("x")
    return bucket


def names(storage_client: Any, bucket: Any, **options: Any) -> list[str]:
    return [blob.name for blob in storage_client.list_blobs(bucket, **options)]


def test_listing_is_in_the_order_of_bytes(storage_client: Any, filled: Any) -> None:
    assert names(storage_client, filled) == NAMES


def test_listing_of_a_prefix_has_only_that(storage_client: Any, filled: Any) -> None:
    assert names(storage_client, filled, prefix="data/2024/") == NAMES[2:4]


def test_listing_in_pages_is_complete_and_without_repetition(
    storage_client: Any, filled: Any
) -> None:
    for page_size in (1, 2, 3):
        assert names(storage_client, filled, page_size=page_size) == NAMES


def test_listing_with_a_delimiter_groups_what_is_below(storage_client: Any, filled: Any) -> None:
    found = storage_client.list_blobs(filled, prefix="data/", delimiter="/")
    assert [blob.name for blob in found] == ["data/top.csv"]
    assert found.prefixes == {"data/2023/", "data/2024/"}


@pytest.mark.parametrize("page_size", [1, 2])
def test_listing_of_groups_in_pages_is_complete(
    storage_client: Any, filled: Any, page_size: int
) -> None:
    found = storage_client.list_blobs(filled, prefix="data/", delimiter="/", page_size=page_size)
    assert [blob.name for blob in found] == ["data/top.csv"]
    assert found.prefixes == {"data/2023/", "data/2024/"}


def test_listing_between_offsets_has_the_first_but_not_the_last(
    storage_client: Any, filled: Any
) -> None:
    found = names(storage_client, filled, start_offset="data/2024/y.csv", end_offset="data/top.csv")
    assert found == NAMES[2:4]


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("*.csv", ["a.csv", "é.csv"]),
        ("data/*/*.csv", NAMES[1:3]),
        ("data/**.csv", [*NAMES[1:3], "data/top.csv"]),
        ("**/*.{json,txt}", ["data/2024/z.json"]),
        ("data/202[!4]/?.csv", ["data/2023/x.csv"]),
    ],
)
def test_listing_by_glob_has_what_matches(
    storage_client: Any, filled: Any, glob: str, expected: list[str]
) -> None:
    assert names(storage_client, filled, match_glob=glob) == expected


def test_listing_stops_at_the_most_results(storage_client: Any, filled: Any) -> None:
    assert names(storage_client, filled, max_results=2) == NAMES[:2]


def test_listing_includes_folder_objects_when_asked(storage_client: Any) -> None:
    bucket = storage_client.create_bucket("folders")
    bucket.blob("f/").upload_from_string("")
    bucket.blob("f/x").upload_from_string("x")
    found = storage_client.list_blobs(bucket, delimiter="/", include_trailing_delimiter=True)
    assert [blob.name for blob in found] == ["f/"]
    assert found.prefixes == {"f/"}


def test_listing_of_many_objects_goes_on_behind_a_thousand(tmp_path: Path) -> None:
    store = Store(tmp_path)
    create_bucket(store, {"name": "many"})
    with store.index.transaction():
        for number in range(2005):
            name = f"d{number // 1000}/{number:04}"
            store.index.save_object(ObjectRecord("many", name, number, 1, 0, "none", True, {}))
    first = list_objects(store, "many", ListQuery())
    assert len(first.items) == 1000
    assert first.next_token is not None
    second = list_objects(store, "many", list_query({"pageToken": first.next_token}))
    third = list_objects(store, "many", list_query({"pageToken": str(second.next_token)}))
    assert third.next_token is None
    found = [record.name for page in (first, second, third) for record in page.items]
    assert found == [f"d{number // 1000}/{number:04}" for number in range(2005)]
    grouped = list_objects(store, "many", ListQuery(delimiter="/"))
    assert (grouped.items, grouped.prefixes) == ([], ["d0/", "d1/", "d2/"])
    store.close()
