"""Google's client against the local BigQuery: what it is asked, and what it must get."""

from __future__ import annotations

import datetime
import gzip
import io
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import (
    ArrayQueryParameter,
    LoadJobConfig,
    QueryJobConfig,
    ScalarQueryParameter,
    SchemaField,
    StructQueryParameter,
)

UTC = datetime.UTC
MOMENT = datetime.datetime(2020, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


def values(rows: Any) -> list[list[Any]]:
    return [list(row.values()) for row in rows]


def ask(client: bigquery.Client, sql: str, *parameters: Any) -> list[list[Any]]:
    config = QueryJobConfig(query_parameters=list(parameters))
    return values(client.query_and_wait(sql, job_config=config))


SCHEMA = [
    SchemaField("id", "INT64", "REQUIRED"),
    SchemaField("name", "STRING"),
    SchemaField("score", "FLOAT64"),
]


@pytest.fixture
def table(client: bigquery.Client, dataset: str) -> str:
    name = f"local.{dataset}.answers"
    client.create_table(bigquery.Table(name, schema=SCHEMA))
    rows = [{"id": 1, "name": "a", "score": 0.5}, {"id": 2, "name": None, "score": None}]
    assert client.insert_rows_json(name, rows) == []
    return name


SCALARS = [
    ("INT64", 7),
    ("INT64", -(2**63)),
    ("FLOAT64", 0.1),
    ("STRING", 'it\'s "x" \\ é 漢'),
    ("STRING", ""),
    ("BOOL", True),
    ("BYTES", b"\x00\xff"),
    ("DATE", datetime.date(2020, 2, 29)),
    ("TIME", datetime.time(12, 30, 1)),
    ("DATETIME", datetime.datetime(2020, 2, 3, 4, 5, 6)),
    ("TIMESTAMP", MOMENT),
    ("NUMERIC", Decimal("12345678901234567890.123456789")),
    *[(kind, None) for kind in ("INT64", "FLOAT64", "STRING", "BOOL", "BYTES", "DATE", "NUMERIC")],
]


@pytest.mark.parametrize(("kind", "value"), SCALARS)
def test_parameter_named_comes_back(client: bigquery.Client, kind: str, value: Any) -> None:
    assert ask(client, "SELECT @p", ScalarQueryParameter("p", kind, value)) == [[value]]


def test_parameter_positional_keeps_order(client: bigquery.Client) -> None:
    first = ScalarQueryParameter(None, "INT64", 1)
    second = ScalarQueryParameter(None, "STRING", "?")
    assert ask(client, "SELECT ? AS a, ? AS b", first, second) == [[1, "?"]]


def test_parameter_array_and_struct(client: bigquery.Client) -> None:
    array = ArrayQueryParameter("ids", "INT64", [1, 2])
    struct = StructQueryParameter("s", ScalarQueryParameter("x", "INT64", 1), array)
    assert ask(client, "SELECT @ids AS ids, @s AS s", array, struct) == [
        [[1, 2], {"x": 1, "ids": [1, 2]}]
    ]
    assert ask(client, "SELECT 2 IN UNNEST(@ids)", array) == [[True]]
    assert ask(client, "SELECT @none AS n", ArrayQueryParameter("none", "STRING", [])) == [[[]]]


def test_parameter_missing_is_named(client: bigquery.Client) -> None:
    with pytest.raises(exceptions.BadRequest, match="Query parameter 'p' not found"):
        ask(client, "SELECT @p")


def test_parameter_is_never_parsed(client: bigquery.Client, table: str) -> None:
    attack = "' OR TRUE; DROP TABLE x --"
    parameter = ScalarQueryParameter("p", "STRING", attack)
    assert ask(client, f"SELECT id FROM {table} WHERE name = @p", parameter) == []


def test_projects_has_the_one(client: bigquery.Client) -> None:
    assert [project.project_id for project in client.list_projects()] == ["local"]


def test_dataset_is_made_changed_and_dropped(client: bigquery.Client) -> None:
    dataset = client.create_dataset("made")
    dataset.description = "answers"
    assert client.update_dataset(dataset, ["description"]).description == "answers"
    assert "made" in [found.dataset_id for found in client.list_datasets()]
    assert client.get_dataset("made").created is not None
    client.delete_dataset("made")
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset local:made"):
        client.get_dataset("made")


def test_dataset_twice_conflicts(client: bigquery.Client, dataset: str) -> None:
    with pytest.raises(exceptions.Conflict, match="Already Exists: Dataset"):
        client.create_dataset(dataset)
    client.create_dataset(dataset, exists_ok=True)


def test_dataset_in_use_stays(client: bigquery.Client, dataset: str, table: str) -> None:
    with pytest.raises(exceptions.BadRequest, match="is still in use"):
        client.delete_dataset(dataset)
    assert client.get_table(table).num_rows == 2


def test_dataset_bad_name(client: bigquery.Client) -> None:
    with pytest.raises(exceptions.BadRequest, match="Invalid dataset ID"):
        client.create_dataset("a-b")


NESTED = [
    SchemaField("id", "INTEGER"),
    SchemaField("tags", "STRING", "REPEATED"),
    SchemaField(
        "parts",
        "RECORD",
        "REPEATED",
        fields=[SchemaField("x", "FLOAT"), SchemaField("days", "DATE", "REPEATED")],
    ),
    SchemaField("one", "RECORD", fields=[SchemaField("b", "BYTES"), SchemaField("t", "TIMESTAMP")]),
]


def test_table_nested_schema_comes_back(client: bigquery.Client, dataset: str) -> None:
    created = client.create_table(bigquery.Table(f"local.{dataset}.nested", schema=NESTED))
    assert created.schema == NESTED
    assert client.get_table(created).schema == NESTED


def test_table_nested_rows_come_back(client: bigquery.Client, dataset: str) -> None:
    name = f"local.{dataset}.nested"
    client.create_table(bigquery.Table(name, schema=NESTED))
    row = {
        "id": 1,
        "tags": ["a", "b"],
        "parts": [{"x": 0.5, "days": ["2020-01-02"]}, {"x": None, "days": []}],
        "one": {"b": "AAE=", "t": "2020-01-02T03:04:05Z"},
    }
    assert client.insert_rows_json(name, [row, {"id": 2}]) == []
    stored = values(client.list_rows(name))
    moment = datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    parts = [{"x": 0.5, "days": [datetime.date(2020, 1, 2)]}, {"x": None, "days": []}]
    assert stored == [
        [1, ["a", "b"], parts, {"b": b"\x00\x01", "t": moment}],
        [2, [], [], None],
    ]


def test_table_list_and_drop(client: bigquery.Client, dataset: str, table: str) -> None:
    assert [found.table_id for found in client.list_tables(dataset)] == ["answers"]
    client.delete_table(table)
    with pytest.raises(exceptions.NotFound, match=r"Not found: Table local:\w+\.answers"):
        client.get_table(table)


def test_table_twice_conflicts(client: bigquery.Client, table: str) -> None:
    with pytest.raises(exceptions.Conflict, match="Already Exists: Table"):
        client.create_table(bigquery.Table(table, schema=SCHEMA))


def test_table_gets_a_field(client: bigquery.Client, table: str) -> None:
    found = client.get_table(table)
    found.schema = [*found.schema, SchemaField("extra", "BOOL")]
    client.update_table(found, ["schema"])
    assert ask(client, f"SELECT extra FROM {table} WHERE id = 1") == [[None]]


def test_table_keeps_its_fields(client: bigquery.Client, table: str) -> None:
    found = client.get_table(table)
    found.schema = found.schema[:1]
    with pytest.raises(exceptions.BadRequest, match="Field name is missing in new schema"):
        client.update_table(found, ["schema"])


def test_insert_all_names_each_bad_row(client: bigquery.Client, table: str) -> None:
    rows = [{"id": 3}, {"id": "x"}, {"name": "no id"}, {"id": 4, "nope": 1}]
    errors = client.insert_rows_json(table, rows)
    reasons = {entry["index"]: entry["errors"][0]["reason"] for entry in errors}
    assert reasons == {0: "stopped", 1: "invalid", 2: "invalid", 3: "invalid"}
    assert "Missing required field: id" in errors[2]["errors"][0]["message"]
    assert "no such field: nope" in errors[3]["errors"][0]["message"]
    assert client.get_table(table).num_rows == 2


def test_insert_all_skips_invalid_rows_when_told(client: bigquery.Client, table: str) -> None:
    errors = client.insert_rows_json(table, [{"id": 3}, {"id": "x"}], skip_invalid_rows=True)
    assert [entry["index"] for entry in errors] == [1]
    assert client.get_table(table).num_rows == 3


def test_list_rows_pages_and_selects(client: bigquery.Client, table: str) -> None:
    pages = [values(page) for page in client.list_rows(table, page_size=1).pages]
    assert pages == [[[1, "a", 0.5]], [[2, None, None]]]
    assert values(client.list_rows(table, selected_fields=SCHEMA[:1])) == [[1], [2]]
    assert values(client.list_rows(table, start_index=1)) == [[2, None, None]]


CSV = b'id,name,score\n1,"a,b",0.5\n2,,\n3,"",1e3\n'
CSV_ROWS = [[1, "a,b", 0.5], [2, None, None], [3, "", 1000.0]]


@pytest.mark.parametrize("size_bytes", [None, len(CSV)], ids=["resumable", "multipart"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_load_csv(client: bigquery.Client, dataset: str, pack: Any, size_bytes: Any) -> None:
    name, data = f"local.{dataset}.loaded", pack(CSV)
    config = LoadJobConfig(schema=SCHEMA, skip_leading_rows=1, source_format="CSV")
    size = len(data) if size_bytes else None
    job = client.load_table_from_file(io.BytesIO(data), name, job_config=config, size=size)
    assert job.result().output_rows == 3
    assert values(client.list_rows(name)) == CSV_ROWS


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_load_json_lines(client: bigquery.Client, dataset: str, pack: Any) -> None:
    lines = [{"id": 1, "tags": ["x"], "parts": [{"x": 1.5, "days": ["2020-01-01"]}]}, {"id": 2}]
    data = pack("\n".join(json.dumps(line) for line in lines).encode())
    name = f"local.{dataset}.loaded"
    config = LoadJobConfig(schema=NESTED, source_format="NEWLINE_DELIMITED_JSON")
    client.load_table_from_file(io.BytesIO(data), name, job_config=config).result()
    parts = [{"x": 1.5, "days": [datetime.date(2020, 1, 1)]}]
    assert values(client.list_rows(name)) == [[1, ["x"], parts, None], [2, [], [], None]]


def test_load_json_rows_autodetects(client: bigquery.Client, dataset: str) -> None:
    name = f"local.{dataset}.loaded"
    rows = [{"id": 1, "name": "a", "ok": True}, {"id": 2, "name": "b", "ok": False}]
    client.load_table_from_json(rows, name, job_config=LoadJobConfig(autodetect=True)).result()
    kinds = [field.field_type for field in client.get_table(name).schema]
    assert kinds == ["INTEGER", "STRING", "BOOLEAN"]
    assert values(client.list_rows(name)) == [[1, "a", True], [2, "b", False]]


def test_load_csv_autodetects_header(client: bigquery.Client, dataset: str) -> None:
    name = f"local.{dataset}.loaded"
    config = LoadJobConfig(autodetect=True, source_format="CSV")
    data = b"id,day,score\n1,2020-01-02,0.5\n2,2020-01-03,1.5\n"
    client.load_table_from_file(io.BytesIO(data), name, job_config=config).result()
    fields = [(field.name, field.field_type) for field in client.get_table(name).schema]
    assert fields == [("id", "INTEGER"), ("day", "DATE"), ("score", "FLOAT")]
    assert values(client.list_rows(name))[0] == [1, datetime.date(2020, 1, 2), 0.5]


def test_load_parquet(client: bigquery.Client, dataset: str) -> None:
    name = f"local.{dataset}.loaded"
    columns = {"id": [1, 2], "name": ["a", None], "t": pyarrow.array([MOMENT, None])}
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), sink)
    sink.seek(0)
    config = LoadJobConfig(source_format="PARQUET")
    client.load_table_from_file(sink, name, job_config=config).result()
    assert values(client.list_rows(name)) == [[1, "a", MOMENT], [2, None, None]]


def test_load_from_storage(client: bigquery.Client, dataset: str) -> None:
    name = f"local.{dataset}.loaded"
    config = LoadJobConfig(schema=SCHEMA[:2], source_format="CSV")
    client.load_table_from_uri("gs://bucket/rows.csv", name, job_config=config).result()
    assert values(client.list_rows(name)) == [[1, "a"], [2, "b"]]
    with pytest.raises(exceptions.NotFound, match="gs://bucket/none"):
        client.load_table_from_uri("gs://bucket/none", name, job_config=config).result()


def test_load_dispositions(client: bigquery.Client, table: str) -> None:
    def load(**options: Any) -> None:
        config = LoadJobConfig(schema=SCHEMA, source_format="CSV", **options)
        client.load_table_from_file(io.BytesIO(b"9,z,1"), table, job_config=config).result()

    load(write_disposition="WRITE_APPEND")
    assert client.get_table(table).num_rows == 3
    load(write_disposition="WRITE_TRUNCATE")
    assert values(client.list_rows(table)) == [[9, "z", 1.0]]
    with pytest.raises(exceptions.Conflict, match="Already Exists"):
        load(write_disposition="WRITE_EMPTY")


def test_load_create_never(client: bigquery.Client, dataset: str) -> None:
    config = LoadJobConfig(schema=SCHEMA, create_disposition="CREATE_NEVER")
    job = client.load_table_from_file(
        io.BytesIO(b"1,a,1"), f"local.{dataset}.none", job_config=config
    )
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        job.result()


@pytest.mark.parametrize(
    ("data", "source_format"),
    [
        (b"x,a,1", "CSV"),
        (b"1,a,1,extra", "CSV"),
        (b"1,a", "CSV"),
        (b",a,1", "CSV"),
        (b'{"id": 1, "unknown": 2}', "NEWLINE_DELIMITED_JSON"),
        (b'{"id": 1', "NEWLINE_DELIMITED_JSON"),
        (b"PAR1 not", "PARQUET"),
    ],
)
def test_load_bad_file_changes_nothing(
    client: bigquery.Client, table: str, data: bytes, source_format: str
) -> None:
    config = LoadJobConfig(schema=SCHEMA, source_format=source_format)
    config.write_disposition = "WRITE_TRUNCATE"
    with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
        client.load_table_from_file(io.BytesIO(data), table, job_config=config).result()
    assert client.get_table(table).num_rows == 2


def test_query_job_pages(client: bigquery.Client) -> None:
    sql = "SELECT x FROM UNNEST(GENERATE_ARRAY(1, 25)) AS x ORDER BY x"
    pages = [len(list(page)) for page in client.query(sql).result(page_size=10).pages]
    assert pages == [10, 10, 5]


def test_query_job_has_statistics(client: bigquery.Client, table: str) -> None:
    job = client.query(f"SELECT id, name FROM {table}")
    assert job.result().total_rows == 2
    assert job.statement_type == "SELECT"
    assert job.total_bytes_processed == 16 + 3
    assert client.get_job(job.job_id).state == "DONE"
    assert job.job_id in [found.job_id for found in client.list_jobs(max_results=5)]
    assert client.cancel_job(job.job_id).state == "DONE"


def test_query_dry_run_estimates_and_runs_nothing(client: bigquery.Client, table: str) -> None:
    config = QueryJobConfig(dry_run=True)
    job = client.query(f"SELECT id FROM {table}", job_config=config)
    assert job.total_bytes_processed == 16
    assert [field.name for field in job.schema] == ["id"]
    job = client.query(f"DELETE FROM {table} WHERE TRUE", job_config=config)
    assert client.get_table(table).num_rows == 2


def test_query_over_the_limit_is_refused(client: bigquery.Client, table: str) -> None:
    config = QueryJobConfig(maximum_bytes_billed=15)
    with pytest.raises(exceptions.GoogleAPIError, match=r"bytes billed: 15\. 16 or higher"):
        client.query(f"SELECT id FROM {table}", job_config=config).result()


def test_query_destination(client: bigquery.Client, dataset: str, table: str) -> None:
    target = f"local.{dataset}.target"
    config = QueryJobConfig(destination=target)
    client.query(f"SELECT id, score * 2 AS twice FROM {table}", job_config=config).result()
    assert values(client.list_rows(target)) == [[1, 1.0], [2, None]]
    with pytest.raises(exceptions.Conflict, match="Already Exists"):
        client.query("SELECT 1 AS id, 2.0 AS twice", job_config=config).result()
    config.write_disposition = "WRITE_APPEND"
    client.query("SELECT 3 AS id, 2.5 AS twice", job_config=config).result()
    assert client.get_table(target).num_rows == 3


def test_query_default_dataset(client: bigquery.Client, dataset: str, table: str) -> None:
    config = QueryJobConfig(default_dataset=f"local.{dataset}")
    assert values(client.query("SELECT COUNT(*) FROM answers", job_config=config)) == [[2]]


def test_query_answer_of_many_pages_is_whole(client: bigquery.Client) -> None:
    sql = "SELECT x, 'text' AS t FROM UNNEST(GENERATE_ARRAY(1, 120000)) AS x"
    rows = list(client.query_and_wait(sql))
    assert sum(row["x"] for row in rows) == 120000 * 120001 // 2


def test_dml_reports_changed_rows(client: bigquery.Client, table: str) -> None:
    def changed(sql: str) -> int | None:
        job = client.query(sql)
        job.result()
        count: int | None = job.num_dml_affected_rows
        return count

    assert changed(f"INSERT INTO {table} (id, name) VALUES (3, 'c'), (4, 'd')") == 2
    assert changed(f"UPDATE {table} SET score = 1 WHERE id > 2") == 2
    assert changed(f"DELETE FROM {table} WHERE id = 4") == 1
    assert ask(client, f"SELECT SUM(id), SUM(score) FROM {table}") == [[6, 1.5]]


def test_ddl_life_of_a_table_and_a_view(client: bigquery.Client, dataset: str) -> None:
    name, view = f"local.{dataset}.made", f"local.{dataset}.seen"
    ask(client, f"CREATE TABLE {name} (id INT64 NOT NULL, tags ARRAY<STRING>)")
    assert client.get_table(name).schema[0].mode == "REQUIRED"
    ask(client, f"INSERT INTO {name} VALUES (1, ['a'])")
    ask(client, f"CREATE OR REPLACE TABLE {name} AS SELECT id + 1 AS id FROM {name}")
    ask(client, f"CREATE VIEW {view} AS SELECT id * 10 AS ten FROM {name}")
    assert ask(client, f"SELECT * FROM {view}") == [[20]]
    assert client.get_table(view).table_type == "VIEW"
    ask(client, f"DROP VIEW {view}")
    ask(client, f"DROP TABLE {name}")
    assert list(client.list_tables(dataset)) == []


def test_view_through_the_api(client: bigquery.Client, dataset: str, table: str) -> None:
    view = bigquery.Table(f"local.{dataset}.seen")
    view.view_query = f"SELECT COUNT(*) AS n FROM {table}"
    assert client.create_table(view).view_query == view.view_query
    assert ask(client, f"SELECT n FROM local.{dataset}.seen") == [[2]]


@pytest.mark.parametrize(
    ("sql", "error", "message"),
    [
        ("SELEC 1", exceptions.BadRequest, "Syntax error"),
        ("", exceptions.BadRequest, "Syntax error|missing"),
        ("SELECT * FROM nope.nope", exceptions.NotFound, "Not found: Dataset local:nope"),
        ("SELECT nope", exceptions.BadRequest, "Unrecognized name: nope"),
        ("SELECT nope(1)", exceptions.BadRequest, "the function NOPE"),
        ("SELECT * FROM answers", exceptions.BadRequest, "must be qualified with a dataset"),
        ("UNDROP SCHEMA d", exceptions.BadRequest, "not supported by the local BigQuery"),
        ("SELECT 1 / 0", exceptions.BadRequest, "division by zero"),
        ("SELECT CAST('x' AS INT64)", exceptions.BadRequest, "Bad int64 value: x"),
        ("SELECT 1 AS a, 2 AS a", exceptions.BadRequest, "Duplicate column names"),
        ("SELECT [1, 2][OFFSET(2)]", exceptions.BadRequest, "out of bounds"),
        ("SELECT 9223372036854775807 + 1", exceptions.BadRequest, "int64 overflow"),
    ],
)
def test_error_has_status_and_wording(
    client: bigquery.Client, sql: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        client.query(sql).result()


def test_error_of_dml_leaves_the_table(client: bigquery.Client, table: str) -> None:
    with pytest.raises(exceptions.BadRequest, match="Bad int64 value"):
        ask(client, f"UPDATE {table} SET id = CAST(name AS INT64) WHERE TRUE")
    with pytest.raises(exceptions.BadRequest, match="cannot be null"):
        ask(client, f"INSERT INTO {table} (name) VALUES ('x')")
    assert client.get_table(table).num_rows == 2


def test_many_clients_at_once_lose_nothing(client: bigquery.Client, table: str) -> None:
    def work(number: int) -> list[list[Any]]:
        assert client.insert_rows_json(table, [{"id": number}]) == []
        return ask(client, f"SELECT id FROM {table} WHERE id = {number}")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(100, 140)))
    assert found == [[[number]] for number in range(100, 140)]
    assert client.get_table(table).num_rows == 42


