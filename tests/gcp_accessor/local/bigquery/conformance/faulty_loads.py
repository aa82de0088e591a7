"""Errors of loads."""

import io
import json
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import LoadJobConfig, SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place

_READING = "Error while reading data, error message: "
_FIELDS = [
    SchemaField("name", "STRING", "REQUIRED"),
    SchemaField("age", "INT64"),
    SchemaField("score", "FLOAT64"),
    SchemaField("at", "DATETIME"),
]
_NESTED = [
    *_FIELDS,
    SchemaField("tags", "STRING", "REPEATED"),
    SchemaField("home", "RECORD", fields=[SchemaField("zip", "INT64", "REQUIRED")]),
]


def _errors(place: Place, data: str, *, uri: str | None = None, **options: Any) -> list[Any]:
    """The errors of the job, the one that ended it first."""
    config = LoadJobConfig(**options)
    if uri is None:
        file = io.BytesIO(data.encode())
        job = place.client.load_table_from_file(file, place.name("t"), job_config=config)
    else:
        job = place.client.load_table_from_uri(uri, place.name("t"), job_config=config)
    assert isinstance(job.exception(), exceptions.BadRequest)
    assert job.errors[0] == job.error_result
    assert all(error["reason"] == "invalid" for error in job.errors)
    assert not place.client.list_tables(place.dataset).num_results
    return list(job.errors)


def _csv(place: Place, row: str, **options: Any) -> str:
    data = f"anna,1,0.5,2020-01-02 03:04:05\n{row}\n"
    errors = _errors(place, data, source_format="CSV", schema=_FIELDS, **options)
    counts = "Rows: 2; errors: 1; max bad: 0; error percent: 0"
    summary = f"CSV processing encountered too many errors, giving up. {counts}"
    assert [error["message"] for error in errors[1:]] == [_READING + summary]
    return str(errors[0]["message"]).removeprefix(_READING)


def _json(place: Place, row: str) -> str:
    data = f'{{"name": "anna"}}\n{row}\n'
    errors = _errors(place, data, source_format="NEWLINE_DELIMITED_JSON", schema=_NESTED)
    assert "JSON processing encountered too many errors" in errors[1]["message"]
    head = f"{_READING}JSON parsing error in row starting at position 17: "
    assert errors[0]["message"].startswith(head)
    message, _, place_told = errors[0]["message"].removeprefix(head).rpartition("; ")
    assert place_told == "line_number: 2 byte_offset_to_start_of_line: 17"
    return str(message)


def csv_values(place: Place) -> None:
    """of CSV: the value, its column, type and place"""
    assert _csv(place, "ben,1.5,,") == (
        "Could not parse '1.5' as INT64 for field age (position 1) starting at location 31 with "
        "message 'Unable to parse'; line_number: 2 byte_offset_to_start_of_line: 31 "
        'column_index: 1 column_name: "age" column_type: INT64 value: "1.5"'
    )
    assert "Could not parse 'x' as DOUBLE for field score (position 2)" in _csv(place, "b,,x,")
    message = _csv(place, "b,,,yesterday")
    assert "as DATETIME for field at (position 3)" in message
    assert "with message 'Invalid datetime string \"yesterday\"'" in message


def csv_shapes(place: Place) -> None:
    """of CSV: lines that are too short or too long, quotes, what is required"""
    assert _csv(place, "ben,1").startswith(
        "CSV table references column position 3, but line starting at position:31 contains only 2 "
        "columns."
    )
    assert _csv(place, "ben,1,,,5").startswith("Too many values in row starting at position: 31.")
    head = "Error detected while parsing row starting at position: 31. Error: "
    assert _csv(place, '"ben"x,1,,').startswith(f"{head}Data between close quote character")
    assert _csv(place, '"ben,1,,').startswith(f"{head}Missing close quote character")
    missing = "Required column value for column index: 0 is missing in row starting at position: 31"
    assert _csv(place, ",1,,").startswith(missing)


def json_values(place: Place) -> None:
    """of JSON lines: values that do not convert"""
    convert = "Could not convert value 'string_value: \"x\"' to integer. Field: age; Value: x"
    assert _json(place, '{"name": "b", "age": "x"}') == convert
    convert = "Could not convert value 'number_value: 1.5' to integer. Field: age; Value: 1.5"
    assert _json(place, '{"name": "b", "age": 1.5}') == convert
    assert "'bool_value: true' to double. Field: score" in _json(
        place, '{"name": "b", "score": true}'
    )
    assert "Field: home.zip; Value: x" in _json(place, '{"name": "b", "home": {"zip": "x"}}')
    assert "Couldn't convert value to datetime: Could not parse 'x'" in _json(
        place, '{"name": "b", "at": "x"}'
    )


