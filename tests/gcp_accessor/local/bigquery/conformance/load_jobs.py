"""Load jobs in general."""

import gzip
import io
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, SchemaField

from tests.gcp_accessor.local.bigquery.conformance.csv_loads import FIELDS
from tests.gcp_accessor.local.bigquery.conformance.registry import Place, load, refused


def _load(place: Place, data: str, table: str = "t", **options: Any) -> list[list[Any]]:
    return load(place, data, table, **{"schema": FIELDS, "source_format": "CSV", **options})


def _from_storage(place: Place, uris: Any, table: str = "t", **options: Any) -> Any:
    config = LoadJobConfig(**{"schema": FIELDS, **options})
    job = place.client.load_table_from_uri(uris, place.name(table), job_config=config)
    job.result()
    return job


def from_storage(place: Place) -> None:
    """from Cloud Storage, one object and several"""
    first, second = place.put("a.csv", "1,a,1\n"), place.put("b.csv", "2,b,2\n")
    job = _from_storage(place, [first, second])
    assert (job.output_rows, job.input_files, job.input_file_bytes) == (2, 2, 12)
    assert job.source_uris == [first, second]
    assert job.output_bytes == 2 * (8 + 3 + 8)


def wildcards(place: Place) -> None:
    """from all objects that a wildcard names"""
    for number in (1, 2):
        place.put(f"in/{number}.csv", f"{number},a,1\n")
    place.put("in/other.txt", "no\n")
    job = _from_storage(place, f"gs://{place.bucket.name}/in/*.csv")
    assert (job.output_rows, job.input_files) == (2, 2)


def no_object(place: Place) -> None:
    """say which object or bucket is not there"""
    for uri in (f"gs://{place.bucket.name}/none.csv", "gs://none-of-these/a.csv"):
        with pytest.raises(exceptions.NotFound, match=f"Not found: URI {uri}"):
            _from_storage(place, uri)
    with pytest.raises(exceptions.BadRequest, match="Invalid source URI"):
        _from_storage(place, "https://example.com/a.csv")


def dispositions(place: Place) -> None:
    """append, replace, only into an empty table (write_disposition)"""
    _load(place, "1,a,1\n")
    assert len(_load(place, "2,b,2\n")) == 2
    assert _load(place, "9,z,1\n", write_disposition="WRITE_TRUNCATE") == [[9, "z", 1.0]]
    with pytest.raises(exceptions.Conflict, match="Already Exists: Table"):
        _load(place, "3,c,3\n", write_disposition="WRITE_EMPTY")
    wider = [*FIELDS, SchemaField("more", "STRING")]
    _load(place, "1,a,1,m\n", write_disposition="WRITE_TRUNCATE", schema=wider)
    assert place.rows("t") == [[1, "a", 1.0, "m"]]


def truncated_data(place: Place) -> None:
    """replace the rows and keep the schema (WRITE_TRUNCATE_DATA)"""
    table = place.make("t", *[SchemaField("id", "INT64", description="kept"), *FIELDS[1:]])
    place.client.insert_rows_json(table, [{"id": 1}])
    rows = _load(place, "9,z,1\n", schema=None, write_disposition="WRITE_TRUNCATE_DATA")
    assert rows == [[9, "z", 1.0]]
    assert place.client.get_table(table).schema[0].description == "kept"


def create_never(place: Place) -> None:
    """only into a table that is there (create_disposition)"""
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        _load(place, "1,a,1\n", create_disposition="CREATE_NEVER")


def schema_of_the_table(place: Place) -> None:
    """with the schema of the table"""
    place.make("t", *FIELDS)
    assert _load(place, "1,a,1\n", schema=None) == [[1, "a", 1.0]]
    with pytest.raises(exceptions.BadRequest, match="No schema specified on job or table"):
        _load(place, "1,a,1\n", "none", schema=None)


def other_schema(place: Place) -> None:
    """refuse to append with another schema"""
    place.make("t", *FIELDS)
    with pytest.raises(exceptions.BadRequest, match="Provided Schema does not match Table"):
        _load(place, "1,a,b\n", schema=[*FIELDS[:2], SchemaField("x", "STRING")])
    with pytest.raises(exceptions.BadRequest, match="Cannot add fields"):
        _load(place, "1,a,1,b\n", schema=[*FIELDS, SchemaField("more", "STRING")])


