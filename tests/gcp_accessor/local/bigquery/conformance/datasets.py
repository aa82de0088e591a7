"""Datasets."""

import datetime

import pytest
import requests
from google.api_core import exceptions
from google.cloud import bigquery

from tests.gcp_accessor.bigquery_clients import new_bigquery_client
from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused


def _made(place: Place, suffix: str = "_made") -> bigquery.Dataset:
    return bigquery.Dataset(f"local.{place.dataset}{suffix}")


def create_and_get(place: Place) -> None:
    """create, get"""
    made = place.client.create_dataset(_made(place))
    found = place.client.get_dataset(made.reference)
    assert (found.dataset_id, found.project) == (f"{place.dataset}_made", "local")
    assert (found.full_dataset_id, found.location) == (f"local:{place.dataset}_made", "US")
    assert found.created <= found.modified
    assert found.etag
    assert found.self_link.endswith(f"/projects/local/datasets/{place.dataset}_made")
    place.client.delete_dataset(made)


def by_name(place: Place) -> None:
    """create by a name, in a location"""
    client, name = place.client, f"{place.dataset}_made"
    dataset = bigquery.Dataset(f"local.{name}")
    dataset.location = "EU"
    client.create_dataset(dataset)
    assert client.get_dataset(name).location == "EU"
    client.delete_dataset(name)
    assert client.create_dataset(name).location == "US"
    client.delete_dataset(f"local.{name}")


def properties(place: Place) -> None:
    """labels, description, friendly name, default expirations, collation, rounding, case"""
    dataset = _made(place)
    dataset.labels = {"team": "blue", "empty": ""}
    dataset.description, dataset.friendly_name = "of 2020", "Exams"
    dataset.default_table_expiration_ms = 3_600_000
    dataset.default_partition_expiration_ms = 7_200_000
    dataset.max_time_travel_hours = 72
    dataset.storage_billing_model = "LOGICAL"
    place.client.create_dataset(dataset)
    found = place.client.get_dataset(dataset.reference)
    assert found.labels == {"team": "blue", "empty": ""}
    assert (found.description, found.friendly_name) == ("of 2020", "Exams")
    assert found.default_table_expiration_ms == 3_600_000
    assert found.default_partition_expiration_ms == 7_200_000
    assert (found.max_time_travel_hours, found.storage_billing_model) == (72, "LOGICAL")
    place.client.delete_dataset(dataset)


def default_expiration(place: Place) -> None:
    """tables, and partitions by time, get the default expiration of their dataset"""
    dataset = place.client.get_dataset(place.dataset)
    dataset.default_table_expiration_ms = 3_600_000
    dataset = place.client.update_dataset(dataset, ["default_table_expiration_ms"])
    table = place.make("short", bigquery.SchemaField("a", "INT64"))
    assert table.expires - table.created == datetime.timedelta(hours=1)
    place.ask("CREATE TABLE by_sql (a INT64)")
    assert place.client.get_table(place.name("by_sql")).expires is not None
    dataset.default_partition_expiration_ms = 7_200_000
    place.client.update_dataset(dataset, ["default_partition_expiration_ms"])
    place.ask("CREATE TABLE parts (d DATE) PARTITION BY d")
    place.ask("CREATE TABLE own (d DATE) PARTITION BY d OPTIONS (partition_expiration_days = 1)")
    for name, span_ms in (("parts", 7_200_000), ("own", 86_400_000)):
        table = place.client.get_table(place.name(name))
        assert (table.time_partitioning.expiration_ms, table.expires) == (span_ms, None)


def update(place: Place) -> None:
    """change and clear members, labels one by one"""
    dataset = place.client.get_dataset(place.dataset)
    dataset.labels, dataset.description = {"a": "1", "b": "2"}, "before"
    dataset = place.client.update_dataset(dataset, ["labels", "description"])
    dataset.labels, dataset.description = {"a": None, "c": "3"}, None
    changed = place.client.update_dataset(dataset, ["labels", "description"])
    assert (changed.labels, changed.description) == ({"b": "2", "c": "3"}, None)


def replaced(place: Place) -> None:
    """replace all members by PUT, unlike by PATCH"""
    dataset = place.client.get_dataset(place.dataset)
    dataset.labels, dataset.description = {"a": "1"}, "before"
    place.client.update_dataset(dataset, ["labels", "description"])
    url = f"{place.url}/bigquery/v2/projects/local/datasets/{place.dataset}"
    found = requests.put(url, json={"friendlyName": "after"}, timeout=30).json()
    assert (found["type"], found["friendlyName"]) == ("DEFAULT", "after")
    assert not {"labels", "description"} & found.keys()
    known = {"If-None-Match": found["etag"]}
    assert requests.get(url, headers=known, timeout=30).status_code == 304


