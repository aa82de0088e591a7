"""Scripts."""

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def statements(place: Place) -> None:
    """statements one after another; the answer is that of the last SELECT"""
    rows = place.ask(
        "CREATE TABLE t (a INT64); INSERT INTO t VALUES (1), (2); SELECT SUM(a) FROM t;"
    )
    assert rows == [[3]]


def variables(place: Place) -> None:
    """DECLARE, SET"""
    sql = "DECLARE x INT64 DEFAULT 1; DECLARE y STRING; SET y = CONCAT('a', x); SELECT x, y"
    assert place.ask(sql) == [[1, "a1"]]


def functions(place: Place) -> None:
    """CREATE TEMP FUNCTION in SQL"""
    sql = "CREATE TEMP FUNCTION twice(x INT64) AS (x * 2); SELECT twice(21)"
    assert place.ask(sql) == [[42]]


def control_flow(place: Place) -> None:
    """IF, LOOP, WHILE, FOR, CASE"""
    sql = """
        DECLARE total INT64 DEFAULT 0;
        FOR row IN (SELECT n FROM UNNEST([1, 2, 3]) AS n) DO SET total = total + row.n; END FOR;
        WHILE total < 10 DO SET total = total + 1; END WHILE;
        IF total = 10 THEN SELECT 'ten'; ELSE SELECT 'other'; END IF;
    """
    assert place.ask(sql) == [["ten"]]


def handlers(place: Place) -> None:
    """BEGIN … EXCEPTION, RAISE"""
    sql = "BEGIN SELECT 1 / 0; EXCEPTION WHEN ERROR THEN SELECT @@error.message; END"
    [[message]] = place.ask(sql)
    assert "division by zero" in message


def transactions(place: Place) -> None:
    """BEGIN TRANSACTION, COMMIT, ROLLBACK"""
    place.ask("CREATE TABLE t (a INT64)")
    place.ask("BEGIN TRANSACTION; INSERT INTO t VALUES (1); ROLLBACK TRANSACTION;")
    assert place.rows("t") == []
    place.ask("BEGIN TRANSACTION; INSERT INTO t VALUES (2); COMMIT TRANSACTION;")
    assert place.rows("t") == [[2]]


def child_jobs(place: Place) -> None:
    """a job for each statement (list_jobs with parent_job)"""
    job = place.client.query("DECLARE x INT64 DEFAULT 2; SELECT x; SELECT x + 1")
    assert [list(row.values()) for row in job.result()] == [[3]]
    children = list(place.client.list_jobs(parent_job=job))
    assert job.num_child_jobs == len(children) >= 2
    assert {child.parent_job_id for child in children} == {job.job_id}
    newest = next(child for child in children if child.statement_type == "SELECT")
    assert [list(row.values()) for row in newest.result()] == [[3]]
