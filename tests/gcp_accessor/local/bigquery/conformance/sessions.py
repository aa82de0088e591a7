"""Sessions."""

from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import ConnectionProperty, QueryJobConfig

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused, values


def _begin(place: Place, sql: str = "SELECT 1") -> str:
    job = place.client.query(sql, job_config=QueryJobConfig(create_session=True))
    job.result()
    assert job.session_info is not None
    return str(job.session_info.session_id)


def _run(place: Place, session: str, sql: str, **options: Any) -> bigquery.QueryJob:
    config = QueryJobConfig(
        connection_properties=[ConnectionProperty("session_id", session)],
        default_dataset=f"local.{place.dataset}",
        **options,
    )
    job = place.client.query(sql, job_config=config)
    job.result()
    return job


def _ask(place: Place, session: str, sql: str) -> list[list[Any]]:
    return values(_run(place, session, sql).result())


def temporary_tables(place: Place) -> None:
    """temporary tables last, by their name and in _SESSION, and are of one session alone"""
    session = _begin(place, "CREATE TEMP TABLE s AS SELECT 1 AS a")
    _run(place, session, "INSERT INTO s VALUES (2)")
    assert _ask(place, session, "SELECT SUM(a) FROM s") == [[3]]
    assert _ask(place, session, "SELECT COUNT(*) FROM _SESSION.s") == [[2]]
    with pytest.raises(exceptions.NotFound, match=r"Not found: Table .*\.s"):
        _run(place, _begin(place), "SELECT a FROM s")
    with pytest.raises(exceptions.BadRequest, match="must be qualified with a dataset"):
        place.client.query_and_wait("SELECT a FROM s")
    names = [dataset.dataset_id for dataset in place.client.list_datasets(include_all=True)]
    assert not any(name.startswith("_script") for name in names)


def variables(place: Place) -> None:
    """variables that are declared outside of a block last, and functions"""
    session = _begin(place, "DECLARE n INT64 DEFAULT 10")
    assert _ask(place, session, "SELECT n * 2") == [[20]]
    _run(place, session, "SET n = n + 1")
    assert _ask(place, session, "BEGIN DECLARE m INT64 DEFAULT 1; SELECT n + m; END") == [[12]]
    with pytest.raises(exceptions.BadRequest, match="Unrecognized name: m"):
        _run(place, session, "SELECT m")
    _run(place, session, "CREATE TEMP FUNCTION twice(x INT64) AS (x * 2)")
    assert _ask(place, session, "SELECT twice(n)") == [[22]]


def told(place: Place) -> None:
    """the session of a job (session_info), of the fast path too, and @@session_id"""
    session = _begin(place)
    job = _run(place, session, "SELECT @@session_id")
    assert values(job.result()) == [[session]]
    assert job.session_info.session_id == session
    assert place.client.get_job(job.job_id).session_info.session_id == session
    properties = [ConnectionProperty("session_id", session)]
    rows = place.client.query_and_wait(
        "SELECT @@session_id", job_config=QueryJobConfig(connection_properties=properties)
    )
    assert values(rows) == [[session]]
    assert place.client.query("SELECT 1").session_info is None


def transactions(place: Place) -> None:
    """a transaction over several queries: commit, roll back, seen by the session alone"""
    place.ask("CREATE TABLE t (a INT64)")
    session = _begin(place)
    begun = _run(place, session, "BEGIN TRANSACTION")
    assert begun.statement_type == "BEGIN_TRANSACTION"
    inserted = _run(place, session, "INSERT INTO t VALUES (1)")
    assert inserted.transaction_info.transaction_id
    assert _ask(place, session, "SELECT COUNT(*) FROM t") == [[1]]
    assert place.ask("SELECT COUNT(*) FROM t") == [[0]]
    _run(place, session, "ROLLBACK TRANSACTION")
    assert _ask(place, session, "SELECT COUNT(*) FROM t") == [[0]]
    _run(place, session, "BEGIN TRANSACTION; INSERT INTO t VALUES (2)")
    place.client.insert_rows_json(place.name("t"), [{"a": 3}])
    _run(place, session, "COMMIT TRANSACTION")
    assert place.ask("SELECT a FROM t ORDER BY a") == [[2], [3]]
    with pytest.raises(exceptions.BadRequest, match="no active transaction"):
        _run(place, session, "COMMIT TRANSACTION")


