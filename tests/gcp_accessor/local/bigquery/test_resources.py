"""Datasets and tables, as a stranger handles them with Google's client."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.bigquery_clients import new_bigquery_client

_numbers = itertools.count(1)
COLUMNS = [SchemaField("day", "DATE"), SchemaField("name", "STRING", description="who")]


@pytest.fixture
def table(client: bigquery.Client, dataset: str) -> bigquery.Table:
    return client.create_table(bigquery.Table(f"local.{dataset}.answers", schema=COLUMNS))


@pytest.fixture
def labelled(client: bigquery.Client) -> Iterator[bigquery.Dataset]:
    made = bigquery.Dataset(f"local.labelled_{next(_numbers)}")
    made.labels = {"team": "blue", "year": "2020"}
    made.description = "before"
    yield client.create_dataset(made)
    client.delete_dataset(made, not_found_ok=True)


def test_dataset_labels_are_changed_one_by_one(
    client: bigquery.Client, labelled: bigquery.Dataset
) -> None:
    labelled.labels = {"team": None, "color": "green"}
    changed = client.update_dataset(labelled, ["labels"])
    assert changed.labels == {"year": "2020", "color": "green"}


def test_dataset_member_set_to_none_is_gone(
    client: bigquery.Client, labelled: bigquery.Dataset
) -> None:
    labelled.description = None
    assert client.update_dataset(labelled, ["description"]).description is None


def test_dataset_changed_by_another_is_not_overwritten(
    client: bigquery.Client, labelled: bigquery.Dataset
) -> None:
    other = client.get_dataset(labelled)
    other.description = "theirs"
    client.update_dataset(other, ["description"])
    labelled.description = "ours"
    with pytest.raises(exceptions.PreconditionFailed, match="Precondition check failed"):
        client.update_dataset(labelled, ["description"])
    assert client.get_dataset(labelled).description == "theirs"


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        ("labels.team:blue", True),
        ("labels.team", True),
        ("labels.team:blue labels.year:2020", True),
        ("labels.team:red", False),
        ("labels.none", False),
    ],
)
def test_datasets_are_filtered_by_labels(
    client: bigquery.Client, labelled: bigquery.Dataset, condition: str, is_found: bool
) -> None:
    found = [one.dataset_id for one in client.list_datasets(filter=condition)]
    assert (labelled.dataset_id in found) is is_found


def test_datasets_filter_that_is_none_is_refused(client: bigquery.Client, dataset: str) -> None:
    with pytest.raises(exceptions.BadRequest, match="Invalid filter"):
        list(client.list_datasets(filter="team=blue"))


def test_dataset_access_is_kept(client: bigquery.Client, labelled: bigquery.Dataset) -> None:
    entry = bigquery.AccessEntry("READER", "userByEmail", "reader@example.com")
    labelled.access_entries = [*labelled.access_entries, entry]
    changed = client.update_dataset(labelled, ["access_entries"])
    assert entry in changed.access_entries
    assert len(changed.access_entries) == 4


def test_datasets_come_in_pages(client: bigquery.Client, labelled: bigquery.Dataset) -> None:
    name = f"{labelled.dataset_id}_b"
    client.create_dataset(name)
    pages = client.list_datasets(page_size=1)
    assert len(list(next(pages.pages))) == 1
    assert pages.next_page_token
    assert len(list(client.list_datasets(max_results=2))) == 2
    client.delete_dataset(name)


def test_table_keeps_what_it_is_given(client: bigquery.Client, dataset: str) -> None:
    given = bigquery.Table(f"local.{dataset}.kept", schema=COLUMNS)
    given.time_partitioning = bigquery.TimePartitioning(field="day", expiration_ms=86_400_000)
    given.clustering_fields = ["name"]
    given.labels = {"kind": "raw"}
    given.friendly_name = "Kept"
    given.expires = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)
    client.create_table(given)
    found = client.get_table(given)
    assert found.time_partitioning == given.time_partitioning
    assert (found.clustering_fields, found.labels) == (["name"], {"kind": "raw"})
    assert (found.friendly_name, found.expires) == ("Kept", given.expires)
    assert found.schema[1].description == "who"
    assert (found.num_rows, found.num_bytes, found.table_type) == (0, 0, "TABLE")
    assert found.self_link.endswith(f"/projects/local/datasets/{dataset}/tables/kept")
    assert found.etag
    assert found.modified >= found.created


def test_table_labels_and_expiry_are_taken_away(
    client: bigquery.Client, table: bigquery.Table
) -> None:
    table.labels = {"a": "1", "b": "2"}
    table.expires = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)
    table = client.update_table(table, ["labels", "expires"])
    table.labels = {"a": None, "b": "2"}
    table.expires = None
    changed = client.update_table(table, ["labels", "expires"])
    assert (changed.labels, changed.expires) == ({"b": "2"}, None)


def test_table_changed_by_another_is_not_overwritten(
    client: bigquery.Client, table: bigquery.Table
) -> None:
    other = client.get_table(table)
    other.description = "theirs"
    client.update_table(other, ["description"])
    table.description = "ours"
    with pytest.raises(exceptions.PreconditionFailed):
        client.update_table(table, ["description"])


def test_table_gets_a_field_within_a_record(client: bigquery.Client, dataset: str) -> None:
    inner = [SchemaField("a", "STRING")]
    name = f"local.{dataset}.nested"
    made = client.create_table(
        bigquery.Table(name, schema=[SchemaField("r", "RECORD", fields=inner)])
    )
    client.insert_rows_json(name, [{"r": {"a": "x"}}])
    made.schema = [SchemaField("r", "RECORD", fields=[*inner, SchemaField("b", "INT64")])]
    client.update_table(made, ["schema"])
    client.insert_rows_json(name, [{"r": {"a": "y", "b": 1}}])
    rows = client.query_and_wait(f"SELECT r FROM {dataset}.nested ORDER BY r.a")
    assert [row.r for row in rows] == [{"a": "x", "b": None}, {"a": "y", "b": 1}]


def test_table_field_gets_a_description(client: bigquery.Client, table: bigquery.Table) -> None:
    table.schema = [SchemaField("day", "DATE", description="when"), table.schema[1]]
    assert client.update_table(table, ["schema"]).schema[0].description == "when"


def test_view_gets_another_query(
    client: bigquery.Client, dataset: str, table: bigquery.Table
) -> None:
    view = bigquery.Table(f"local.{dataset}.view")
    view.view_query = f"SELECT name FROM `{table}`"
    view = client.create_table(view)
    assert (view.table_type, [field.name for field in view.schema]) == ("VIEW", ["name"])
    view.view_query = f"SELECT day, name FROM `{table}`"
    changed = client.update_table(view, ["view_query"])
    assert [field.name for field in changed.schema] == ["day", "name"]
    assert changed.view_query == view.view_query


def test_view_has_no_rows_to_list(
    client: bigquery.Client, dataset: str, table: bigquery.Table
) -> None:
    client.query_and_wait(f"CREATE VIEW {dataset}.view AS SELECT 1 AS one")
    with pytest.raises(exceptions.BadRequest, match="Cannot list a table of type VIEW"):
        list(client.list_rows(f"local.{dataset}.view", selected_fields=[COLUMNS[0]]))


def test_table_policy_is_kept(client: bigquery.Client, table: bigquery.Table) -> None:
    policy = client.get_iam_policy(table)
    binding = {"role": "roles/bigquery.dataViewer", "members": {"user:a@example.com"}}
    policy.bindings.append(binding)
    client.set_iam_policy(table, policy)
    assert client.get_iam_policy(table).bindings == [binding]
    asked = ["bigquery.tables.get"]
    assert client.test_iam_permissions(table, asked)["permissions"] == asked


def test_tables_come_in_pages(client: bigquery.Client, dataset: str) -> None:
    for number in range(3):
        client.create_table(bigquery.Table(f"local.{dataset}.t{number}", schema=COLUMNS))
    pages = client.list_tables(dataset, page_size=2)
    assert [[one.table_id for one in page] for page in pages.pages] == [["t0", "t1"], ["t2"]]
    assert len(list(client.list_tables(dataset, max_results=2))) == 2


def test_models_and_routines_are_none(client: bigquery.Client, dataset: str) -> None:
    assert list(client.list_models(dataset)) == list(client.list_routines(dataset)) == []
    with pytest.raises(exceptions.NotFound, match=r"Not found: Model local:"):
        client.get_model(f"local.{dataset}.none")
    with pytest.raises(exceptions.NotFound, match=r"Not found: Dataset local:none"):
        list(client.list_routines("local.none"))


def test_service_account_has_an_address(client: bigquery.Client) -> None:
    assert "@" in client.get_service_account_email()


def test_projects_are_apart(client: bigquery.Client, endpoint: str, dataset: str) -> None:

    other = new_bigquery_client(endpoint, project="elsewhere")
    other.create_dataset(dataset)
    assert [one.dataset_id for one in other.list_datasets()] == [dataset]
    other.delete_dataset(dataset)
    assert client.get_dataset(dataset).project == "local"
    other.close()


def test_row_of_an_id_is_inserted_once(client: bigquery.Client, table: bigquery.Table) -> None:
    rows: list[dict[str, Any]] = [{"name": "a"}, {"name": "b"}]
    assert client.insert_rows_json(table, rows, row_ids=["1", "2"]) == []
    assert client.insert_rows_json(table, [*rows, {"name": "c"}], row_ids=["1", "2", "3"]) == []
    assert client.get_table(table).num_rows == 3
    assert client.insert_rows_json(table, rows, row_ids=[None, None]) == []
    assert client.get_table(table).num_rows == 5


def test_row_of_an_id_that_was_refused_is_inserted_later(
    client: bigquery.Client, table: bigquery.Table
) -> None:
    assert client.insert_rows_json(table, [{"day": "never"}], row_ids=["1"])
    assert client.insert_rows_json(table, [{"day": "2020-01-01"}], row_ids=["1"]) == []
