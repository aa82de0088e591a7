"""Tables."""

import datetime

import pytest
import requests
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused

COLUMNS = [SchemaField("day", "DATE"), SchemaField("name", "STRING"), SchemaField("n", "INTEGER")]
FAR = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)


def create_and_get(place: Place) -> None:
    """create, get, with number of rows and bytes"""
    place.make("t", *COLUMNS)
    assert place.client.insert_rows_json(place.name("t"), [{"name": "abc", "n": 1}, {}]) == []
    found = place.client.get_table(place.name("t"))
    assert (found.num_rows, found.num_bytes, found.table_type) == (2, 5 + 8, "TABLE")
    assert found.full_table_id == f"local:{place.dataset}.t"
    assert found.self_link.endswith(f"/projects/local/datasets/{place.dataset}/tables/t")
    assert (found.location, found.path) == (
        "US", f"/projects/local/datasets/{place.dataset}/tables/t",
    )  # fmt: skip
    assert found.etag
    chosen = requests.get(f"{found.self_link}?selectedFields=n", timeout=30).json()["schema"]
    assert [field["name"] for field in chosen["fields"]] == ["n"]
    assert found.created <= found.modified


def without_schema(place: Place) -> None:
    """create without a schema, and give it one later"""
    table = place.client.create_table(place.name("bare"))
    assert (table.schema, table.num_rows) == ([], 0)
    table.schema = COLUMNS
    assert place.client.update_table(table, ["schema"]).schema == COLUMNS
    assert place.rows("bare") == []


def properties(place: Place) -> None:
    """labels, description, friendly name, expiration"""
    table = bigquery.Table(place.name("t"), schema=COLUMNS)
    table.labels, table.description = {"kind": "raw"}, "of 2020"
    table.friendly_name, table.expires = "Answers", FAR
    place.client.create_table(table)
    found = place.client.get_table(table)
    assert (found.labels, found.description) == ({"kind": "raw"}, "of 2020")
    assert (found.friendly_name, found.expires) == ("Answers", FAR)


def partitions(place: Place) -> None:
    """time partitions by column and by ingestion, range partitions, a required filter"""
    by_day = bigquery.Table(place.name("by_day"), schema=COLUMNS)
    by_day.time_partitioning = bigquery.TimePartitioning(field="day", expiration_ms=86_400_000)
    by_day.require_partition_filter = True
    place.client.create_table(by_day)
    found = place.client.get_table(by_day)
    assert found.time_partitioning == by_day.time_partitioning
    assert (found.require_partition_filter, found.partitioning_type) == (True, "DAY")
    by_range = bigquery.Table(place.name("by_range"), schema=COLUMNS)
    by_range.range_partitioning = bigquery.RangePartitioning(
        bigquery.PartitionRange(start=0, end=100, interval=10), field="n"
    )
    place.client.create_table(by_range)
    assert place.client.get_table(by_range).range_partitioning.range_.interval == 10


def wrong_partitions(place: Place) -> None:
    """refuse partitions and clusters by a column that is not there, or cannot be one (400)"""
    table = bigquery.Table(place.name("t"), schema=COLUMNS)
    table.time_partitioning = bigquery.TimePartitioning(field="none")
    with pytest.raises(exceptions.BadRequest, match="specified for partitioning"):
        place.client.create_table(table)
    table.time_partitioning = bigquery.TimePartitioning(field="name")
    with pytest.raises(exceptions.BadRequest, match="specified for partitioning"):
        place.client.create_table(table)
    table = bigquery.Table(place.name("t"), schema=COLUMNS)
    table.clustering_fields = ["none"]
    with pytest.raises(exceptions.BadRequest, match="specified for clustering"):
        place.client.create_table(table)


def clusters(place: Place) -> None:
    """clusters, given, changed and taken away"""
    table = bigquery.Table(place.name("t"), schema=COLUMNS)
    table.clustering_fields = ["name", "n"]
    table = place.client.create_table(table)
    assert table.clustering_fields == ["name", "n"]
    table.clustering_fields = ["n"]
    table = place.client.update_table(table, ["clustering_fields"])
    assert table.clustering_fields == ["n"]
    table.clustering_fields = None
    assert place.client.update_table(table, ["clustering_fields"]).clustering_fields is None


def list_partitions(place: Place) -> None:
    """list_partitions of a table partitioned by a column"""
    table = bigquery.Table(place.name("t"), schema=COLUMNS)
    table.time_partitioning = bigquery.TimePartitioning(field="day")
    place.client.create_table(table)
    days = ["2020-01-02", "2020-01-01", "2020-01-02", None]
    place.client.insert_rows_json(place.name("t"), [{"day": day} for day in days])
    found = place.client.list_partitions(place.name("t"))
    assert found == ["20200101", "20200102", "__NULL__"]
    assert len(list(place.client.list_rows(place.name("t$20200102")))) == 2


def constraints(place: Place) -> None:
    """keep primary and foreign keys, which are not enforced"""
    from google.cloud.bigquery.table import PrimaryKey, TableConstraints

    table = bigquery.Table(place.name("t"), schema=COLUMNS)
    table.table_constraints = TableConstraints(PrimaryKey(["n"]), None)
    place.client.create_table(table)
    assert place.client.get_table(table).table_constraints.primary_key.columns == ["n"]