def errors_in_transactions(place: Place) -> None:
    """a transaction goes on after a statement that fails"""
    place.ask("CREATE TABLE t (a INT64)")
    session = _begin(place, f"BEGIN TRANSACTION; INSERT INTO {place.dataset}.t VALUES (1)")
    with pytest.raises(exceptions.BadRequest, match="division by zero"):
        _run(place, session, "SELECT 1 / (SELECT COUNT(*) - 1 FROM t)")
    _run(place, session, "INSERT INTO t VALUES (2)")
    _run(place, session, "COMMIT TRANSACTION")
    assert place.ask("SELECT a FROM t ORDER BY a") == [[1], [2]]


def conflicts(place: Place) -> None:
    """of two transactions that change the same rows the later one is aborted (400)"""
    place.ask("CREATE TABLE t AS SELECT 1 AS a")
    change = f"BEGIN TRANSACTION; UPDATE {place.dataset}.t SET a = a + 1 WHERE TRUE"
    first = _begin(place, change)
    with pytest.raises(exceptions.BadRequest, match="aborted due to concurrent update"):
        _begin(place, change)
    _run(place, first, "COMMIT TRANSACTION")
    assert place.ask("SELECT a FROM t") == [[2]]


def aborted(place: Place) -> None:
    """CALL BQ.ABORT_SESSION(), of the own session and of another one by its id"""
    place.ask("CREATE TABLE t (a INT64)")
    session = _begin(place, f"BEGIN TRANSACTION; INSERT INTO {place.dataset}.t VALUES (1)")
    _run(place, session, "CALL BQ.ABORT_SESSION()")
    assert place.ask("SELECT COUNT(*) FROM t") == [[0]]
    other = _begin(place)
    place.ask(f"CALL BQ.ABORT_SESSION('{other}')")
    for ended in (session, other, "none"):
        with pytest.raises(exceptions.NotFound, match="Not found: Session"):
            _run(place, ended, "SELECT 1")


def dry_runs(place: Place) -> None:
    """dry runs in a session know its tables, and change nothing"""
    session = _begin(place, "CREATE TEMP TABLE s AS SELECT 1 AS a")
    config = QueryJobConfig(
        connection_properties=[ConnectionProperty("session_id", session)], dry_run=True
    )
    job = place.client.query("SELECT a FROM s", job_config=config)
    assert [field.name for field in job.schema] == ["a"]
    place.client.query("CREATE TEMP FUNCTION f() AS (1); SELECT f()", job_config=config)
    with pytest.raises(exceptions.BadRequest, match=r"Function not found: f|the function F"):
        _run(place, session, "SELECT f()")


@refused
def loads(place: Place) -> None:
    """load jobs into a session"""
    config = bigquery.LoadJobConfig(create_session=True)
    place.client.load_table_from_json([{"a": 1}], place.name("t"), job_config=config).result()


def _external_csv(place: Place) -> bigquery.ExternalConfig:
    external = bigquery.ExternalConfig("CSV")
    external.source_uris = [place.put("session.csv", "1\n")]
    external.schema = [bigquery.SchemaField("n", "INT64")]
    return external


def files_of_one_query(place: Place) -> None:
    """tables of one query (table_definitions), and external tables, outside of a transaction"""
    external, session = _external_csv(place), _begin(place)
    _run(place, session, "SELECT n FROM e", table_definitions={"e": external})
    table = bigquery.Table(place.name("e"))
    table.external_data_configuration = external
    place.client.create_table(table)
    _run(place, session, "BEGIN TRANSACTION")
    with pytest.raises(exceptions.BadRequest, match="external tables within an open transaction"):
        _run(place, session, "SELECT n FROM e")
    _run(place, session, "ROLLBACK TRANSACTION")
    assert _ask(place, session, "SELECT n FROM e") == [[1]]


@refused
def files_within_a_transaction(place: Place) -> None:
    """files of Cloud Storage within an open transaction"""
    session = _begin(place, "BEGIN TRANSACTION")
    _run(place, session, "SELECT n FROM e", table_definitions={"e": _external_csv(place)})
