"""The application below the client: bodies, paths and methods that no client would send."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from ml_api_kit.gcp_accessor.local.bigquery import Engine, create_app

PROJECT = "/bigquery/v2/projects/local"
UPLOAD = "/upload/bigquery/v2/projects/local/jobs"


@pytest.fixture(scope="module")
def http(engine: Engine) -> Client:
    return Client(create_app(engine))


def assert_is_error(response: TestResponse, status: int) -> dict[str, Any]:
    assert response.status_code == status
    error: dict[str, Any] = json.loads(response.data)["error"]
    assert error["code"] == status
    assert error["errors"][0]["reason"]
    return error


GARBAGE = [b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b"[" * 100_000]
POSTS = ["/datasets", "/jobs", "/queries"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_body_is_400(http: Client, path: str, body: bytes) -> None:
    assert_is_error(http.post(PROJECT + path, data=body), 400)


@pytest.mark.parametrize("path", POSTS)
def test_empty_body_is_400(http: Client, path: str) -> None:
    assert_is_error(http.post(PROJECT + path), 400)


def test_gzip_body_is_unpacked(http: Client) -> None:
    body = gzip.compress(json.dumps({"query": "SELECT 1"}).encode())
    headers = {"Content-Encoding": "gzip"}
    response = http.post(f"{PROJECT}/queries", data=body, headers=headers)
    assert json.loads(response.data)["rows"] == [{"f": [{"v": "1"}]}]
    broken = http.post(f"{PROJECT}/queries", data=body[:-9], headers=headers)
    assert_is_error(broken, 400)


def test_unknown_path_is_404_and_method_405(http: Client) -> None:
    assert_is_error(http.get("/bigquery/v2/nothing"), 404)
    assert_is_error(http.delete(f"{PROJECT}/datasets"), 405)


@pytest.mark.parametrize(
    "configuration",
    [
        {},
        {"query": "SELECT 1"},
        {"query": {}},
        {"query": {"query": 5}},
        {"query": {"query": "SELECT 1", "queryParameters": "x"}},
        {"load": {}},
        {"load": {"sourceUris": ["x"]}},
        {"load": {"sourceUris": ["gs://a/b"], "destinationTable": 1}},
        {"copy": {}},
    ],
)
def test_bad_job_is_400_or_fails(http: Client, configuration: dict[str, Any]) -> None:
    response = http.post(f"{PROJECT}/jobs", json={"configuration": configuration})
    body = json.loads(response.data)
    assert response.status_code == 400 or body["status"]["errorResult"]["message"]


@pytest.mark.parametrize(
    "parameter",
    [
        {},
        {"name": "p"},
        {"name": "p", "parameterType": {"type": "NOPE"}, "parameterValue": {"value": "1"}},
        {"name": "p", "parameterType": {"type": "INT64"}, "parameterValue": {"value": "x"}},
        {"name": "p", "parameterType": {"type": "BYTES"}, "parameterValue": {"value": "?"}},
        {"name": "p", "parameterType": {"type": "ARRAY"}},
        {"name": "p", "parameterType": {"type": "STRUCT"}},
        {"name": "p", "parameterType": {"type": "STRUCT", "structTypes": [1]}},
        {"name": "p", "parameterType": {"type": "ARRAY", "arrayType": 1}},
    ],
)
def test_bad_parameter_is_400(http: Client, parameter: dict[str, Any]) -> None:
    body = {"query": "SELECT @p", "queryParameters": [parameter]}
    assert_is_error(http.post(f"{PROJECT}/queries", json=body), 400)


def test_bad_upload_is_refused(http: Client) -> None:
    assert_is_error(http.post(UPLOAD), 400)
    assert_is_error(http.post(f"{UPLOAD}?uploadType=multipart", data=b"x"), 400)
    assert_is_error(http.put(f"{UPLOAD}?upload_id=none", data=b"x"), 404)


def test_upload_piece_out_of_place_is_400(http: Client) -> None:
    begun = http.post(f"{UPLOAD}?uploadType=resumable", json={"configuration": {"load": {}}})
    place = begun.headers["Location"]
    piece = http.put(place, data=b"abc", headers={"Content-Range": "bytes 5-7/9"})
    assert_is_error(piece, 400)
    asked = http.put(place, headers={"Content-Range": "bytes */9"})
    assert asked.status_code == 308


@pytest.mark.parametrize("token", ["x", "-1", "1.5"])
def test_bad_page_token_is_400(http: Client, token: str) -> None:
    made = http.post(f"{PROJECT}/queries", json={"query": "SELECT 1"})
    job_id = json.loads(made.data)["jobReference"]["jobId"]
    assert_is_error(http.get(f"{PROJECT}/queries/{job_id}?pageToken={token}"), 400)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["configuration", "query", "load", "schema", "fields", "name", "type", "rows", "json",
             "datasetReference", "datasetId", "tableReference", "tableId", "view", "mode",
             "queryParameters", "parameterType", "parameterValue", "value", "destinationTable",
             "jobReference", "jobId", "formatOptions", "maxResults", "defaultDataset"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    body=st.dictionaries(st.sampled_from(["configuration", "query", "schema", "rows",
       "tableReference", "datasetReference", "view", "queryParameters", "jobReference",
       "formatOptions", "maxResults", "labels", "defaultDataset"]), JSON, max_size=4),
       path=st.sampled_from([*POSTS, "/datasets/none/tables", "/datasets/none/tables/t/insertAll",
                             "/datasets/none"]))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_json_makes_the_server_fail(http: Client, body: dict[str, Any], path: str) -> None:
    method = "PATCH" if path == "/datasets/none" else "POST"
    response = http.open(PROJECT + path, method=method, json=body)
    assert response.status_code < 500, response.data