def expired(place: Place) -> None:
    """drop one whose time is over"""
    table = place.make("t", *COLUMNS)
    table.expires = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    with pytest.raises(exceptions.BadRequest, match=r"Invalid value for .*expiration"):
        place.client.update_table(table, ["expires"])
    table.expires = datetime.datetime.now(datetime.UTC) + datetime.timedelta(milliseconds=300)
    place.client.update_table(table, ["expires"])
    while datetime.datetime.now(datetime.UTC) < table.expires + datetime.timedelta(milliseconds=2):
        pass
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        place.client.get_table(table)
    assert list(place.client.list_tables(place.dataset)) == []


def update(place: Place) -> None:
    """change and clear members, labels one by one"""
    table = place.make("t", *COLUMNS)
    table.labels, table.description, table.expires = {"a": "1", "b": "2"}, "before", FAR
    table = place.client.update_table(table, ["labels", "description", "expires"])
    table.labels, table.description, table.expires = {"a": None, "c": "3"}, None, None
    changed = place.client.update_table(table, ["labels", "description", "expires"])
    assert (changed.labels, changed.description) == ({"b": "2", "c": "3"}, None)
    assert changed.expires is None


def etags(place: Place) -> None:
    """refuse a change of what somebody else changed (412)"""
    mine = place.make("t", *COLUMNS)
    theirs = place.client.get_table(mine)
    mine.description, theirs.description = "mine", "theirs"
    place.client.update_table(theirs, ["description"])
    with pytest.raises(exceptions.PreconditionFailed, match="Precondition check failed"):
        place.client.update_table(mine, ["description"])


def taken(place: Place) -> None:
    """refuse a name that is taken (409), unless exists_ok"""
    table = place.make("t", *COLUMNS)
    with pytest.raises(exceptions.Conflict, match=r"Already Exists: Table local:\w+\.t"):
        place.client.create_table(table)
    assert place.client.create_table(table, exists_ok=True).schema == COLUMNS


def bad_names(place: Place) -> None:
    """refuse a name that is not allowed (400), take letters of any language, - and spaces"""
    with pytest.raises(exceptions.BadRequest, match="Invalid table ID"):
        place.make("a$b!", *COLUMNS)
    for name in ("été 2020", "a-b", "表"):
        place.make(name, *COLUMNS)
        assert place.client.get_table(place.name(name)).table_id == name
    with pytest.raises(exceptions.BadRequest, match="Invalid value for type: NUMBER is not a"):
        place.make("t", bigquery.SchemaField("a", "NUMBER"))


def missing(place: Place) -> None:
    """say of one that is not there that it is not (404)"""
    with pytest.raises(exceptions.NotFound, match=r"Not found: Table local:\w+\.none"):
        place.client.get_table(place.name("none"))
    with pytest.raises(exceptions.NotFound, match=r"Not found: Table local:\w+\.none"):
        place.client.delete_table(place.name("none"))
    place.client.delete_table(place.name("none"), not_found_ok=True)
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset local:none"):
        place.client.create_table(bigquery.Table("local.none.t", schema=COLUMNS))
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset local:none"):
        place.client.get_table("local.none.t")


def listing(place: Place) -> None:
    """list in pages, with type, labels and partitions"""
    for number in range(3):
        place.make(f"t{number}", *COLUMNS)
    pages = place.client.list_tables(place.dataset, page_size=2).pages
    assert [[one.table_id for one in page] for page in pages] == [["t0", "t1"], ["t2"]]
    table = place.client.get_table(place.name("t0"))
    table.labels = {"a": "1"}
    place.client.update_table(table, ["labels"])
    first = next(iter(place.client.list_tables(place.dataset, max_results=1)))
    assert (first.table_type, first.labels, first.created) == ("TABLE", {"a": "1"}, table.created)
    assert first.full_table_id == f"local:{place.dataset}.t0"


def delete(place: Place) -> None:
    """delete"""
    table = place.make("t", *COLUMNS)
    place.client.delete_table(table)
    assert list(place.client.list_tables(place.dataset)) == []


def case_of_names(place: Place) -> None:
    """a name in another case is not that of the table"""
    place.make("answers", *COLUMNS)
    with pytest.raises(exceptions.NotFound):
        place.client.get_table(place.name("Answers"))
    with pytest.raises(exceptions.NotFound):
        place.ask("SELECT * FROM Answers")


def any_case_of_names(place: Place) -> None:
    """any case of a name is that of the table, where the dataset is_case_insensitive"""
    dataset = bigquery.Dataset(f"local.{place.dataset}_any")
    dataset.is_case_insensitive = True
    place.client.create_dataset(dataset)
    made, other = (f"{dataset.project}.{dataset.dataset_id}.{name}" for name in ("Tab", "tAB"))
    place.client.create_table(bigquery.Table(made, schema=COLUMNS))
    with pytest.raises(exceptions.Conflict):
        place.client.create_table(bigquery.Table(other, schema=COLUMNS))
    assert place.client.insert_rows_json(other, [{"n": 1}]) == []
    table = place.client.get_table(other)
    table.description = "changed"
    assert place.client.update_table(table, ["description"]).table_id == "Tab"
    place.ask(f"INSERT {dataset.dataset_id}.TAB (n) VALUES (2)")
    assert place.ask(f"SELECT SUM(n) FROM {dataset.dataset_id}.tab") == [[3]]
    assert [one.table_id for one in place.client.list_tables(dataset)] == ["Tab"]
    place.client.delete_table(other)
    assert list(place.client.list_tables(dataset)) == []


@refused
def two_cases(place: Place) -> None:
    """two whose names differ in case alone"""
    place.make("answers", *COLUMNS)
    place.make("Answers", *COLUMNS)
