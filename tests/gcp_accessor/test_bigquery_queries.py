"""Large answers, files of SQL, labels, prices, progress, and what goes into tables."""

from __future__ import annotations

import concurrent.futures
import datetime
import json
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from google.cloud import bigquery

from ml_api_kit.errors import DataAccessError, PreprocessingError, QueryError
from ml_api_kit.gcp_accessor import BigQueryAccessor, GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.bigquery import queries
from ml_api_kit.gcp_accessor.bigquery.queries import FIRST_ROWS, QueryProgress
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.settings import Settings

EVERY_TYPE = f"""
    SELECT n, CAST(n AS STRING) AS text, n / 4 AS f, MOD(n, 2) = 0 AS b, b'x' AS y,
        DATE_ADD(DATE '2020-01-01', INTERVAL MOD(n, 900) DAY) AS d, TIME '03:04:05.5' AS t,
        DATETIME '2020-01-02 03:04:05' AS dt, TIMESTAMP_MICROS(n) AS ts,
        CAST(CONCAT(CAST(n AS STRING), '.50') AS NUMERIC) AS nu, NULLIF(MOD(n, 3), 0) AS gap,
        [n, 2] AS a, STRUCT(n AS x, ['q'] AS y, TIMESTAMP_MICROS(n) AS z) AS st,
        CAST(NULL AS ARRAY<STRING>) AS none, [STRUCT(DATE '2020-01-01' AS day)] AS ast
    FROM UNNEST(GENERATE_ARRAY(1, {FIRST_ROWS + 5})) AS n ORDER BY n
"""


@pytest.fixture(scope="module")
def accessor(server: LocalServer) -> Iterator[BigQueryAccessor]:
    settings = Settings(gcp_backend="local", local_folder=server.folder)
    accessor = BigQueryAccessor(settings=settings, labels={"team": "blue"})
    accessor.create_dataset("queries")
    yield accessor
    accessor.client.close()


def last_job(accessor: BigQueryAccessor) -> Any:
    return next(iter(accessor.client.list_jobs()))


def test_large_answer_is_that_of_rest(accessor: BigQueryAccessor) -> None:
    by_rest = [[*row.values()] for row in accessor.client.query_and_wait(EVERY_TYPE)]
    found = accessor.execute_query(EVERY_TYPE)
    assert found == by_rest
    assert [list(map(repr, row)) for row in found[:50]] == [
        list(map(repr, row)) for row in by_rest[:50]
    ]


