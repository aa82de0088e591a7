"""Jobs."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.api_core import exceptions
from google.cloud import bigquery

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def get(place: Place) -> None:
    """get_job of each kind"""
    uri = f"gs://{place.bucket.name}/t.csv"
    load = place.client.load_table_from_json([{"a": 1}], place.name("t"))
    load.result()
    copy = place.client.copy_table(place.name("t"), place.name("u"))
    extract = place.client.extract_table(place.name("t"), uri)
    query = place.client.query("SELECT 1")
    for job in (load, copy, extract, query):
        job.result()
        found = place.client.get_job(job.job_id, location="US")
        assert (type(found), found.state, found.error_result) == (type(job), "DONE", None)
        assert found.created <= found.started <= found.ended
        assert found.reload() is None
        assert found.exists()


def listing(place: Place) -> None:
    """list_jobs: newest first, by state and time, in pages"""
    client = place.client
    job = client.query("SELECT 1")
    job.result()
    assert next(iter(client.list_jobs())).job_id == job.job_id
    assert list(client.list_jobs(state_filter="running")) == []
    assert next(iter(client.list_jobs(state_filter="done"))).job_id == job.job_id
    later = job.created + datetime.timedelta(hours=1)
    assert list(client.list_jobs(min_creation_time=later)) == []
    assert list(client.list_jobs(max_creation_time=later, max_results=1))
    pages = client.list_jobs(page_size=1)
    next(pages.pages)
    assert pages.next_page_token
    assert next(iter(client.list_jobs(all_users=True))).job_id == job.job_id


def cancel(place: Place) -> None:
    """cancel one that is done"""
    job = place.client.query("SELECT 1")
    assert place.client.cancel_job(job.job_id).state == "DONE"
    assert job.cancel() is True
    assert job.done()


ENDLESS = (
    "SELECT COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 1000000)) AS a,"
    " UNNEST(GENERATE_ARRAY(1, 1000000)) AS b, UNNEST(GENERATE_ARRAY(1, 1000000)) AS c"
)


def cancel_running(place: Place) -> None:
    """cancel one that runs: it is stopped, and has changed nothing"""
    job = place.client.query(f"CREATE TABLE {place.dataset}.t AS {ENDLESS}")
    assert (job.state, job.running()) == ("RUNNING", True)
    assert job.job_id in [one.job_id for one in place.client.list_jobs(state_filter="running")]
    assert job.cancel()
    with pytest.raises(exceptions.GoogleAPICallError, match="User requested cancellation"):
        job.result()
    found = place.client.get_job(job.job_id)
    assert (found.state, found.error_result["reason"]) == ("DONE", "stopped")
    assert list(place.client.list_tables(place.dataset)) == []


def timeout(place: Place) -> None:
    """stop one that takes longer than its job_timeout_ms, or than the client waits"""
    config = bigquery.QueryJobConfig(job_timeout_ms=300)
    with pytest.raises(exceptions.GoogleAPICallError, match="Job timed out after"):
        place.client.query(ENDLESS, job_config=config).result()
    with pytest.raises(TimeoutError):
        place.client.query_and_wait(ENDLESS, wait_timeout=0.3, api_timeout=0.3)
    latest = next(iter(place.client.list_jobs(max_results=1)))
    latest.exception()
    assert latest.error_result["reason"] == "stopped"


def delete(place: Place) -> None:
    """delete_job_metadata"""
    job = place.client.query("SELECT 1")
    place.client.delete_job_metadata(job)
    with pytest.raises(exceptions.NotFound, match=f"Not found: Job local:US.{job.job_id}"):
        place.client.get_job(job.job_id)
    place.client.delete_job_metadata(job, not_found_ok=True)


def create(place: Place) -> None:
    """create_job from its REST form"""
    job = place.client.create_job({"query": {"query": "SELECT 7 AS a", "useLegacySql": False}})
    assert [row.a for row in job.result()] == [7]
    config = {
        "load": {
            "sourceUris": [place.put("a.csv", "1\n")], "autodetect": True,
            "destinationTable": bigquery.TableReference.from_string(place.name("t")).to_api_repr(),
        }
    }  # fmt: skip
    place.client.create_job(config).result()
    assert place.rows("t") == [[1]]


def locations(place: Place) -> None:
    """run where their datasets lie; refuse another location, as none is found there"""
    dataset = bigquery.Dataset(f"local.{place.dataset}_eu")
    dataset.location = "EU"
    place.client.create_dataset(dataset)
    table = f"{dataset.dataset_id}.t"
    made = place.client.query(f"CREATE TABLE {table} AS SELECT 1 AS a")
    made.result()
    assert made.location == place.client.load_table_from_json([{"a": 2}], table).location == "EU"
    words = f"Not found: Dataset local:{dataset.dataset_id} was not found in location US"
    with pytest.raises(exceptions.NotFound, match=words):
        place.client.query(f"SELECT * FROM {table}", location="US").result()
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset"):
        place.client.load_table_from_json([{"a": 2}], table, location="US").result()
    with pytest.raises(exceptions.NotFound, match="Not found: Job"):
        place.client.get_job(made.job_id, location="US")


def failed(place: Place) -> None:
    """tell why one failed"""
    job = place.client.query("SELECT 1 / 0")
    error = job.exception()
    assert isinstance(error, exceptions.BadRequest)
    assert job.state == "DONE"
    assert job.error_result["reason"] == "invalidQuery"
    assert "division by zero" in job.errors[0]["message"]
    assert place.client.get_job(job.job_id).error_result == job.error_result
    load = place.client.load_table_from_uri("gs://none-of-these/a", place.name("t"))
    assert isinstance(load.exception(), exceptions.NotFound)


def missing(place: Place) -> None:
    """say of one that is not there that it is not (404)"""
    for call in (place.client.get_job, place.client.cancel_job, place.client.delete_job_metadata):
        with pytest.raises(exceptions.NotFound, match=r"Not found: Job local:US\.none"):
            call("none")


def labels(place: Place) -> None:
    """labels of jobs"""
    config = bigquery.CopyJobConfig(labels={"a": "b"})
    place.ask("CREATE TABLE t AS SELECT 1 AS a")
    job = place.client.copy_table(place.name("t"), place.name("u"), job_config=config)
    job.result()
    assert place.client.get_job(job.job_id).labels == {"a": "b"}


def many_at_once(place: Place) -> None:
    """many clients at once lose nothing"""
    place.make("t", bigquery.SchemaField("id", "INT64"))

    def work(number: int) -> list[list[int]]:
        assert place.client.insert_rows_json(place.name("t"), [{"id": number}]) == []
        return place.ask(f"SELECT id FROM t WHERE id = {number}")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(40)))
    assert found == [[[number]] for number in range(40)]
    assert len(place.rows("t")) == 40