def schema_updates(place: Place) -> None:
    """add and relax columns (schema_update_options)"""
    place.make("t", SchemaField("id", "INT64", "REQUIRED"))
    place.client.insert_rows_json(place.name("t"), [{"id": 1}])
    rows = _load(
        place, ",b\n", schema=[SchemaField("id", "INT64"), SchemaField("more", "STRING")],
        schema_update_options=["ALLOW_FIELD_ADDITION", "ALLOW_FIELD_RELAXATION"],
    )  # fmt: skip
    assert rows == [[1, None], [None, "b"]]
    with pytest.raises(exceptions.BadRequest, match="Provided Schema does not match"):
        _load(place, "1,b\n", schema=[SchemaField("id", "STRING"), SchemaField("more", "STRING")])
    with pytest.raises(exceptions.BadRequest, match="only be specified with WRITE_APPEND"):
        _load(
            place, "1,b\n", autodetect=True, write_disposition="WRITE_TRUNCATE",
            schema_update_options=["ALLOW_FIELD_ADDITION"],
        )  # fmt: skip


def storage_options(place: Place) -> None:
    """partitions, clusters, description, friendly name and labels of the new table"""
    fields = [SchemaField("day", "DATE"), SchemaField("who", "STRING")]
    _load(
        place, "2020-01-01,x\n", schema=fields,
        time_partitioning=bigquery.TimePartitioning(field="day"), clustering_fields=["who"],
        destination_table_description="of 2020", destination_table_friendly_name="Days",
        labels={"job": "x"},
    )  # fmt: skip
    table = place.client.get_table(place.name("t"))
    assert (table.time_partitioning.field, table.clustering_fields) == ("day", ["who"])
    assert (table.description, table.friendly_name) == ("of 2020", "Days")


def partition(place: Place) -> None:
    """into one partition (t$20200101)"""
    fields = [SchemaField("day", "DATE"), SchemaField("n", "INT64")]
    table = bigquery.Table(place.name("t"), schema=fields)
    table.time_partitioning = bigquery.TimePartitioning(field="day")
    place.client.create_table(table)
    _load(place, "2020-01-01,1\n2020-01-02,2\n", schema=fields)
    config = LoadJobConfig(schema=fields, write_disposition="WRITE_TRUNCATE")
    name = place.name("t$20200101")
    place.client.load_table_from_file(
        io.BytesIO(b"2020-01-01,9\n"), name, job_config=config
    ).result()
    assert sorted(row[1] for row in place.rows("t")) == [2, 9]
    with pytest.raises(exceptions.BadRequest):
        place.client.load_table_from_file(
            io.BytesIO(b"2020-01-05,9\n"), name, job_config=config
        ).result()


def job_ids(place: Place) -> None:
    """a job of an id is run once (409)"""
    options = {"job_id": f"load_{place.dataset}"}
    place.client.load_table_from_json([{"a": 1}], place.name("t"), **options).result()
    with pytest.raises(exceptions.Conflict, match=r"Already Exists: Job local:US\.load_"):
        place.client.load_table_from_json([{"a": 1}], place.name("t"), **options)
    assert len(place.rows("t")) == 1
    job = place.client.get_job(options["job_id"])
    assert (job.job_type, job.state, job.output_rows) == ("load", "DONE", 1)


def wrong_files(place: Place) -> None:
    """say what a file is not, without a path of the server"""
    for source_format, data, words in (
        ("NEWLINE_DELIMITED_JSON", b'[{"a": 1}, {"a": 2}]', "one object on each line"),
        ("NEWLINE_DELIMITED_JSON", gzip.compress(b'\n[{"a": 1}]'), "one object on each line"),
        ("CSV", b"a,b,c\n1,2,3\n1,2\n", "same number of columns"),
        ("PARQUET", b"no parquet at all", "No magic bytes"),
    ):
        with pytest.raises(exceptions.BadRequest, match=words) as caught:
            load(place, data, source_format=source_format, autodetect=True)
        assert "uploads" not in str(caught.value)


@refused
def datastore(place: Place) -> None:
    """backups of Datastore"""
    uri = place.put("a.export_metadata", b"x")
    _from_storage(place, uri, schema=[], source_format="DATASTORE_BACKUP")
