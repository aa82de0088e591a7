"""Load jobs of JSON lines."""

import datetime
import gzip
import json
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import LoadJobConfig, SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, load, refused

FIELDS = [
    SchemaField("id", "INTEGER"),
    SchemaField("tags", "STRING", "REPEATED"),
    SchemaField(
        "parts", "RECORD", "REPEATED",
        fields=[SchemaField("x", "FLOAT"), SchemaField("days", "DATE", "REPEATED")],
    ),
]  # fmt: skip


def _load(place: Place, rows: list[Any] | bytes, **options: Any) -> list[list[Any]]:
    data = rows if isinstance(rows, bytes) else "\n".join(map(json.dumps, rows)).encode()
    options = {"schema": FIELDS, "source_format": "NEWLINE_DELIMITED_JSON", **options}
    return load(place, data, **options)


def nested(place: Place) -> None:
    """nested and repeated fields"""
    parts = [{"x": 1.5, "days": ["2020-01-01"]}, {"x": None}]
    rows = _load(place, [{"id": 1, "tags": ["x", "y"], "parts": parts}, {"id": 2}])
    day = datetime.date(2020, 1, 1)
    expected = [{"x": 1.5, "days": [day]}, {"x": None, "days": []}]
    assert rows == [[1, ["x", "y"], expected], [2, [], []]]


def packed(place: Place) -> None:
    """gzipped, with empty lines, without a last newline"""
    assert _load(place, gzip.compress(b'{"id": 1}\n\n{"id": "2"}')) == [[1, [], []], [2, [], []]]


def python_rows(place: Place) -> None:
    """load_table_from_json"""
    rows = [{"id": 1, "tags": ["é"]}, {"id": 2}]
    config = LoadJobConfig(schema=FIELDS)
    place.client.load_table_from_json(rows, place.name("t"), job_config=config).result()
    assert place.rows("t") == [[1, ["é"], []], [2, [], []]]


def autodetect(place: Place) -> None:
    """find the schema (autodetect), also of nested values"""
    rows = [{"id": 1, "name": "a", "ok": True, "at": "2020-01-02T03:04:05Z", "r": {"x": [1.5]}}]
    place.client.load_table_from_json(rows, place.name("t")).result()
    found = {field.name: field for field in place.client.get_table(place.name("t")).schema}
    kinds = {name: field.field_type for name, field in found.items()}
    assert kinds == {
        "id": "INTEGER", "name": "STRING", "ok": "BOOLEAN", "at": "TIMESTAMP", "r": "RECORD",
    }  # fmt: skip
    assert found["r"].fields[0] == SchemaField("x", "FLOAT", "REPEATED")


def unknown_values(place: Place) -> None:
    """refuse unknown keys, or leave them out (ignore_unknown_values)"""
    with pytest.raises(exceptions.BadRequest, match=r"No such field: nope\."):
        _load(place, [{"id": 1, "nope": 2}])
    with pytest.raises(exceptions.BadRequest, match=r"No such field: parts\.y\."):
        _load(place, [{"parts": [{"y": 2}]}])
    assert _load(place, [{"id": 1, "nope": 2}], ignore_unknown_values=True) == [[1, [], []]]


def bad_records(place: Place) -> None:
    """leave out bad records, up to max_bad_records"""
    data = b'{"id": 1}\n{"id": "x"}\n{"id": 2\n{"id": 3}\n'
    assert _load(place, data, max_bad_records=2) == [[1, [], []], [3, [], []]]
    with pytest.raises(exceptions.BadRequest, match="too many errors"):
        _load(place, data, max_bad_records=1)


def bad(place: Place) -> None:
    """refuse a file that is no JSON lines, or does not fit"""
    for data in (b'{"id": 1', b'[{"id": 1}]', b'{"id": "x"}', b'{"id": [1]}', b'{"tags": "x"}'):
        with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
            _load(place, data)


def json_values(place: Place) -> None:
    """values of type JSON"""
    fields = [SchemaField("j", "JSON")]
    rows = _load(place, [{"j": {"a": [1, None]}}, {"j": '"text"'}, {"j": 5}, {}], schema=fields)
    assert rows == [[{"a": [1, None]}], ["text"], [5], [None]]


@refused
def case_of_keys(place: Place) -> None:
    """keys in another case than the fields"""
    assert _load(place, [{"ID": 1, "Tags": ["a"]}]) == [[1, ["a"], []]]
