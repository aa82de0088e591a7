"""Files of Cloud Storage as tables"""

import datetime
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import HivePartitioningOptions, LoadJobConfig, QueryJobConfig

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused, values

DAYS = (datetime.date(2024, 1, 1), datetime.date(2024, 1, 2))


def _external(place: Place, kind: str, *uris: str, **options: Any) -> bigquery.ExternalConfig:
    external = bigquery.ExternalConfig(kind)
    external.source_uris, external.autodetect = list(uris), True
    for name, value in options.items():
        setattr(external, name, value)
    return external


def _hive(place: Place, folder: str, mode: str = "AUTO", end: str = "") -> HivePartitioningOptions:
    options = HivePartitioningOptions()
    options.mode, options.source_uri_prefix = mode, f"gs://{place.bucket.name}/{folder}{end}"
    return options


def _days(place: Place, folder: str) -> str:
    """Two files, each in the folder of a day and a code; the URI of all of them."""
    place.put(f"{folder}/day=2024-01-01/code=07/a.csv", "id,name\n1,a\n")
    place.put(f"{folder}/day=2024-01-02/code=08/b.csv", "id,name\n2,b\n")
    return f"gs://{place.bucket.name}/{folder}/*"


def _ask(place: Place, sql: str, **definitions: bigquery.ExternalConfig) -> list[list[Any]]:
    config = QueryJobConfig(table_definitions=definitions)
    return values(place.client.query(sql, job_config=config).result())


def of_one_query(place: Place) -> None:
    """tables of one query (table_definitions): CSV, JSON lines, Parquet, side by side"""
    buffer = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2], "x": [0.5, 1.5]}), buffer)
    definitions = {
        "a": _external(place, "CSV", place.put("q/a.csv", "id,name\n1,a\n2,b\n")),
        "b": _external(place, "NEWLINE_DELIMITED_JSON", place.put("q/b.json", '{"id": 2}\n')),
        "c": _external(place, "PARQUET", place.put("q/c.parquet", buffer.getvalue())),
    }
    sql = "SELECT name, x FROM a JOIN b USING (id) JOIN c USING (id)"
    assert _ask(place, sql, **definitions) == [["b", 1.5]]
    job = place.client.query(sql, job_config=QueryJobConfig(table_definitions=definitions))
    job.result()
    assert job.referenced_tables == []
    with pytest.raises(exceptions.BadRequest, match="must be qualified with a dataset"):
        place.client.query_and_wait("SELECT * FROM a")
    names = [dataset.dataset_id for dataset in place.client.list_datasets(include_all=True)]
    assert not any(name.startswith("_script") for name in names)


def with_options(place: Place) -> None:
    """their schema and options, and an error where a file does not fit, or is not there"""
    uri = place.put("o/a.csv", "skipped\n1;x\n")
    external = bigquery.ExternalConfig("CSV")
    external.source_uris = [uri]
    external.schema = [bigquery.SchemaField("n", "INT64"), bigquery.SchemaField("s", "STRING")]
    external.csv_options.skip_leading_rows, external.csv_options.field_delimiter = 1, ";"
    assert _ask(place, "SELECT n + 1, s FROM f", f=external) == [[2, "x"]]
    external.csv_options.field_delimiter = ","
    with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
        _ask(place, "SELECT * FROM f", f=external)
    external.source_uris = [f"gs://{place.bucket.name}/o/none.csv"]
    with pytest.raises(exceptions.NotFound, match="Not found: URI"):
        _ask(place, "SELECT * FROM f", f=external)


def external_table(place: Place) -> None:
    """external tables: CSV, JSON lines, Parquet; each query reads the files anew"""
    uri = place.put("e/a.csv", "id,name\n1,a\n2,b\n")
    table = bigquery.Table(place.name("e"))
    table.external_data_configuration = _external(place, "CSV", uri)
    made = place.client.create_table(table)
    assert (made.table_type, [field.name for field in made.schema]) == ("EXTERNAL", ["id", "name"])
    assert place.ask("SELECT name FROM e WHERE id = 2") == [["b"]]
    place.put("e/a.csv", "id,name\n2,c\n")
    assert place.ask("SELECT name FROM e WHERE id = 2") == [["c"]]
    place.bucket.blob("e/a.csv").delete()
    with pytest.raises(exceptions.NotFound, match="Not found: URI"):
        place.ask("SELECT name FROM e")
    assert place.ask("SELECT 1") == [[1]]


def made_by_sql(place: Place) -> None:
    """CREATE [OR REPLACE] EXTERNAL TABLE, with columns and without, DROP EXTERNAL TABLE"""
    uri = place.put("ddl/a.csv", "id|name\n1|a\n")
    options = f"OPTIONS (format = 'CSV', uris = ['{uri}'], field_delimiter = '|'"
    place.ask(f"CREATE EXTERNAL TABLE t {options})")
    assert place.ask("SELECT * FROM t") == [[1, "a"]]
    columns = "(a STRING, b STRING)"
    place.ask(f"CREATE OR REPLACE EXTERNAL TABLE t {columns} {options}, skip_leading_rows = 1)")
    assert place.ask("SELECT a, b FROM t") == [["1", "a"]]
    with pytest.raises(exceptions.BadRequest, match="has type EXTERNAL"):
        place.ask("INSERT INTO t VALUES ('x', 'y')")
    place.ask("DROP EXTERNAL TABLE t")


