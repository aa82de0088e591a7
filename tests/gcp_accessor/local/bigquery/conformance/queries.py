"""Query jobs."""

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import QueryJobConfig

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused, values


def job(place: Place) -> None:
    """client.query, with its statistics"""
    place.ask("CREATE TABLE t AS SELECT 1 AS id, 'abc' AS name")
    job = place.client.query(f"SELECT id, name FROM {place.dataset}.t")
    assert job.result().total_rows == 1
    assert (job.state, job.statement_type, job.cache_hit) == ("DONE", "SELECT", False)
    assert (job.total_bytes_processed, job.total_bytes_billed) == (8 + 5, 8 + 5)
    assert [str(one) for one in job.referenced_tables] == [place.name("t")]
    assert job.created <= job.started <= job.ended
    assert job.user_email
    assert job.location == "US"


def fast_path(place: Place) -> None:
    """query_and_wait, the fast path"""
    rows = place.client.query_and_wait("SELECT 1 AS a, 'x' AS b")
    assert values(rows) == [[1, "x"]]
    assert (rows.total_rows, [field.name for field in rows.schema]) == (1, ["a", "b"])


def fast_path_method(place: Place) -> None:
    """client.query by the fast path (api_method QUERY)"""
    from google.cloud.bigquery.enums import QueryApiMethod

    job = place.client.query("SELECT 1 AS a", api_method=QueryApiMethod.QUERY)
    assert values(job.result()) == [[1]]
    assert place.client.get_job(job.job_id).statement_type == "SELECT"


def optional_jobs(place: Place) -> None:
    """without a job (JOB_CREATION_OPTIONAL)"""
    from google.auth.credentials import AnonymousCredentials

    with bigquery.Client(
        project="local",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": place.url},
        default_job_creation_mode="JOB_CREATION_OPTIONAL",
    ) as client:
        rows = client.query_and_wait("SELECT 1 AS a")
        assert values(rows) == [[1]]
        assert rows.query_id or rows.job_id


def destination(place: Place) -> None:
    """into a table: append, replace, only into an empty one"""
    config = QueryJobConfig(destination=place.name("target"))
    place.client.query("SELECT 1 AS id, 2.0 AS x", job_config=config).result()
    assert place.rows("target") == [[1, 2.0]]
    with pytest.raises(exceptions.Conflict, match="Already Exists: Table"):
        place.client.query("SELECT 1 AS id, 2.0 AS x", job_config=config).result()
    config.write_disposition = "WRITE_APPEND"
    place.client.query("SELECT 3 AS id, 2.5 AS x", job_config=config).result()
    assert len(place.rows("target")) == 2
    config.write_disposition = "WRITE_TRUNCATE"
    place.client.query("SELECT 'new' AS other", job_config=config).result()
    assert place.rows("target") == [["new"]]


def destination_create_never(place: Place) -> None:
    """only into a table that is there (create_disposition)"""
    config = QueryJobConfig(destination=place.name("none"), create_disposition="CREATE_NEVER")
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        place.client.query("SELECT 1 AS a", job_config=config).result()


def destination_schema(place: Place) -> None:
    """append with new columns (schema_update_options), refuse other ones"""
    name = place.name("grown")
    config = QueryJobConfig(
        destination=name, time_partitioning=bigquery.TimePartitioning(field="day")
    )
    place.client.query("SELECT DATE '2020-01-01' AS day", job_config=config).result()
    config.write_disposition = "WRITE_APPEND"
    with pytest.raises(exceptions.BadRequest, match=r"Cannot add fields \(field: who\)"):
        place.client.query("SELECT DATE '2020-01-02' AS day, 'x' AS who", config).result()
    with pytest.raises(exceptions.BadRequest, match="Provided Schema does not match"):
        place.client.query("SELECT 'text' AS day", config).result()
    config.schema_update_options = ["ALLOW_FIELD_ADDITION"]
    place.client.query("SELECT 'x' AS who, DATE '2020-01-02' AS day", config).result()
    table = place.client.get_table(name)
    assert [field.name for field in table.schema] == ["day", "who"]
    assert (table.time_partitioning.field, table.num_rows) == ("day", 2)


def default_dataset(place: Place) -> None:
    """with a default dataset"""
    place.ask("CREATE TABLE t AS SELECT 1 AS a")
    config = QueryJobConfig(default_dataset=f"local.{place.dataset}")
    assert values(place.client.query("SELECT a FROM t", job_config=config)) == [[1]]


def labels(place: Place) -> None:
    """labels, priority, use_query_cache, job_timeout_ms, reservations are kept"""
    config = QueryJobConfig(
        labels={"team": "blue"}, priority="BATCH", use_query_cache=False, job_timeout_ms=5000
    )
    job = place.client.query("SELECT 1", job_config=config)
    job.result()
    found = place.client.get_job(job.job_id)
    assert (found.labels, found.priority, found.use_query_cache) == (
        {"team": "blue"}, "BATCH", False,
    )  # fmt: skip


def names(place: Place) -> None:
    """ids, prefixes of ids, locations"""
    job = place.client.query("SELECT 1", job_id=f"mine_{place.dataset}", location="US")
    assert (job.job_id, job.location) == (f"mine_{place.dataset}", "US")
    assert place.client.query("SELECT 1", job_id_prefix="pre_").job_id.startswith("pre_")
    job = place.client.query("SELECT 1", location="EU")
    assert (job.location, place.client.get_job(job.job_id, location="EU").location) == ("EU", "EU")
    assert place.client.query_and_wait("SELECT 1", location="EU").location == "EU"
    with pytest.raises(exceptions.Conflict, match=r"Already Exists: Job local:US\.mine_"):
        place.client.query("SELECT 1", job_id=f"mine_{place.dataset}", job_retry=None)


def request_ids(place: Place) -> None:
    """a request that is sent again is not run again (requestId)"""
    place.ask("CREATE TABLE t (a INT64)")
    body = {
        "query": f"INSERT INTO {place.dataset}.t VALUES (1)", "useLegacySql": False,
        "requestId": place.dataset,
    }  # fmt: skip
    for _ in range(2):
        place.client._connection.api_request("POST", "/projects/local/queries", data=body)
    assert place.rows("t") == [[1]]


def samples(place: Place) -> None:
    """TABLESAMPLE SYSTEM: all of a small table, or nothing of it"""
    place.ask("CREATE TABLE t AS SELECT n FROM UNNEST([1, 2, 3]) AS n")
    sql = "SELECT COUNT(*) FROM t TABLESAMPLE SYSTEM ({} PERCENT) WHERE n > 1"
    assert place.ask(sql.format("0.5")) == [[2]]
    assert place.ask(sql.format("0")) == [[0]]
    percent = bigquery.ScalarQueryParameter("p", "INT64", 29)
    assert place.ask(sql.format("@p"), percent) == [[2]]
    with pytest.raises(exceptions.BadRequest, match="PERCENT argument"):
        place.ask(sql.format("101"))
    with pytest.raises(exceptions.BadRequest, match="directly to tables"):
        place.ask("SELECT * FROM (SELECT 1 AS a) TABLESAMPLE SYSTEM (1 PERCENT)")


@refused
def legacy_sql(place: Place) -> None:
    """legacy SQL"""
    config = QueryJobConfig(use_legacy_sql=True)
    place.client.query("SELECT 1", job_config=config).result()


@refused
def udf_resources(place: Place) -> None:
    """functions of JavaScript from Cloud Storage (udf_resources)"""
    config = QueryJobConfig(udf_resources=[bigquery.UDFResource("inlineCode", "x")])
    place.client.query("SELECT 1", job_config=config).result()