def json_shapes(place: Place) -> None:
    """of JSON lines: keys that no field has, what is required, arrays, records, broken lines"""
    for row, message in (
        ({"name": "b", "y": 1}, "No such field: y."),
        ({"name": "b", "home": {"zip": 1, "y": 1}}, "No such field: home.y."),
        ({"age": 1}, "Missing required field: name."),
        ({"name": "b", "home": {}}, "Missing required field: home.zip."),
        ({"name": None}, "Only optional fields can be set to NULL. Field: name; Value: NULL"),
        (
            {"name": "b", "tags": [None]},
            "Only optional fields can be set to NULL. Field: tags; Value: NULL",
        ),
        (
            {"name": "b", "tags": "x"},
            "Repeated field must be imported as a JSON array. Field: tags.",
        ),
        (
            {"name": "b", "tags": ["\ud800"]},
            "Field tags holds half of a character, a surrogate without the other one.",
        ),
        ({"name": "b", "age": [1]}, "Array specified for non-repeated field: age."),
        ({"name": "b", "age": {"x": 1}}, "JSON object specified for non-record field: age"),
    ):
        assert _json(place, json.dumps(row)) == message
    assert _json(place, '{"name": "b"') == "Parser terminated before end of string"
    assert _json(place, "[1]") == "Start of array encountered without start of object."


def of_storage(place: Place) -> None:
    """of files in Cloud Storage, with their URI"""
    good, bad = place.put("a.csv", "anna,1,,\n"), place.put("b.csv", "h\nben,x,,\n")
    options = {"source_format": "CSV", "schema": _FIELDS, "skip_leading_rows": 1}
    for uri in (bad, bad.replace("b.csv", "*.csv")):
        errors = _errors(place, "", uri=uri, **options)
        assert {error["location"] for error in errors} == {bad}
        assert "starting at location 2 with message" in errors[0]["message"]
        assert errors[0]["message"].endswith(f' value: "x" File: {bad}')
    assert good


def over_the_limit(place: Place) -> None:
    """of more records than max_bad_records, each of them"""
    data = "a,1,,\nb,x,,\nc,2,,\nd,y,,\ne,z,,\n"
    options = {"source_format": "CSV", "schema": _FIELDS}
    first, *others = _errors(place, data, max_bad_records=1, **options)
    assert "too many errors, giving up. Rows: 4; errors: 2; max bad: 1;" in first["message"]
    assert ["'x'" in others[0]["message"], "'y'" in others[1]["message"]] == [True, True]
    config = LoadJobConfig(max_bad_records=3, **options)
    file = io.BytesIO(data.encode())
    job = place.client.load_table_from_file(file, place.name("t"), job_config=config)
    assert (job.result().output_rows, job.error_result) == (2, None)
    assert [error["message"].partition("; ")[2].partition(" byte")[0] for error in job.errors] == [
        "line_number: 2",
        "line_number: 4",
        "line_number: 5",
    ]


def of_parquet(place: Place) -> None:
    """of Parquet: the column, its type and the one that it should have"""
    import pyarrow as pa
    import pyarrow.parquet as pq

    record = SchemaField("r", "RECORD", fields=[SchemaField("x", "INT64")])
    for values, field, words in (
        (["a"], SchemaField("v", "INT64"), "'v' has type BYTE_ARRAY which does not match the"
         " target cpp_type INT64."),
        ([1.5], SchemaField("v", "INT64"), "'v' has type DOUBLE"),
        ([1], SchemaField("v", "STRING"), "'v' has type INT64"),
        ([1], SchemaField("v", "INT64", "REPEATED"), "target cpp_type LIST"),
    ):  # fmt: skip
        buffer = io.BytesIO()
        pq.write_table(pa.table({"v": values}), buffer)
        with pytest.raises(exceptions.BadRequest, match="Parquet column") as caught:
            _load_parquet(place, buffer, field)
        assert words in str(caught.value)
    buffer = io.BytesIO()
    pq.write_table(pa.table({"r": [{"x": "1"}]}), buffer)
    with pytest.raises(exceptions.BadRequest, match=r"Parquet column 'r\.x'"):
        _load_parquet(place, buffer, record)


def _load_parquet(place: Place, buffer: io.BytesIO, field: SchemaField) -> None:
    buffer.seek(0)
    config = LoadJobConfig(source_format="PARQUET", schema=[field])
    place.client.load_table_from_file(buffer, place.name("t"), job_config=config).result()