def test_large_answer_was_read_as_arrow(
    accessor: BigQueryAccessor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from google.cloud.bigquery.table import RowIterator

    def refuse(*args: Any) -> None:
        raise AssertionError("REST was asked for rows")

    monkeypatch.setattr(RowIterator, "pages", property(refuse))
    assert len(accessor.execute_query(EVERY_TYPE)) == FIRST_ROWS + 5


def test_large_answer_as_dicts_and_as_arrow(accessor: BigQueryAccessor) -> None:
    sql = f"SELECT n, [n] AS a FROM UNNEST(GENERATE_ARRAY(1, {FIRST_ROWS * 2})) AS n ORDER BY n"
    assert accessor.execute_query(sql, rows="dicts")[-1] == {"n": 20_000, "a": [20_000]}
    large = accessor.query_arrow(sql)
    small = accessor.query_arrow("SELECT 1 AS n, [1] AS a")
    assert large.column("n").to_pylist() == list(range(1, 20_001))
    assert small.to_pylist() == [{"n": 1, "a": [1]}]
    assert large.schema.names == small.schema.names


def test_iter_query_holds_batches_only(accessor: BigQueryAccessor) -> None:
    sql = "SELECT n, REPEAT('x', 50) AS text FROM UNNEST(GENERATE_ARRAY(1, 300000)) AS n ORDER BY n"
    assert len(accessor.execute_query("SELECT 1")) == 1
    next(accessor.iter_query(sql))
    tracemalloc.start()
    sizes = [len(batch) for batch in accessor.iter_query(sql, batch_rows=7_000)]
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (sum(sizes), set(sizes[:-1])) == (300_000, {7_000})
    # All rows at once take 60 MB.
    assert most_bytes < 25 << 20


def test_query_batches_names_the_columns(accessor: BigQueryAccessor) -> None:
    columns, batches = accessor.query_batches("SELECT 1 AS a, 2 AS b")
    assert (columns, list(batches)) == (["a", "b"], [[[1, 2]]])


def test_query_may_be_a_file(accessor: BigQueryAccessor, tmp_path: Path) -> None:
    file = tmp_path / "query.sql"
    file.write_text("SELECT @n AS n")
    assert accessor.execute_query(file, {"n": 3}) == [[3]]
    with pytest.raises(QueryError, match=r"none\.sql cannot be read .*with_name"):
        accessor.execute_query(tmp_path / "none.sql")


def test_labels_and_names_are_those_of_the_job(accessor: BigQueryAccessor) -> None:
    accessor.execute_query("SELECT 1", labels={"step": "a"}, job_id_prefix="night_")
    job = last_job(accessor)
    assert job.labels == {"team": "blue", "step": "a"}
    assert job.job_id.startswith("night_")


def test_job_config_is_taken_and_left_alone(accessor: BigQueryAccessor) -> None:
    config = bigquery.QueryJobConfig(
        destination="local.queries.kept", write_disposition="WRITE_TRUNCATE"
    )
    before = config.to_api_repr()
    accessor.execute_query("SELECT @x AS x", {"x": 5}, job_config=config)
    assert config.to_api_repr() == before
    assert accessor.execute_query("SELECT x FROM queries.kept") == [[5]]


def test_dry_run_has_a_price(server: LocalServer, accessor: BigQueryAccessor) -> None:
    accessor.load_rows("queries.priced", [{"n": 1}], replace=True)
    settings = Settings(gcp_backend="local", local_folder=server.folder, price_per_tib_usd=1024.0)
    found = BigQueryAccessor(settings=settings).dry_run("SELECT n FROM queries.priced")
    assert found.size_bytes == 8
    # What is billed is at least 10 MB.
    assert found.price_usd == pytest.approx(10 / 1024)
    assert accessor.dry_run("SELECT 1").price_usd == 0


@dataclass
class Stage:
    completed_parallel_inputs: int
    parallel_inputs: int


@dataclass
class SlowJob:
    """A job as the client has it, of a query that is asked for `waits` times before it is done.

    The local BigQuery has no such: a query of it is done when it is answered.
    """

    waits: int
    job_id: str = "slow"
    job_type: str = "query"
    asked: int = 0
    is_cancelled: bool = False

    @property
    def query_plan(self) -> list[Stage]:
        return [Stage(self.asked, 4), Stage(0, 2)]

    def result(self, *, page_size: int | None, timeout: float) -> str:
        if self.asked >= self.waits:
            return f"an answer in pages of {page_size}"
        time.sleep(timeout)
        raise concurrent.futures.TimeoutError

    def reload(self) -> None:
        self.asked += 1

    def cancel(self, **_: object) -> None:
        self.is_cancelled = True


def run_slow(job: SlowJob, options: queries.QueryOptions) -> Any:
    client: Any = SimpleNamespace(query=lambda *_, **__: job)
    return queries.Queries(client).run("SELECT 1", None, options, page_rows=7)


def test_progress_is_told_while_a_query_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_PROGRESS_EVERY_S", 0.001)
    told: list[QueryProgress] = []
    options = queries.QueryOptions(progress=told.append)
    assert run_slow(SlowJob(waits=3), options) == "an answer in pages of 7"
    assert [(one.job_id, one.done_parts, one.all_parts) for one in told] == [
        ("slow", 1, 6),
        ("slow", 2, 6),
        ("slow", 3, 6),
    ]
    assert 0 < told[0].elapsed_s < told[1].elapsed_s < told[2].elapsed_s


def test_query_that_takes_too_long_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_PROGRESS_EVERY_S", 0.001)
    job, told = SlowJob(waits=10_000), list[QueryProgress]()
    with pytest.raises(concurrent.futures.TimeoutError):
        run_slow(job, queries.QueryOptions(timeout_s=0.02, progress=told.append))
    assert job.is_cancelled
    assert told


@pytest.mark.parametrize("value", ["CAST(n AS BIGNUMERIC)", "CAST(n AS NUMERIC)"])
def test_large_answer_of_exact_numbers_is_read(accessor: BigQueryAccessor, value: str) -> None:
    query = f"SELECT {value} AS n FROM UNNEST(GENERATE_ARRAY(1, 10001)) AS n ORDER BY n"
    rows = accessor.execute_query(query)
    assert len(rows) == 10_001
    assert rows[-1] == [Decimal(10_001)]


def test_load_rows_takes_what_python_holds(accessor: BigQueryAccessor) -> None:
    schema = [
        bigquery.SchemaField("d", "DATE"),
        bigquery.SchemaField("ts", "TIMESTAMP"),
        bigquery.SchemaField("n", "NUMERIC"),
        bigquery.SchemaField("b", "BYTES"),
        bigquery.SchemaField("f", "FLOAT64"),
    ]
    moment = datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.UTC)
    row = {"d": moment.date(), "ts": moment, "n": Decimal("1.5"), "b": b"\x00", "f": 0.5}
    accessor.load_rows("queries.python", iter([row]), schema=schema, replace=True)
    assert accessor.execute_query("SELECT d, ts, n, b, f FROM queries.python") == [
        list(row.values())
    ]


