"""Names, labels and specifications that are none."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import (
    CopyJobConfig,
    Dataset,
    LoadJobConfig,
    PartitionRange,
    QueryJobConfig,
    RangePartitioning,
    SchemaField,
    Table,
    TimePartitioning,
)

from tests.gcp_accessor.local.bigquery.conformance.registry import Place

_WRONG_LABELS = [
    ({"Team": "x"}, 'Label key "Team" has invalid characters'),
    ({"a b": "x"}, 'Label key "a b" has invalid characters'),
    ({"1a": "x"}, 'Label key "1a" has invalid characters'),
    ({"": "x"}, 'Label key "" has invalid characters'),
    ({"k" * 64: "x"}, "has invalid characters"),
    ({"team": "Blue"}, 'Label value "Blue" has invalid characters'),
    ({"team": "v" * 64}, "has invalid characters"),
    ({f"k{number}": "" for number in range(65)}, "Too many labels: 65"),
]
_GOOD_LABELS = {"team": "blue-1_x", "größe": "é", "日本": "", "k" * 63: "v" * 63}


def _refused(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(exceptions.BadRequest) as caught:
        call()
    assert words in str(caught.value)


def labels(place: Place) -> None:
    """labels of datasets, tables, jobs and statements, in BigQuery's words"""
    client, good = place.client, place.make("t", SchemaField("a", "INT64"))
    for wrong, words in _WRONG_LABELS:
        dataset, table = Dataset(f"local.{place.dataset}_2"), Table(place.name("u"))
        dataset.labels = table.labels = good.labels = wrong
        _refused(lambda one=dataset: client.create_dataset(one), words)
        _refused(lambda one=table: client.create_table(one), words)
        _refused(lambda: client.update_table(good, ["labels"]), words)
        query, copy = QueryJobConfig(labels=wrong), CopyJobConfig(labels=wrong)
        load = LoadJobConfig(labels=wrong)
        _refused(lambda one=query: client.query_and_wait("SELECT 1", job_config=one), words)
        _refused(lambda one=query: client.query("SELECT 1", job_config=one), words)
        _refused(lambda one=copy: client.copy_table(good, place.name("u"), job_config=one), words)
        _refused(
            lambda one=load: client.load_table_from_json([{"a": 1}], good, job_config=one), words
        )
    for option in ("('A', 'x')", "('a', 'X')"):
        sql = f"CREATE TABLE u (a INT64) OPTIONS (labels = [{option}])"
        _refused(lambda sql=sql: place.ask(sql), "has invalid characters")
        sql = f"ALTER TABLE t SET OPTIONS (labels = [{option}])"
        _refused(lambda sql=sql: place.ask(sql), "has invalid characters")
    good.labels = _GOOD_LABELS
    assert client.update_table(good, ["labels"]).labels == _GOOD_LABELS
    job = client.query("SELECT 1", job_config=QueryJobConfig(labels=_GOOD_LABELS))
    assert client.get_job(job.job_id).labels == _GOOD_LABELS


def tables(place: Place) -> None:
    """ids of datasets, tables and jobs, also in statements"""
    for name in ("a$b", "a*", "a.b/c", "é" * 513):
        table = Table.from_api_repr(
            {"tableReference": {"projectId": "local", "datasetId": place.dataset, "tableId": name}}
        )
        _refused(lambda one=table: place.client.create_table(one), "Invalid table ID")
    for name, words in (
        ("a$b", "cannot include decorator"),
        ("a*", "Invalid table ID"),
        ("é" * 513, "Invalid table ID"),
    ):
        sql = f"CREATE TABLE `{place.dataset}.{name}` (a INT64)"
        _refused(lambda sql=sql: place.ask(sql), words)
    _refused(lambda: place.ask("CREATE SCHEMA `a-b`"), 'Invalid dataset ID "a-b"')
    reference = {"projectId": "local", "jobId": "a b"}
    body = {"configuration": {"query": {"query": "SELECT 1"}}, "jobReference": reference}
    call = {"method": "POST", "path": "/projects/local/jobs", "data": body}
    _refused(lambda: place.client._connection.api_request(**call), 'Invalid job ID "a b"')