def etags(place: Place) -> None:
    """refuse a change of what somebody else changed (412)"""
    mine, theirs = (place.client.get_dataset(place.dataset) for _ in range(2))
    mine.description, theirs.description = "mine", "theirs"
    place.client.update_dataset(theirs, ["description"])
    with pytest.raises(exceptions.PreconditionFailed, match="Precondition check failed"):
        place.client.update_dataset(mine, ["description"])
    assert place.client.get_dataset(place.dataset).description == "theirs"


def access_entries(place: Place) -> None:
    """keep access entries, without effect"""
    dataset = place.client.get_dataset(place.dataset)
    assert dataset.access_entries
    entry = bigquery.AccessEntry("READER", "userByEmail", "reader@example.com")
    dataset.access_entries = [*dataset.access_entries, entry]
    changed = place.client.update_dataset(dataset, ["access_entries"])
    assert entry in changed.access_entries


def taken(place: Place) -> None:
    """refuse a name that is taken (409), unless exists_ok"""
    with pytest.raises(exceptions.Conflict, match="Already Exists: Dataset local:"):
        place.client.create_dataset(place.dataset)
    assert place.client.create_dataset(place.dataset, exists_ok=True).dataset_id == place.dataset


def bad_names(place: Place) -> None:
    """refuse a name that is not allowed (400)"""
    for name in ("a-b", "é", "a" * 1025):
        with pytest.raises(exceptions.BadRequest, match="Invalid dataset ID"):
            place.client.create_dataset(name)


def missing(place: Place) -> None:
    """say of one that is not there that it is not (404)"""
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset local:none"):
        place.client.get_dataset("none")
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset local:none"):
        place.client.delete_dataset("none")
    place.client.delete_dataset("none", not_found_ok=True)
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset local:none"):
        list(place.client.list_tables("none"))


def delete(place: Place) -> None:
    """delete an empty one, and with its contents; refuse one in use (400)"""
    place.make("t", bigquery.SchemaField("a", "INT64"))
    with pytest.raises(exceptions.BadRequest, match=r"Dataset local:\w+ is still in use"):
        place.client.delete_dataset(place.dataset)
    place.client.delete_dataset(place.dataset, delete_contents=True)
    assert place.dataset not in [one.dataset_id for one in place.client.list_datasets()]


def listing(place: Place) -> None:
    """list in pages, with labels"""
    dataset = place.client.get_dataset(place.dataset)
    dataset.labels = {"listed": "yes"}
    place.client.update_dataset(dataset, ["labels"])
    place.client.create_dataset(_made(place))
    pages = place.client.list_datasets(page_size=1)
    assert len(list(next(pages.pages))) == 1
    assert pages.next_page_token
    rest = list(place.client.list_datasets(page_token=pages.next_page_token))
    assert len(rest) == len(list(place.client.list_datasets())) - 1
    assert len(list(place.client.list_datasets(max_results=1))) == 1
    [item] = [one for one in place.client.list_datasets() if one.dataset_id == place.dataset]
    assert (item.labels, item.project, item.friendly_name) == ({"listed": "yes"}, "local", None)
    place.client.delete_dataset(_made(place))


def hidden(place: Place) -> None:
    """list those whose names begin with _ only with include_all"""
    client, name = place.client, f"_{place.dataset}"
    client.create_dataset(name)
    assert name not in [one.dataset_id for one in client.list_datasets()]
    assert name in [one.dataset_id for one in client.list_datasets(include_all=True)]
    client.delete_dataset(name)


def filters(place: Place) -> None:
    """filter by labels"""
    dataset = place.client.get_dataset(place.dataset)
    dataset.labels = {"team": "blue", "year": "2020"}
    place.client.update_dataset(dataset, ["labels"])

    def found(condition: str) -> bool:
        listed = place.client.list_datasets(filter=condition)
        return place.dataset in [one.dataset_id for one in listed]

    assert found("labels.team:blue labels.year:2020")
    assert found("labels.team")
    assert not found("labels.team:red")
    assert not found("labels.none")
    with pytest.raises(exceptions.BadRequest, match="Invalid filter"):
        found("team=blue")


def projects(place: Place) -> None:
    """keep the datasets of several projects apart"""

    with new_bigquery_client(place.url, project="elsewhere") as other:
        other.create_dataset(place.dataset)
        assert [one.dataset_id for one in other.list_datasets()] == [place.dataset]
        other.delete_dataset(place.dataset)
    assert place.client.get_dataset(place.dataset).project == "local"


@refused
def two_cases(place: Place) -> None:
    """two whose names differ in case alone"""
    place.client.create_dataset(place.dataset.upper())
