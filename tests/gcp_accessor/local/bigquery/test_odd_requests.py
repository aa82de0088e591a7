"""Requests that no careful client sends, over HTTP: refused as BigQuery refuses them, or heeded."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import CopyJobConfig, ExtractJobConfig

_LOAD = {"sourceFormat": "CSV", "schema": {"fields": [{"name": "a", "type": "INTEGER"}]}}


@pytest.fixture
def rest(endpoint: str, client: bigquery.Client, dataset: str) -> str:
    """The address of the dataset, with a table of ten rows in it."""
    client.query_and_wait(
        f"CREATE TABLE {dataset}.t AS SELECT n FROM UNNEST(GENERATE_ARRAY(1, 10)) AS n"
    )
    return f"{endpoint}/bigquery/v2/projects/local/datasets/{dataset}"


def message(answer: requests.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["error"]["message"])


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        ("/tables/t", "type,numRows", {"type": "TABLE", "numRows": "10"}),
        ("/tables/t", "schema(fields(name))", {"schema": {"fields": [{"name": "n"}]}}),
        ("/tables/t", "schema/fields/type", {"schema": {"fields": [{"type": "INTEGER"}]}}),
        ("/tables", "tables/tableReference/tableId,totalItems",
         {"tables": [{"tableReference": {"tableId": "t"}}], "totalItems": 1}),
        ("/tables/t", "none", {}),
    ],
)  # fmt: skip
def test_answer_has_the_fields_that_are_asked_for(
    rest: str, path: str, fields: str, expected: dict[str, Any]
) -> None:
    answer = requests.get(f"{rest}{path}", params={"fields": fields}, timeout=30)
    assert answer.json() == expected


def test_fields_that_are_no_selection_are_refused(rest: str) -> None:
    answer = requests.get(f"{rest}/tables/t?fields=a(b", timeout=30)
    assert "Invalid field selection" in message(answer, 400)


def test_token_goes_on_with_its_own_list_alone(rest: str, client: bigquery.Client) -> None:
    project = rest.rpartition("/datasets/")[0]
    client.query_and_wait(f"CREATE TABLE {rest.rpartition('/')[2]}.u AS SELECT 1 AS n, 2 AS m")
    rows = requests.get(f"{rest}/tables/t/data?maxResults=4", timeout=30).json()
    tables = requests.get(f"{rest}/tables?maxResults=1", timeout=30).json()
    jobs = requests.get(f"{project}/jobs?maxResults=1", timeout=30).json()
    addresses = {
        rows["pageToken"]: f"{rest}/tables/t/data",
        tables["nextPageToken"]: f"{rest}/tables",
        jobs["nextPageToken"]: f"{project}/jobs",
    }
    assert len(addresses) == 3
    for token, own in addresses.items():
        assert requests.get(own, params={"pageToken": token}, timeout=30).status_code == 200
        others = {*addresses.values(), f"{rest}/tables/u/data", f"{project}/datasets"} - {own}
        for other in others:
            answer = requests.get(other, params={"pageToken": token}, timeout=30)
            assert "Invalid value for pageToken" in message(answer, 400)
    for token in ("5", "zz", "é", "AAAA", "=" * 9):
        answer = requests.get(f"{rest}/tables", params={"pageToken": token}, timeout=30)
        assert "Invalid value for pageToken" in message(answer, 400)


def test_job_is_found_in_its_own_location(rest: str, client: bigquery.Client) -> None:
    job = client.query("SELECT 1", location="EU")
    assert client.get_job(job.job_id, location="eu").location == "EU"
    for call in (client.get_job, client.cancel_job):
        with pytest.raises(exceptions.NotFound, match=rf"Not found: Job local:US\.{job.job_id}"):
            call(job.job_id, location="US")
    assert [row[0] for row in job.result()] == [1]


def test_list_of_jobs_is_short_unless_it_is_asked_in_full(rest: str) -> None:
    address = f"{rest.rpartition('/datasets/')[0]}/jobs"
    short = requests.get(address, params={"maxResults": 1}, timeout=30).json()["jobs"][0]
    assert "configuration" not in short
    assert short["state"] == "DONE"
    full = requests.get(address, params={"maxResults": 1, "projection": "full"}, timeout=30)
    assert "query" in full.json()["jobs"][0]["configuration"]
    answer = requests.get(address, params={"stateFilter": "over"}, timeout=30)
    assert "stateFilter: over" in message(answer, 400)


@pytest.mark.parametrize(
    "configuration",
    [
        {"query": 5},
        {},
        {"jobTimeoutMs": -1, "query": {"query": "SELECT 1"}},
        {"query": {"query": "SELECT 1", "writeDisposition": "NOPE"}},
        {"query": {"query": "SELECT 1", "createDisposition": "NOPE"}},
    ],
    ids=str,
)
def test_job_that_is_none_is_refused(rest: str, configuration: dict[str, Any]) -> None:
    address = f"{rest.rpartition('/datasets/')[0]}/jobs"
    answer = requests.post(address, json={"configuration": configuration}, timeout=30)
    assert message(answer, 400)


def test_time_limit_of_ages_is_none(client: bigquery.Client) -> None:
    config = bigquery.QueryJobConfig(job_timeout_ms=10**22)
    assert len(list(client.query("SELECT 1", job_config=config).result())) == 1


def test_copies_and_extracts_refuse_what_is_none(rest: str, client: bigquery.Client) -> None:
    table = f"local.{rest.rpartition('/')[2]}.t"
    with pytest.raises(exceptions.BadRequest, match="writeDisposition: NOPE"):
        client.copy_table(
            table, f"{table}_2", job_config=CopyJobConfig(write_disposition="NOPE")
        ).result()
    for delimiter in ("||", '"', "\n"):
        config = ExtractJobConfig(field_delimiter=delimiter)
        with pytest.raises(exceptions.BadRequest, match="Invalid value for fieldDelimiter"):
            client.extract_table(table, "gs://bucket/x", job_config=config).result()


def test_policy_that_was_changed_meanwhile_is_not_overwritten(
    rest: str, client: bigquery.Client
) -> None:
    table = f"local.{rest.rpartition('/')[2]}.t"
    first, second = client.get_iam_policy(table), client.get_iam_policy(table)
    first.bindings = [{"role": "roles/bigquery.dataViewer", "members": {"user:a@b.c"}}]
    kept = client.set_iam_policy(table, first)
    with pytest.raises(exceptions.Conflict, match="concurrent policy changes"):
        client.set_iam_policy(table, second)
    assert client.get_iam_policy(table).etag == kept.etag != second.etag
    kept.bindings = []
    assert client.set_iam_policy(table, kept).bindings == []


def begin(endpoint: str, dataset: str) -> str:
    target = {"projectId": "local", "datasetId": dataset, "tableId": "up"}
    body = {"configuration": {"load": {**_LOAD, "destinationTable": target}}}
    address = f"{endpoint}/upload/bigquery/v2/projects/local/jobs?uploadType=resumable"
    return str(requests.post(address, json=body, timeout=30).headers["Location"])


@pytest.mark.parametrize(
    "wrong", ["bytes 6-7/8", "bytes 0-1/8", "bytes 4-9/8", "bytes 5-4/8", "bytes 4-8/8", "4-5/8"]
)
def test_interrupted_upload_goes_on_after_a_piece_out_of_place(
    endpoint: str, client: bigquery.Client, dataset: str, wrong: str
) -> None:
    address = begin(endpoint, dataset)

    def put(data: bytes, place: str) -> requests.Response:
        return requests.put(address, data, headers={"Content-Range": place}, timeout=30)

    assert put(b"1\n2\n", "bytes 0-3/8").headers["Range"] == "bytes=0-3"
    assert message(put(b"3\n", wrong), 400)
    answer = put(b"", "bytes */8")
    assert (answer.status_code, answer.headers["Range"]) == (308, "bytes=0-3")
    last = put(b"3\n4\n", "bytes 4-7/8")
    assert last.json()["statistics"]["load"]["outputRows"] == "4"
    assert put(b"3\n4\n", "bytes 4-7/8").json()["id"] == last.json()["id"]
    assert client.get_table(f"{dataset}.up").num_rows == 4


def test_data_may_hold_what_looks_like_a_boundary(
    endpoint: str, client: bigquery.Client, dataset: str
) -> None:
    target = {"projectId": "local", "datasetId": dataset, "tableId": "up"}
    load = {**_LOAD, "schema": {"fields": [{"name": "a", "type": "STRING"}]}}
    body = {"configuration": {"load": {**load, "destinationTable": target}}}
    described = f"--b\r\nContent-Type: application/json\r\n\r\n{json.dumps(body)}\r\n"
    data = "--b\r\nContent-Type: */*\r\n\r\nx--b\n--b\n\r\n--b--\r\n"
    address = f"{endpoint}/upload/bigquery/v2/projects/local/jobs?uploadType=multipart"
    headers = {"Content-Type": "multipart/related; boundary=b"}
    answer = requests.post(address, (described + data).encode(), headers=headers, timeout=30)
    assert answer.json()["statistics"]["load"]["outputRows"] == "2"
    assert [row.a for row in client.list_rows(f"{dataset}.up")] == ["x--b", "--b"]
