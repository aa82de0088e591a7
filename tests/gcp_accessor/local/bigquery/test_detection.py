"""Loads that detect a schema, by the rules of BigQuery's documentation of schema auto-detection."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import math
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, SchemaField

UTC = dt.UTC


def load(client: bigquery.Client, dataset: str, data: bytes, **options: Any) -> list[Any]:
    """The names, types and first values of the columns that were detected."""
    name = f"local.{dataset}.detected"
    config = LoadJobConfig(autodetect=True, **{"source_format": "CSV", **options})
    client.load_table_from_file(io.BytesIO(data), name, job_config=config).result()
    table = client.get_table(name)
    row = next(iter(client.list_rows(name)))
    return [(one.name, one.field_type, row[one.name]) for one in table.schema]


@pytest.mark.parametrize("mark", [",", "|", "\t"], ids=["comma", "pipe", "tab"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_delimiter_is_detected(client: bigquery.Client, dataset: str, mark: str, pack: Any) -> None:
    lines = ["id", "text"], ["1", '"a, b | c"'], ["2", "x"]
    data = "".join(mark.join(line) + "\n" for line in lines).encode()
    found = load(client, dataset, pack(data))
    assert found == [("id", "INTEGER", 1), ("text", "STRING", "a, b | c")]


def test_given_delimiter_is_not_replaced(client: bigquery.Client, dataset: str) -> None:
    found = load(client, dataset, b"a,b;c\n1,2;3\n", field_delimiter=";", skip_leading_rows=1)
    assert found == [("a_b", "STRING", "1,2"), ("c", "INTEGER", 3)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12/31/2024", "STRING", "12/31/2024"),
        ("31.12.2024", "STRING", "31.12.2024"),
        ("2024/12/31", "STRING", "2024/12/31"),
        ("2024-02-30", "STRING", "2024-02-30"),
        ("2024-12-31", "DATE", dt.date(2024, 12, 31)),
        ("23:59:59.5", "TIME", dt.time(23, 59, 59, 500000)),
        ("24:00:00", "STRING", "24:00:00"),
        ("2018-08-19 12:11", "TIMESTAMP", dt.datetime(2018, 8, 19, 12, 11, tzinfo=UTC)),
        ("2018/08/19 12:11", "TIMESTAMP", dt.datetime(2018, 8, 19, 12, 11, tzinfo=UTC)),
        ("2018-08-19T12:11:35Z", "TIMESTAMP", dt.datetime(2018, 8, 19, 12, 11, 35, tzinfo=UTC)),
        (
            "2018-08-19 07:11:35.220 -05:00",
            "TIMESTAMP",
            dt.datetime(2018, 8, 19, 12, 11, 35, 220000, UTC),
        ),
        ("inf", "FLOAT", math.inf),
        ("1e2", "FLOAT", 100.0),
        (".5", "FLOAT", 0.5),
        ("9223372036854775807", "INTEGER", 2**63 - 1),
        ("9223372036854775808", "FLOAT", 2.0**63),
        ("007", "INTEGER", 7),
        ("0x1F", "STRING", "0x1F"),
        ("yes", "BOOLEAN", True),
        ("F", "BOOLEAN", False),
    ],
)
def test_type_is_detected_so_that_the_value_loads(
    client: bigquery.Client, dataset: str, text: str, kind: str, value: Any
) -> None:
    found = load(client, dataset, f"x,n\n{text},1\n".encode(), skip_leading_rows=1)
    assert found == [("x", kind, value), ("n", "INTEGER", 1)]


def test_column_without_values_is_text(client: bigquery.Client, dataset: str) -> None:
    found = load(client, dataset, b"a,b\n1,\n2,\n")
    assert found == [("a", "INTEGER", 1), ("b", "STRING", None)]


def test_line_of_texts_above_texts_is_no_header(client: bigquery.Client, dataset: str) -> None:
    found = load(client, dataset, b"a,b\nx,z\n")
    assert found == [("string_field_0", "STRING", "a"), ("string_field_1", "STRING", "b")]


def test_names_that_spell_truth_are_a_header_above_numbers(
    client: bigquery.Client, dataset: str
) -> None:
    found = load(client, dataset, b"x,y\n1,2.5\n")
    assert found == [("x", "INTEGER", 1), ("y", "FLOAT", 2.5)]


def test_names_are_made_such_as_columns_may_have(client: bigquery.Client, dataset: str) -> None:
    found = load(client, dataset, b"a b,2x,,A_B\n1,2,3,4\n", skip_leading_rows=1)
    assert [name for name, _, _ in found] == ["a_b", "_2x", "int64_field_2", "A_B_1"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_newline_within_quotes_is_no_end_of_a_record(
    client: bigquery.Client, dataset: str, end: bytes
) -> None:
    data = end.join([b"id,text", b'1,"two\nlines"', b"2,x", b""])
    assert load(client, dataset, data)[1] == ("text", "STRING", "two\nlines")


def test_types_are_those_of_the_first_500_records(client: bigquery.Client, dataset: str) -> None:
    data = b"x\n" + b"1\n" * 499 + b"1.5\n"
    assert load(client, dataset, data)[0][:2] == ("x", "FLOAT")
    client.delete_table(f"local.{dataset}.detected")
    with pytest.raises(exceptions.BadRequest, match=r"Could not parse '1\.5' as INT64 for field x"):
        load(client, dataset, b"x\n" + b"1\n" * 500 + b"1.5\n")


def test_formats_of_the_options_are_detected(client: bigquery.Client, dataset: str) -> None:
    found = load(client, dataset, b"d\n12/31/2024\n", skip_leading_rows=1, date_format="MM/DD/YYYY")
    assert found == [("d", "DATE", dt.date(2024, 12, 31))]


def test_json_texts_become_what_they_spell(client: bigquery.Client, dataset: str) -> None:
    data = (
        b'{"id": "12", "day": "12/31/2024", "at": "2024-12-31 10:00:00", "parts": [{"x": "1.5"}],'
        b' "big": 99999999999999999999, "ok": "true", "word": "yes"}\n'
    )
    found = load(client, dataset, data, source_format="NEWLINE_DELIMITED_JSON")
    assert found == [
        ("id", "INTEGER", 12),
        ("day", "STRING", "12/31/2024"),
        ("at", "TIMESTAMP", dt.datetime(2024, 12, 31, 10, tzinfo=UTC)),
        ("parts", "RECORD", [{"x": 1.5}]),
        ("big", "FLOAT", 1e20),
        ("ok", "BOOLEAN", True),
        ("word", "STRING", "yes"),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1}\n{"a": [1]}\n', "the key a has values of several shapes"),
        (b'{"a": [[1]]}\n', "Nested arrays not allowed: a"),
        (b'{"a": 1}\n\n{"a":\n', "line 3, character 7: Expecting value; write one whole object"),
        (b'{"a": 1}\n7\n', "line 2 is no JSON object"),
        (b"\n", "the file holds no columns"),
    ],
    ids=["shapes", "nested", "cut", "number", "nothing"],
)
def test_json_that_suggests_no_schema_says_where(
    client: bigquery.Client, dataset: str, data: bytes, message: str
) -> None:
    with pytest.raises(exceptions.BadRequest, match=message):
        load(client, dataset, data, source_format="NEWLINE_DELIMITED_JSON")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a,b\n1,2\n1,2,3\n", "CSV line 3 has 3 values for 2 columns"),
        (b"a,b\n1,2\n1\n", "CSV line 3 has 1 values for 2 columns"),
        ("a,b\n1,größe\n".encode("latin-1"), "CSV line 2 is not UTF-8; name the encoding"),
        ("a,b\n1,2\n".encode("utf-16"), "in another encoding than UTF-8"),
        (b'a,b\n1,"2"x\n', "CSV line 2 has a quote that is not closed, or text behind"),
        (b"a,b\n1," + b"x" * 2_100_000 + b"\n", "CSV line 2 is longer than 2,000,000 bytes"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], "ended before"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 99_999, mtime=0)[:-99], "no gzip after its beginning"),
    ],
    ids=["more", "fewer", "latin", "utf-16", "quote", "long", "cut", "cut later"],
)
def test_csv_that_cannot_be_read_says_where_and_why(
    client: bigquery.Client, dataset: str, data: bytes, message: str
) -> None:
    with pytest.raises(exceptions.BadRequest, match=message):
        load(client, dataset, data, skip_leading_rows=1)


@pytest.mark.parametrize("end", [b"", b"\n"], ids=["cut", "ended"])
@pytest.mark.parametrize("lines", [1, 3, 5000])
def test_damaged_json_line_is_counted(
    client: bigquery.Client, dataset: str, lines: int, end: bytes
) -> None:
    data = b'{"a": 1}\n' * (lines - 1) + b'{"a":' + end
    config = LoadJobConfig(
        source_format="NEWLINE_DELIMITED_JSON", schema=[SchemaField("a", "INT64")]
    )
    with pytest.raises(
        exceptions.BadRequest, match=f"in row starting at position {9 * (lines - 1)}: "
    ):
        client.load_table_from_file(
            io.BytesIO(data), f"local.{dataset}.damaged", job_config=config
        ).result()
