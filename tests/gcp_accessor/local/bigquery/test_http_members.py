"""Members of requests that are not what they must be: refused, and never kept."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from ml_api_kit.gcp_accessor.local.bigquery import Engine, create_app

PROJECT = "/bigquery/v2/projects/local"
ODD: list[Any] = [None, 1, -1, "x", True, [], {}, [1], [{}], {"a": 1}, {"fields": [1]}, "9" * 30]
INT64 = {"typeKind": "INT64"}
FUNCTION = {
    "routineReference": {"routineId": "f"},
    "routineType": "SCALAR_FUNCTION",
    "arguments": [{"name": "x", "dataType": INT64}],
    "returnType": INT64,
    "definitionBody": "x + 1",
}
TABLE = {
    "tableReference": {"tableId": "u"},
    "schema": {"fields": [{"name": "a", "type": "INTEGER", "mode": "NULLABLE"}]},
    "rangePartitioning": {"field": "a", "range": {"start": "0", "end": "9", "interval": "2"}},
    "clustering": {"fields": ["a"]},
    "expirationTime": "99999999999999",
    "labels": {"a": "b"},
}
RANGE = {
    "name": "p",
    "parameterType": {"type": "RANGE", "rangeElementType": {"type": "DATE"}},
    "parameterValue": {"rangeValue": {"start": {"value": "2020-01-01"}, "end": {}}},
}
T = {"datasetId": "odd", "tableId": "t"}
LOAD = {
    "sourceUris": ["gs://a/b"], "destinationTable": T, "schema": {"fields": []},
    "maxBadRecords": 1, "skipLeadingRows": "1", "parquetOptions": {}, "nullMarkers": ["a"],
    "decimalTargetTypes": ["NUMERIC"], "destinationTableProperties": {"description": "x"},
}  # fmt: skip
COPY = {"sourceTables": [T], "destinationTable": T, "operationType": "SNAPSHOT"}
REQUESTS: list[tuple[str, str, Any]] = [
    ("POST", "/datasets", {"datasetReference": {"datasetId": "n"}, "labels": {"a": "b"}}),
    ("PATCH", "/datasets/odd", {"labels": {"a": "b"}, "defaultTableExpirationMs": "3600000"}),
    ("POST", "/datasets/odd/tables", TABLE),
    ("PATCH", "/datasets/odd/tables/t", {"schema": TABLE["schema"], "labels": {"a": None}}),
    ("POST", "/datasets/odd/tables/t/insertAll", {"rows": [{"json": {"a": 1}, "insertId": "x"}]}),
    ("POST", "/datasets/odd/tables/t:setIamPolicy", {"policy": {"bindings": []}}),
    ("POST", "/datasets/odd/routines", FUNCTION),
    ("PUT", "/datasets/odd/routines/f", FUNCTION),
    ("POST", "/jobs", {"jobReference": {"jobId": "j"}, "configuration": {"load": LOAD}}),
    ("POST", "/jobs", {"configuration": {"copy": COPY}}),
    ("POST", "/queries", {"query": "SELECT @p", "queryParameters": [RANGE], "formatOptions": {}}),
]


@pytest.fixture(scope="module")
def http(engine: Engine) -> Iterator[Client]:
    http = Client(create_app(engine))
    http.post(f"{PROJECT}/datasets", json={"datasetReference": {"datasetId": "odd"}})
    made = {**TABLE, "tableReference": {"tableId": "t"}}
    http.post(f"{PROJECT}/datasets/odd/tables", json=made)
    yield http
    http.delete(f"{PROJECT}/datasets/odd?deleteContents=true")
    http.delete(f"{PROJECT}/datasets/n?deleteContents=true")


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    if isinstance(value, list):
        value = dict(enumerate(value))
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield from places(inner, (*place, key))


def with_odd(body: Any, place: tuple[Any, ...], odd: Any) -> Any:
    if not place:
        return odd
    changed = copy.deepcopy(body)
    target = changed
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = odd
    return changed


@pytest.mark.parametrize(
    ("method", "path", "body"),
    REQUESTS,
    ids=[f"{number} {method} {path}" for number, (method, path, _) in enumerate(REQUESTS)],
)
def test_no_member_makes_the_server_fail(http: Client, method: str, path: str, body: Any) -> None:
    values = [item for item in places(body) if item]
    for place in values:
        for odd in ODD:
            sent = with_odd(body, place, odd)
            response = http.open(PROJECT + path, method=method, json=sent)
            assert response.status_code < 500, sent
    for listed in ("/datasets", "/datasets/odd/tables", "/datasets/odd/routines"):
        assert http.get(PROJECT + listed).status_code == 200


@pytest.mark.parametrize(
    ("labels", "is_right"),
    [
        ({"team": "blue_1-2", "été": ""}, True),
        ({"Team": "blue"}, False),
        ({"team": "Blue"}, False),
        ({"1st": "a"}, False),
        ({"a" * 64: "a"}, False),
        ({"team": 1}, False),
    ],
)
def test_labels_are_those_that_bigquery_takes(
    http: Client, labels: dict[str, Any], is_right: bool
) -> None:
    changed = http.patch(f"{PROJECT}/datasets/odd/tables/t", json={"labels": labels})
    assert changed.status_code == (200 if is_right else 400)