def test_restart_keeps_everything(tmp_path: Path) -> None:
    from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest

    engine = Engine(tmp_path, project="local")
    engine.run(QueryRequest("CREATE SCHEMA exams"))
    engine.run(QueryRequest("CREATE TABLE exams.a AS SELECT 1 AS id, ['x'] AS tags"))
    engine.close()
    again = Engine(tmp_path, project="local")
    result = again.run(QueryRequest("SELECT * FROM exams.a"))
    assert result.table_sql is not None
    rows = again.rows_json(result.table_sql, result.fields, start=0, count=5)
    again.close()
    assert rows == ['{"f":[{"v":"1"},{"v":[{"v":"x"}]}]}']


@pytest.mark.parametrize(
    ("source_format", "data", "message"),
    [
        ("NEWLINE_DELIMITED_JSON", b'[{"a": 1}, {"a": 2}]', "one object on each line"),
        (
            "NEWLINE_DELIMITED_JSON",
            gzip.compress(b'\n[{"a": 1}]', mtime=0),
            "one object on each line",
        ),
        ("CSV", b"a,b,c\n1,2,3\n1,2\n", "same number of columns"),
        ("PARQUET", b"no parquet at all", "No magic bytes"),
    ],
)
def test_load_of_what_the_file_is_not_is_an_error_without_a_path(
    client: bigquery.Client, dataset: str, source_format: str, data: bytes, message: str
) -> None:
    config = LoadJobConfig(source_format=source_format, autodetect=True)
    name = f"local.{dataset}.odd"
    with pytest.raises(exceptions.BadRequest, match=message) as caught:
        client.load_table_from_file(io.BytesIO(data), name, job_config=config).result()
    assert "/uploads/" not in str(caught.value)
