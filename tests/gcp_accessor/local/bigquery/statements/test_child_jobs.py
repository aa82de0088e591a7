"""What Google's client is told of the statements of a script."""

from __future__ import annotations

import pytest
from google.api_core import exceptions
from google.cloud import bigquery

SCRIPT = """\
DECLARE names ARRAY<STRING>;
SET names = (SELECT ARRAY_AGG(n ORDER BY n) FROM UNNEST(['b', 'a']) AS n);
SELECT n FROM UNNEST(names) AS n WHERE n > 'a';
"""


def test_script_has_a_child_job_for_each_query(client: bigquery.Client) -> None:
    job = client.query(SCRIPT)
    assert [row["n"] for row in job.result()] == ["b"]
    assert job.statement_type == "SCRIPT"
    assert job.num_child_jobs == 2
    last, first = client.list_jobs(parent_job=job)
    assert [child.script_statistics.evaluation_kind for child in (first, last)] == [
        "EXPRESSION",
        "STATEMENT",
    ]
    assert [child.parent_job_id for child in (first, last)] == [job.job_id] * 2
    assert [list(row) for row in first.result()] == [[["a", "b"]]]
    assert [row["n"] for row in last.result()] == ["b"]
    assert last.statement_type == "SELECT"
    assert last.query == "SELECT n FROM UNNEST(names) AS n WHERE n > 'a'"
    (frame,) = last.script_statistics.stack_frames
    assert (frame.start_line, frame.start_column, frame.end_line, frame.end_column) == (3, 1, 3, 47)
    assert (frame.text, frame.procedure_id) == (last.query, None)


def test_child_of_a_procedure_names_it(client: bigquery.Client, dataset: str) -> None:
    client.query_and_wait(f"CREATE PROCEDURE {dataset}.p() BEGIN SELECT 1; END")
    job = client.query(f"CALL {dataset}.p()")
    assert [list(row.values()) for row in job.result()] == [[1]]
    (child,) = client.list_jobs(parent_job=job)
    inner, outer = child.script_statistics.stack_frames
    assert inner.procedure_id == f"local.{dataset}.p"
    assert outer.procedure_id is None
    assert outer.text == f"CALL {dataset}.p()"


def test_failed_script_keeps_the_statements_before_the_fault(client: bigquery.Client) -> None:
    job = client.query("SELECT 1;\nSELECT 1 / 0;")
    with pytest.raises(
        exceptions.BadRequest, match=r"Query error: division by zero: 1 / 0 at \[2:1\]"
    ):
        job.result()
    failed, first = client.list_jobs(parent_job=job)
    assert first.error_result is None
    assert failed.error_result["reason"] == "invalidQuery"


def test_children_are_not_listed_without_their_parent(client: bigquery.Client) -> None:
    job = client.query("SELECT 1; SELECT 2")
    job.result()
    listed = [found.job_id for found in client.list_jobs(max_results=20)]
    assert job.job_id in listed
    assert not any(name.startswith("script_job_") for name in listed)


def test_temporary_function_before_a_query_is_no_script(client: bigquery.Client) -> None:
    job = client.query("CREATE TEMP FUNCTION f(x INT64) AS (x + 1); SELECT f(1) AS y")
    assert [row["y"] for row in job.result()] == [2]
    assert (job.statement_type, job.num_child_jobs) == ("SELECT", 0)


def test_statements_of_a_transaction_have_its_id(client: bigquery.Client) -> None:
    job = client.query("BEGIN TRANSACTION; SELECT 1; COMMIT TRANSACTION; SELECT 2")
    job.result()
    after, commit, inside, _ = client.list_jobs(parent_job=job)
    assert inside.transaction_info.transaction_id == commit.transaction_info.transaction_id
    assert after.transaction_info is None


def test_script_whose_last_statement_is_dml_tells_its_rows(
    client: bigquery.Client, dataset: str
) -> None:
    job = client.query(f"CREATE TABLE {dataset}.t (a INT64); INSERT {dataset}.t VALUES (1), (2)")
    job.result()
    assert job.num_dml_affected_rows == 2


def test_dml_statistics_count_each_action(client: bigquery.Client, dataset: str) -> None:
    client.query_and_wait(f"CREATE TABLE {dataset}.t AS SELECT 1 AS a UNION ALL SELECT 2")
    job = client.query(
        f"MERGE {dataset}.t t USING (SELECT x FROM UNNEST([1, 7]) AS x) s ON t.a = s.x "
        "WHEN MATCHED THEN UPDATE SET a = 10 WHEN NOT MATCHED THEN INSERT (a) VALUES (x) "
        "WHEN NOT MATCHED BY SOURCE THEN DELETE"
    )
    job.result()
    stats = job.dml_stats
    assert (stats.inserted_row_count, stats.updated_row_count, stats.deleted_row_count) == (1, 1, 1)
    assert job.num_dml_affected_rows == 3
