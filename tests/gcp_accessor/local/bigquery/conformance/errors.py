"""Errors."""

from typing import Any

import pytest
import requests
from google.api_core import exceptions

from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def queries(place: Place) -> None:
    """wrong queries, in BigQuery's words"""
    for sql, kind, words in (
        ("SELEC 1", exceptions.BadRequest, "Syntax error"),
        (
            "SELECT * FROM nope.nope",
            exceptions.NotFound,
            "Not found: Dataset local:nope was not found in location US",
        ),
        ("SELECT nope", exceptions.BadRequest, "Unrecognized name: nope"),
        ("SELECT 1 / 0", exceptions.BadRequest, "division by zero"),
        ("SELECT 'a' || 1", exceptions.BadRequest, r"No matching signature for operator \|\|"),
        ("SELECT CAST('x' AS INT64)", exceptions.BadRequest, "Bad int64 value: x"),
        ("SELECT 1 AS a, 2 AS a", exceptions.BadRequest, "Duplicate column names"),
        ("SELECT [1, 2][OFFSET(2)]", exceptions.BadRequest, "out of bounds"),
        ("SELECT 9223372036854775807 + 1", exceptions.BadRequest, "int64 overflow"),
    ):
        with pytest.raises(kind, match=words):
            place.ask(sql)
    with pytest.raises(exceptions.BadRequest, match="must be qualified with a dataset"):
        place.client.query("SELECT * FROM t").result()


def forms(place: Place) -> None:
    """status, reason, domain and location of each"""

    def told(method: str, path: str, **options: Any) -> tuple[int, str, str]:
        answer = requests.request(method, f"{place.url}/bigquery/v2{path}", timeout=30, **options)
        error = answer.json()["error"]
        assert error["code"] == answer.status_code
        assert error["message"] == error["errors"][0]["message"]
        assert error["errors"][0]["domain"] == "global"
        return answer.status_code, error["errors"][0]["reason"], error["status"]

    project = "/projects/local"
    assert told("GET", f"{project}/datasets/none") == (404, "notFound", "NOT_FOUND")
    assert told("GET", f"{project}/nothing") == (404, "notFound", "NOT_FOUND")
    body = {"datasetReference": {"datasetId": place.dataset}}
    taken = told("POST", f"{project}/datasets", json=body)
    assert taken == (409, "duplicate", "ALREADY_EXISTS")
    query = {"query": "SELEC", "useLegacySql": False}
    invalid = told("POST", f"{project}/queries", json=query)
    assert invalid == (400, "invalidQuery", "INVALID_ARGUMENT")
    garbage = told("POST", f"{project}/queries", data=b"{")
    assert garbage == (400, "parseError", "INVALID_ARGUMENT")


def bad_requests(place: Place) -> None:
    """bodies and paths that no client sends are never a 5xx"""
    root = f"{place.url}/bigquery/v2/projects/local"
    upload = f"{place.url}/upload/bigquery/v2/projects/local/jobs?uploadType=multipart"
    for method, url, data in (
        ("POST", f"{root}/jobs", b"[]"),
        ("POST", f"{root}/jobs", b"\xff\xfe"),
        ("POST", f"{root}/datasets", b"null"),
        ("PATCH", f"{root}/datasets/{place.dataset}", b"{"),
        ("POST", f"{root}/datasets/{place.dataset}/tables", b'{"tableReference": []}'),
        ("PUT", f"{root}/nothing", b""),
        ("POST", upload, b"--x"),
        ("GET", f"{root}/datasets/%00/tables/%ff", b""),
    ):
        answer = requests.request(method, url, data=data, timeout=30)
        assert 400 <= answer.status_code < 500, (method, url, data)
        assert answer.json()["error"]["message"]


def truncated_uploads(place: Place) -> None:
    """an upload that is cut off, or longer than it says, loads nothing"""
    url = f"{place.url}/upload/bigquery/v2/projects/local/jobs?uploadType=resumable"
    table = {"projectId": "local", "datasetId": place.dataset, "tableId": "t"}
    fields = [{"name": "a", "type": "INTEGER"}]
    load = {"destinationTable": table, "schema": {"fields": fields}}
    begun = requests.post(url, json={"configuration": {"load": load}}, timeout=30)
    session = begun.headers["Location"]
    first = requests.put(
        session, data=b"1\n2\n", headers={"Content-Range": "bytes 0-3/8"}, timeout=30
    )
    assert (first.status_code, first.headers["Range"]) == (308, "bytes=0-3")
    with pytest.raises(exceptions.NotFound):
        place.client.get_table(place.name("t"))
    wrong = requests.put(
        session, data=b"9\n9\n9\n", headers={"Content-Range": "bytes 4-7/8"}, timeout=30
    )
    assert wrong.status_code == 400
    last = requests.put(
        session, data=b"3\n4\n", headers={"Content-Range": "bytes 4-7/8"}, timeout=30
    )
    assert last.json()["statistics"]["load"]["outputRows"] == "4"
