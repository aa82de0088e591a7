"""Dry runs and limits."""

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import QueryJobConfig

from tests.gcp_accessor.local.bigquery.conformance.registry import Place

DRY = QueryJobConfig(dry_run=True, use_query_cache=False)


def _fill(place: Place) -> str:
    place.ask("CREATE TABLE t AS SELECT 1 AS id, 'abc' AS name UNION ALL SELECT 2, NULL")
    return f"{place.dataset}.t"


def estimate(place: Place) -> None:
    """the bytes of the columns that a query reads"""
    name = _fill(place)
    sizes = {"id": 16, "name": 5, "*": 21}
    for column, size in sizes.items():
        job = place.client.query(f"SELECT {column} FROM {name}", job_config=DRY)
        assert job.total_bytes_processed == size
    assert (job.dry_run, job.statement_type) == (True, "SELECT")


def schema(place: Place) -> None:
    """the schema of the answer, and the tables that are read"""
    name = _fill(place)
    job = place.client.query(f"SELECT id * 2 AS twice, [name] AS l FROM {name}", job_config=DRY)
    assert [(field.name, field.mode) for field in job.schema] == [
        ("twice", "NULLABLE"), ("l", "REPEATED"),
    ]  # fmt: skip
    assert [one.table_id for one in job.referenced_tables] == ["t"]


def nothing_run(place: Place) -> None:
    """run nothing, and keep no job"""
    name = _fill(place)
    for sql in (f"DELETE FROM {name} WHERE TRUE", f"DROP TABLE {name}",
                f"CREATE TABLE {place.dataset}.u AS SELECT 1 AS a"):  # fmt: skip
        job = place.client.query(sql, job_config=DRY)
        assert job.state == "DONE"
    assert len(place.rows("t")) == 2
    assert [one.table_id for one in place.client.list_tables(place.dataset)] == ["t"]
    assert job.job_id is None or job.job_id not in [j.job_id for j in place.client.list_jobs()]


def wrong(place: Place) -> None:
    """the errors of the query"""
    with pytest.raises(exceptions.BadRequest, match="Syntax error"):
        place.client.query("SELEC 1", job_config=DRY)
    with pytest.raises(exceptions.BadRequest, match="Unrecognized name: nope"):
        place.client.query("SELECT nope", job_config=DRY)
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset local:none"):
        place.client.query("SELECT * FROM none.t", job_config=DRY)


def fast_path(place: Place) -> None:
    """by the fast path"""
    name = _fill(place)
    rows = place.client.query_and_wait(f"SELECT id FROM {name}", job_config=DRY)
    assert (list(rows), rows.total_bytes_processed) == ([], 16)


def maximum_bytes_billed(place: Place) -> None:
    """refuse what would read more than maximum_bytes_billed"""
    name = _fill(place)
    config = QueryJobConfig(maximum_bytes_billed=15)
    with pytest.raises(exceptions.InternalServerError, match=r"limit for bytes billed: 15\. 16"):
        place.client.query(f"SELECT id FROM {name}", job_config=config).result()
    config = QueryJobConfig(maximum_bytes_billed=16)
    assert place.client.query(f"SELECT id FROM {name}", job_config=config).result().total_rows == 2