@pytest.mark.parametrize(
    ("row", "message"), [([1], "Row 0 is of type list"), ({"a": object()}, "no BigQuery type")]
)
def test_load_rows_names_a_row_that_cannot_be(
    accessor: BigQueryAccessor, row: Any, message: str
) -> None:
    with pytest.raises(PreprocessingError, match=message):
        accessor.load_rows("queries.none", [row])


def test_load_from_storage(server: LocalServer, accessor: BigQueryAccessor) -> None:
    settings = Settings(gcp_backend="local", local_folder=server.folder)
    storage = GoogleCloudStorageAccessor(settings=settings)
    storage.create_bucket("queries-in")
    rows = [{"n": n, "name": f"n{n}"} for n in range(3)]
    storage.upload_csv_gzip("queries-in", "a.csv.gz", rows)
    storage.upload_json_lines("queries-in", "b.jsonl", rows)
    storage.upload_parquet("queries-in", "c.parquet", rows)
    for name in ("a.csv.gz", "b.jsonl", "c.parquet"):
        uri = f"gs://queries-in/{name}"
        assert accessor.load_from_storage("loaded.t", uri, replace=True) == 3
        assert accessor.execute_query("SELECT n, name FROM loaded.t ORDER BY n")[2] == [2, "n2"]
    assert accessor.load_from_storage("loaded.t", ["gs://queries-in/*.parquet"]) == 3
    with pytest.raises(DataAccessError, match=r"no format that BigQuery loads"):
        accessor.load_from_storage("loaded.t", "gs://queries-in/a.txt")
    with pytest.raises(DataAccessError, match=r"Not found: URI gs://queries-in/none\.csv"):
        accessor.load_from_storage("loaded.t", "gs://queries-in/none.csv")


def test_table_is_made_from_a_schema_file(accessor: BigQueryAccessor, tmp_path: Path) -> None:
    parts = [{"name": "item", "type": "STRING"}, {"name": "score", "type": "FLOAT64"}]
    columns = [
        {"name": "id", "type": "INT64", "mode": "REQUIRED", "description": "of the student"},
        {"name": "parts", "type": "RECORD", "mode": "REPEATED", "fields": parts},
    ]
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(columns))
    accessor.create_table_from_schema_file("queries.from_file", file)
    assert [column["name"] for column in accessor.table_schema("queries.from_file")] == [
        "id", "parts",
    ]  # fmt: skip
    row = {"id": 1, "parts": [{"item": "a", "score": 0.5}]}
    accessor.load_rows("queries.from_file", [row])
    assert accessor.execute_query("SELECT * FROM queries.from_file", rows="dicts") == [row]
    with pytest.raises(QueryError, match="Already Exists"):
        accessor.create_table_from_schema_file("queries.from_file", file)


def test_datasets_are_made_listed_and_found(accessor: BigQueryAccessor) -> None:
    assert accessor.create_dataset("found")
    assert not accessor.create_dataset("found")
    assert "found" in accessor.list_datasets()
    assert accessor.dataset_exists("found")
    assert not accessor.dataset_exists("not_found")
