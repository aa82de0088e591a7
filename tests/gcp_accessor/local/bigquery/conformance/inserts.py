"""Rows inserted."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place

FIELDS = [SchemaField("id", "INTEGER", "REQUIRED"), SchemaField("name", "STRING")]


def _insert(place: Place, rows: list[dict[str, Any]], **options: Any) -> list[dict[str, Any]]:
    return place.client.insert_rows_json(place.name("t"), rows, **options)


def json_rows(place: Place) -> None:
    """insert_rows_json"""
    place.make("t", *FIELDS)
    assert _insert(place, [{"id": 1, "name": "a"}, {"id": "2"}]) == []
    assert place.rows("t") == [[1, "a"], [2, None]]


def python_rows(place: Place) -> None:
    """insert_rows of Python values, as tuples and mappings"""
    fields = [
        SchemaField("i", "INT64"),
        SchemaField("n", "NUMERIC"),
        SchemaField("t", "TIMESTAMP"),
        SchemaField("d", "DATE"),
        SchemaField("b", "BYTES"),
        SchemaField("r", "RECORD", fields=[SchemaField("x", "INT64", "REPEATED")]),
    ]
    table = place.make("t", *fields)
    moment = datetime.datetime(2020, 1, 2, 3, 4, 5, 678, tzinfo=datetime.UTC)
    row = (1, Decimal("1.5"), moment, moment.date(), b"\x00", {"x": [1, 2]})
    names = [field.name for field in fields]
    assert place.client.insert_rows(table, [row, dict(zip(names, row, strict=True))]) == []
    assert place.rows("t") == [list(row)] * 2


def frame(place: Place) -> None:
    """insert_rows_from_dataframe"""
    import pandas as pd

    table = place.make("t", *FIELDS)
    rows = pd.DataFrame({"id": [1, 2, 3], "name": ["a", None, "c"]})
    assert place.client.insert_rows_from_dataframe(table, rows, chunk_size=2) == [[], []]
    assert place.rows("t") == [[1, "a"], [2, None], [3, "c"]]


def errors(place: Place) -> None:
    """name the errors of each row, and insert none"""
    place.make("t", *FIELDS)
    found = _insert(place, [{"id": 3}, {"id": "x"}, {"name": "n"}, {"id": 4, "nope": 1}])
    told = {entry["index"]: entry["errors"][0] for entry in found}
    assert {index: error["reason"] for index, error in told.items()} == {
        0: "stopped", 1: "invalid", 2: "invalid", 3: "invalid",
    }  # fmt: skip
    assert [told[index]["location"] for index in (1, 2, 3)] == ["id", "id", "nope"]
    assert "Missing required field: id" in told[2]["message"]
    assert "no such field: nope" in told[3]["message"]
    assert place.rows("t") == []


def wording(place: Place) -> None:
    """say what is wrong with a value: its field, the value, what it should be"""
    fields = [
        SchemaField("i", "INT64"),
        SchemaField("f", "FLOAT64"),
        SchemaField("b", "BOOL"),
        SchemaField("t", "TIMESTAMP"),
        SchemaField("l", "INT64", "REPEATED"),
        SchemaField("r", "RECORD", fields=[SchemaField("x", "INT64", "REQUIRED")]),
    ]
    place.make("t", *fields)
    rows_and_errors: list[tuple[dict[str, Any], str, str]] = [
        ({"i": "x"}, "i", "Cannot convert value to integer (bad value): x"),
        ({"f": "x"}, "f", "Cannot convert value to floating point (bad value): x"),
        ({"b": "x"}, "b", "Cannot convert value to boolean (bad value): x"),
        ({"t": "x"}, "t", "Could not parse 'x' as a timestamp. Required format is YYYY-MM-DD"),
        ({"i": [1]}, "i", "Array specified for non-repeated field."),
        ({"l": 1}, "l", "Repeated field must be imported as a JSON array. Field: l."),
        ({"r": 1}, "r", "This field: r is not a record."),
        ({"i": {"x": 1}}, "i", "This field: i is not a record."),
        ({"r": {"x": "y"}}, "r.x", "Cannot convert value to integer (bad value): y"),
        ({"r": {}}, "r.x", "Missing required field: r.x."),
        ({"r": {"x": 1, "y": 2}}, "r.y", "no such field: r.y."),
    ]
    found = _insert(place, [{"i": 1}, *(row for row, _, _ in rows_and_errors)])
    stopped = {"reason": "stopped", "location": "", "debugInfo": "", "message": ""}
    assert found[0] == {"index": 0, "errors": [stopped]}
    for entry, (_, location, message) in zip(found[1:], rows_and_errors, strict=True):
        [error] = entry["errors"]
        assert (error["reason"], error["location"], error["debugInfo"]) == ("invalid", location, "")
        assert error["message"].startswith(message)


def skip_invalid_rows(place: Place) -> None:
    """insert the good rows beside bad ones (skip_invalid_rows)"""
    place.make("t", *FIELDS)
    found = _insert(place, [{"id": 3}, {"id": "x"}], skip_invalid_rows=True)
    assert [entry["index"] for entry in found] == [1]
    assert place.rows("t") == [[3, None]]


def ignore_unknown_values(place: Place) -> None:
    """leave out unknown values (ignore_unknown_values)"""
    place.make("t", *FIELDS)
    assert _insert(place, [{"id": 1, "nope": {"a": 1}}], ignore_unknown_values=True) == []
    assert place.rows("t") == [[1, None]]


def insert_ids(place: Place) -> None:
    """insert a row of an id once"""
    place.make("t", *FIELDS)
    rows = [{"id": 1}, {"id": 2}]
    assert _insert(place, rows, row_ids=["a", "b"]) == []
    assert _insert(place, [*rows, {"id": 3}], row_ids=["a", "b", "c"]) == []
    assert len(place.rows("t")) == 3
    assert _insert(place, rows, row_ids=[None, None]) == []
    assert len(place.rows("t")) == 5


def template_suffix(place: Place) -> None:
    """make tables after a template (template_suffix)"""
    place.make("t", *FIELDS)
    assert _insert(place, [{"id": 1}], template_suffix="_2020") == []
    assert place.rows("t_2020") == [[1, None]]
    assert place.client.get_table(place.name("t_2020")).schema == FIELDS
    assert place.rows("t") == []


def wrong_shapes(place: Place) -> None:
    """refuse arrays, records and values of other shapes"""
    record = SchemaField("r", "RECORD", fields=[SchemaField("x", "INT64")])
    place.make("t", SchemaField("a", "INT64"), SchemaField("l", "INT64", "REPEATED"), record)
    for row in (
        {"a": [1]}, {"a": {"x": 1}}, {"l": 1}, {"l": [None]}, {"r": 1}, {"r": {"y": 1}},
        {"a": 1.5}, {"a": "1.0x"}, {"a": True},
    ):  # fmt: skip
        assert _insert(place, [row]), row
    assert place.rows("t") == []


def values_as_text(place: Place) -> None:
    """take numbers, truth and times spelled as text"""
    kinds = {"i": "INT64", "f": "FLOAT64", "b": "BOOL", "t": "TIMESTAMP", "s": "STRING"}
    place.make("t", *[SchemaField(name, kind) for name, kind in kinds.items()])
    rows = [
        {"i": "7", "f": "1e3", "b": "true", "t": "2020-01-01T00:00:00Z", "s": "x"},
        {"i": 7, "f": "NaN", "b": False, "t": "2020-01-01 01:00:00+01:00", "s": 5},
    ]
    assert _insert(place, rows) == []
    moment = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    first, second = place.rows("t")
    assert first == [7, 1000.0, True, moment, "x"]
    assert second[1] != second[1]
    assert [second[0], *second[2:]] == [7, False, moment, "5"]


def nowhere(place: Place) -> None:
    """refuse no rows, and tables that are not there"""
    place.make("t", *FIELDS)
    with pytest.raises(exceptions.BadRequest, match=r"No rows present in the request\."):
        _insert(place, [])
    with pytest.raises(exceptions.NotFound, match="Not found: Table"):
        place.client.insert_rows_json(place.name("none"), [{"id": 1}])