def fields(place: Place) -> None:
    """names of fields: reserved ones, long ones, and ones that differ in case alone"""
    for prefix in ("_PARTITION", "_table_", "_FILE_", "_ROW_TIMESTAMP", "__ROOT__"):
        field = SchemaField(f"{prefix}x", "STRING")
        words = "Field names are not allowed to start with the (case-insensitive) prefixes"
        _refused(lambda one=field: place.make("t", one), words)
    nested = SchemaField("r", "RECORD", fields=[SchemaField("_TABLE_", "STRING")])
    _refused(lambda: place.make("t", nested), "Field names are not allowed")
    _refused(lambda: place.ask("CREATE TABLE t (_FILE_NAME STRING)"), "not allowed to start")
    _refused(lambda: place.make("t", SchemaField("a" * 301, "STRING")), "Invalid field name")
    twice = (SchemaField("ab", "STRING"), SchemaField("AB", "STRING"))
    _refused(lambda: place.make("t", *twice), "Field ab already exists in schema")
    _refused(lambda: place.ask("CREATE TABLE t (ab INT64, AB INT64)"), "already exists in schema")
    assert place.make("t", SchemaField("a" * 300, "STRING"))


def texts(place: Place) -> None:
    """descriptions that are too long, and times that are over"""
    table = Table(place.name("t"))
    table.description = "x" * 16_385
    _refused(lambda: place.client.create_table(table), "The description is too long")
    field = SchemaField("a", "STRING", description="x" * 1025)
    _refused(lambda: place.make("t", field), "The description of field a is too long")
    table = Table(place.name("t"))
    table.expires = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    _refused(lambda: place.client.create_table(table), "must be in the future")
    table.description, table.expires = "x" * 16_384, None
    assert place.client.create_table(table)


def clusters(place: Place) -> None:
    """clusters and partitions by columns that cannot be any"""
    columns = {"a": "STRING", "b": "STRING", "c": "STRING", "d": "DATE", "n": "INT64"}
    others = [SchemaField("f", "FLOAT64"), SchemaField("l", "INT64", "REPEATED")]
    schema = [*(SchemaField(name, kind) for name, kind in columns.items()), *others]

    def make(**members: Any) -> Table:
        table = Table(place.name("t"), schema=schema)
        for name, value in members.items():
            setattr(table, name, value)
        return place.client.create_table(table)

    empty = RangePartitioning(PartitionRange(start=0, end=9, interval=0), field="n")
    for members, words in (
        ({"clustering_fields": ["none"]}, "clustering cannot be found in the schema: none"),
        ({"clustering_fields": list("abcdn")}, "Too many columns to cluster by: 5"),
        ({"clustering_fields": ["f"]}, "of type FLOAT cannot be clustered by"),
        ({"clustering_fields": ["l"]}, "of type ARRAY cannot be clustered by"),
        ({"clustering_fields": ["a", "A"]}, "twice"),
        ({"time_partitioning": TimePartitioning(field="a")}, "a"),
        ({"time_partitioning": TimePartitioning(field="none")}, "none"),
        ({"time_partitioning": TimePartitioning(type_="WEEK", field="d")}, "WEEK"),
        ({"range_partitioning": empty}, "rangePartitioning.range.interval: 0"),
    ):  # fmt: skip
        _refused(lambda members=members: make(**members), words)
    for sql in ("PARTITION BY a", "CLUSTER BY none", "CLUSTER BY f", "CLUSTER BY a, b, c, d, n"):
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        with pytest.raises(exceptions.BadRequest):
            place.ask(f"CREATE TABLE t ({listed}, f FLOAT64) {sql}")
    assert not list(place.client.list_tables(place.dataset))
    assert make(clustering_fields=list("abcn")).clustering_fields == list("abcn")


def job_ids(place: Place) -> None:
    """an id of a job that is taken (409)"""
    job = place.client.query("SELECT 1")
    job.result()
    reference = bigquery.job._JobReference(job.job_id, "local", "US")
    with pytest.raises(exceptions.Conflict, match="Already Exists: Job"):
        bigquery.QueryJob(reference, "SELECT 2", place.client)._begin()