def file_names(place: Place) -> None:
    """_FILE_NAME says which object a row is from, and no * shows it"""
    external = _external(place, "CSV", _days(place, "names"))
    sql = "SELECT id, _FILE_NAME AS f FROM t ORDER BY id"
    head = f"gs://{place.bucket.name}/names/day=2024-01-0"
    expected = [[1, f"{head}1/code=07/a.csv"], [2, f"{head}2/code=08/b.csv"]]
    assert _ask(place, sql, t=external) == expected
    assert _ask(place, "SELECT * FROM t WHERE _FILE_NAME LIKE '%/a.csv'", t=external) == [[1, "a"]]
    table = bigquery.Table(place.name("t"))
    table.external_data_configuration = external
    place.client.create_table(table)
    assert place.ask(sql) == expected
    with pytest.raises(exceptions.BadRequest, match="Invalid field name"):
        place.ask("SELECT _FILE_NAME FROM t")


def hive_keys(place: Place) -> None:
    """keys in paths as columns (hive_partitioning): AUTO, STRINGS, CUSTOM; loaded, and external"""
    uri = _days(place, "hive")
    found = {
        "AUTO": ("", [[1, "a", DAYS[0], 7], [2, "b", DAYS[1], 8]]),
        "STRINGS": ("", [[1, "a", "2024-01-01", "07"], [2, "b", "2024-01-02", "08"]]),
        "CUSTOM": ("/{day:DATE}/{code:STRING}", [[1, "a", DAYS[0], "07"], [2, "b", DAYS[1], "08"]]),
    }
    for mode, (end, expected) in found.items():
        hive = _hive(place, "hive", mode, end)
        external = _external(place, "CSV", uri, hive_partitioning=hive)
        assert _ask(place, "SELECT * FROM t ORDER BY id", t=external) == expected
        config = LoadJobConfig(source_format="CSV", autodetect=True, hive_partitioning=hive)
        place.client.load_table_from_uri(uri, place.name(mode), job_config=config).result()
        assert sorted(place.rows(mode)) == expected


def hive_formats(place: Place) -> None:
    """keys in the paths of JSON lines and Parquet"""
    buffer = io.BytesIO()
    pq.write_table(pa.table({"id": [1]}), buffer)
    for kind, data in (("NEWLINE_DELIMITED_JSON", b'{"id": 1}\n'), ("PARQUET", buffer.getvalue())):
        uri = place.put(f"{kind}/day=2024-01-01/f", data)
        external = _external(place, kind, uri, hive_partitioning=_hive(place, kind))
        assert _ask(place, "SELECT day, id FROM t", t=external) == [[DAYS[0], 1]]


def hive_tables(place: Place) -> None:
    """an external table tells its keys; each query finds new ones; a required filter over them"""
    table = bigquery.Table(place.name("t"))
    hive = _hive(place, "more")
    hive.require_partition_filter = True
    uri = _days(place, "more")
    table.external_data_configuration = _external(place, "CSV", uri, hive_partitioning=hive)
    made = place.client.create_table(table)
    assert [field.name for field in made.schema] == ["id", "name", "day", "code"]
    told = made.external_data_configuration.to_api_repr()["hivePartitioningOptions"]
    assert told["fields"] == ["day", "code"]
    with pytest.raises(exceptions.BadRequest, match=r"without a filter over column.*'day', 'code'"):
        place.ask("SELECT id FROM t")
    place.put("more/day=2024-02-01/code=09/c.csv", "id,name\n3,c\n")
    assert place.ask("SELECT id, code FROM t WHERE day > '2024-01-15'") == [[3, 9]]


def hive_faults(place: Place) -> None:
    """refuse paths with other keys than each other, or than the prefix says (400)"""
    _days(place, "bad")
    uri = f"gs://{place.bucket.name}/bad/*"
    for hive in (_hive(place, "other"), _hive(place, "bad", "CUSTOM", "/{day:DATE}")):
        external = _external(place, "CSV", uri, hive_partitioning=hive)
        with pytest.raises(exceptions.BadRequest, match=r"sourceUriPrefix|Incompatible partition"):
            _ask(place, "SELECT * FROM t", t=external)
    place.put("bad/day=2024-01-03/d.csv", "id,name\n4,d\n")
    external = _external(place, "CSV", uri, hive_partitioning=_hive(place, "bad"))
    with pytest.raises(exceptions.BadRequest, match="Incompatible partition keys"):
        _ask(place, "SELECT * FROM t", t=external)


def hive_by_sql(place: Place) -> None:
    """WITH PARTITION COLUMNS of CREATE EXTERNAL TABLE and LOAD DATA"""
    uri = _days(place, "sql")
    prefix = f"hive_partition_uri_prefix = 'gs://{place.bucket.name}/sql'"
    options = f"format = 'CSV', uris = ['{uri}'], skip_leading_rows = 1, {prefix}"
    place.ask(f"CREATE EXTERNAL TABLE e WITH PARTITION COLUMNS OPTIONS ({options})")
    assert place.ask("SELECT day, name FROM e WHERE code = 8") == [[DAYS[1], "b"]]
    keys = "WITH PARTITION COLUMNS (day DATE, code STRING)"
    place.ask(f"LOAD DATA INTO l (id INT64, name STRING) FROM FILES ({options}) {keys}")
    assert place.ask("SELECT id, day, code FROM l ORDER BY id") == [
        [1, DAYS[0], "07"],
        [2, DAYS[1], "08"],
    ]


@refused
def other_sources(place: Place) -> None:
    """tables over Google Sheets, Bigtable and Drive"""
    sheet = bigquery.ExternalConfig("GOOGLE_SHEETS")
    sheet.source_uris = ["https://docs.google.com/spreadsheets/d/x"]
    _ask(place, "SELECT * FROM t", t=sheet)
