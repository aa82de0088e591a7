"""Copy jobs."""

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import CopyJobConfig, SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def _fill(place: Place) -> str:
    place.make("t", SchemaField("id", "INT64", "REQUIRED"), SchemaField("l", "INT64", "REPEATED"))
    place.client.insert_rows_json(place.name("t"), [{"id": 1, "l": [1, 2]}, {"id": 2}])
    return place.name("t")


def _copy(place: Place, source: object, target: str, **options: object) -> None:
    config = CopyJobConfig(**options)
    place.client.copy_table(source, place.name(target), job_config=config).result()


def one(place: Place) -> None:
    """one table, with its schema, description and partitions"""
    source = place.client.get_table(_fill(place))
    source.description, source.labels = "of 2020", {"a": "b"}
    place.client.update_table(source, ["description", "labels"])
    _copy(place, source, "u")
    made = place.client.get_table(place.name("u"))
    assert (made.schema, made.description) == (source.schema, "of 2020")
    assert place.rows("u") == [[1, [1, 2]], [2, []]]


def several(place: Place) -> None:
    """several tables into one"""
    name = _fill(place)
    _copy(place, name, "u")
    _copy(place, [name, place.name("u")], "both")
    assert len(place.rows("both")) == 4


def dispositions(place: Place) -> None:
    """append, replace, only into an empty table"""
    name = _fill(place)
    _copy(place, name, "u")
    with pytest.raises(exceptions.Conflict, match="Already Exists: Table"):
        _copy(place, name, "u")
    _copy(place, name, "u", write_disposition="WRITE_APPEND")
    assert len(place.rows("u")) == 4
    _copy(place, name, "u", write_disposition="WRITE_TRUNCATE")
    assert len(place.rows("u")) == 2
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        _copy(place, name, "none", create_disposition="CREATE_NEVER")


def missing(place: Place) -> None:
    """refuse what is missing, or has another schema"""
    name = _fill(place)
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        _copy(place, place.name("none"), "u")
    place.make("other", SchemaField("x", "STRING"))
    with pytest.raises(exceptions.BadRequest, match="Provided Schema does not match Table"):
        _copy(place, name, "other", write_disposition="WRITE_APPEND")


def snapshots(place: Place) -> None:
    """snapshots, which are never changed, and their restoration"""
    name = _fill(place)
    _copy(place, name, "snap", operation_type="SNAPSHOT")
    snap = place.client.get_table(place.name("snap"))
    assert snap.table_type == "SNAPSHOT"
    assert snap.snapshot_definition.base_table_reference.table_id == "t"
    place.ask("DELETE FROM t WHERE TRUE")
    assert len(place.rows("snap")) == 2
    with pytest.raises(exceptions.BadRequest):
        place.ask("DELETE FROM snap WHERE TRUE")
    with pytest.raises(exceptions.BadRequest):
        place.client.insert_rows_json(place.name("snap"), [{"id": 3}])
    _copy(place, place.name("snap"), "again", operation_type="RESTORE")
    assert place.client.get_table(place.name("again")).table_type == "TABLE"
    assert len(place.rows("again")) == 2


def by_sql(place: Place) -> None:
    """snapshots and clones made by SQL"""
    _fill(place)
    place.ask("CREATE SNAPSHOT TABLE snap CLONE t")
    snap = place.client.get_table(place.name("snap"))
    assert snap.snapshot_definition.snapshot_time.tzinfo is not None
    place.ask("CREATE TABLE twin CLONE t")
    twin = place.client.get_table(place.name("twin"))
    assert twin.clone_definition.base_table_reference.table_id == "t"
    found = place.ask(
        "SELECT table_name, table_type, snapshot_time_ms IS NULL FROM INFORMATION_SCHEMA.TABLES"
        " ORDER BY table_name"
    )
    assert found == [
        ["snap", "SNAPSHOT", False], ["t", "BASE TABLE", True], ["twin", "BASE TABLE", True],
    ]  # fmt: skip


def clones(place: Place) -> None:
    """clones"""
    name = _fill(place)
    _copy(place, name, "twin", operation_type="CLONE")
    twin = place.client.get_table(place.name("twin"))
    assert (twin.table_type, twin.num_rows) == ("TABLE", 2)
    assert twin.clone_definition.base_table_reference.table_id == "t"
    place.ask("DELETE FROM twin WHERE TRUE")
    assert len(place.rows("t")) == 2


def statistics(place: Place) -> None:
    """tell the number of copied rows"""
    job = place.client.copy_table(_fill(place), place.name("u"))
    job.result()
    found = place.client.get_job(job.job_id)
    assert found._properties["statistics"]["copy"]["copiedRows"] == "2"
    assert isinstance(found, bigquery.CopyJob)
