"""Load jobs of CSV."""

import bz2
import datetime
import gzip
import io
from decimal import Decimal
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import LoadJobConfig, SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, load

FIELDS = [SchemaField("id", "INT64"), SchemaField("name", "STRING"), SchemaField("x", "FLOAT64")]


def _load(place: Place, data: bytes | str, table: str = "t", **options: Any) -> list[list[Any]]:
    return load(place, data, table, **{"schema": FIELDS, "source_format": "CSV", **options})


def header(place: Place) -> None:
    """with a header (skip_leading_rows)"""
    rows = _load(place, 'id,name,x\n1,"a,b",0.5\n2,,\n3,"",1e3\n', skip_leading_rows=1)
    assert rows == [[1, "a,b", 0.5], [2, None, None], [3, "", 1000.0]]


def packed(place: Place) -> None:
    """gzipped"""
    assert _load(place, gzip.compress(b"1,a,1\n")) == [[1, "a", 1.0]]


def ways(place: Place) -> None:
    """in one piece (multipart) and in several (resumable)"""
    text = b"1,a,1\n2,b,2\n"
    for size in (None, len(text)):
        config = LoadJobConfig(schema=FIELDS, source_format="CSV")
        job = place.client.load_table_from_file(
            io.BytesIO(text), place.name(f"t{size}"), job_config=config, size=size
        )
        assert job.result().output_rows == 2


def delimiters(place: Place) -> None:
    """other delimiters"""
    for number, (mark, given) in enumerate([("\t", "\t"), ("|", "|"), (";", ";"), ("\t", "tab")]):
        text = f"1{mark}a{mark}2.5\n"
        assert _load(place, text, f"t{number}", field_delimiter=given) == [[1, "a", 2.5]]


def quotes(place: Place) -> None:
    """other quotes, or none"""
    fields = [SchemaField("a", "STRING"), SchemaField("b", "STRING")]
    assert _load(place, "'x,y',z\n", "q", schema=fields, quote_character="'") == [["x,y", "z"]]
    assert _load(place, '"x","y\n', "n", schema=fields, quote_character="") == [['"x"', '"y']]
    assert _load(place, '"x ""y""",z\n', "d", schema=fields) == [['x "y"', "z"]]


def newlines(place: Place) -> None:
    """newlines within quotes (allow_quoted_newlines), CRLF"""
    fields = FIELDS[:2]
    rows = _load(place, '1,"a\nb"\r\n2,c\r\n', schema=fields, allow_quoted_newlines=True)
    assert rows == [[1, "a\nb"], [2, "c"]]
    with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
        _load(place, '1,"a\nb"\n', "u", schema=fields)


def null_marker(place: Place) -> None:
    """a mark for NULL (null_marker)"""
    rows = _load(place, "1,\\N,\\N\n2,,3\n", null_marker="\\N")
    assert rows == [[1, None, None], [2, "", 3.0]]


def null_markers(place: Place) -> None:
    """several marks for NULL (null_markers)"""
    rows = _load(place, "1,NA,\n2,-,3\n", null_markers=["NA", "-", ""])
    assert rows == [[1, None, None], [2, None, 3.0]]


def jagged(place: Place) -> None:
    """lines that end early (allow_jagged_rows)"""
    assert _load(place, "1,a\n2\n", allow_jagged_rows=True) == [[1, "a", None], [2, None, None]]
    options = {"allow_jagged_rows": True, "allow_quoted_newlines": True}
    assert _load(place, '1,"a\nb"\n', "lines", **options) == [[1, "a\nb", None]]
    with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
        _load(place, "1,a\n", "strict")


def unknown_values(place: Place) -> None:
    """values behind the last column (ignore_unknown_values)"""
    assert _load(place, "1,a,2,extra,more\n", ignore_unknown_values=True) == [[1, "a", 2.0]]
    for broken in ('1,"a"b,2\n', '1,a,2,"q\n2,b,3\n', "1,a\n"):
        with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
            _load(place, broken, "u", ignore_unknown_values=True)


def bad_records(place: Place) -> None:
    """leave out bad records, up to max_bad_records"""
    config = LoadJobConfig(schema=FIELDS, source_format="CSV", max_bad_records=2)
    data = io.BytesIO(b"1,a,1\nx,b,2\n3,c,3\n4,d\n")
    job = place.client.load_table_from_file(data, place.name("t"), job_config=config)
    assert job.result().output_rows == 2
    assert place.rows("t") == [[1, "a", 1.0], [3, "c", 3.0]]
    assert len(job.errors) == 2
    with pytest.raises(exceptions.BadRequest, match="too many errors"):
        _load(place, "x,a,1\ny,b,2\nz,c,3\n", max_bad_records=2)
    assert len(place.rows("t")) == 2


def encodings(place: Place) -> None:
    """in UTF-8 with and without a mark, ISO-8859-1, UTF-16 and UTF-32"""
    fields = [SchemaField("a", "STRING")]
    for name in ("ISO-8859-1", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"):
        table = f"t{name.replace('-', '')}"
        data = "é\nñ\n".encode(name)
        assert _load(place, data, table, schema=fields, encoding=name) == [["é"], ["ñ"]]
    assert _load(place, "é\n".encode("utf-8-sig"), schema=fields) == [["é"]]


def autodetect(place: Place) -> None:
    """find the schema (autodetect), with and without a header"""
    text = "id,day,score,ok,at\n1,2020-01-02,0.5,true,2020-01-02 03:04:05 UTC\n2,,,,\n"
    _load(place, text, schema=None, autodetect=True)
    found = place.client.get_table(place.name("t")).schema
    assert [(field.name, field.field_type) for field in found] == [
        ("id", "INTEGER"), ("day", "DATE"), ("score", "FLOAT"), ("ok", "BOOLEAN"),
        ("at", "TIMESTAMP"),
    ]  # fmt: skip
    _load(place, "1,x\n2,y\n", "bare", schema=None, autodetect=True)
    found = place.client.get_table(place.name("bare")).schema
    assert [field.name for field in found] == ["int64_field_0", "string_field_1"]


def autodetect_names(place: Place) -> None:
    """names of columns that are no names are made into some"""
    _load(place, "a b,1st,é\nx,1,2\ny,2,3\n", schema=None, autodetect=True)
    found = place.client.get_table(place.name("t")).schema
    assert [field.name for field in found] == ["a_b", "_1st", "_"]


def types(place: Place) -> None:
    """every type, in each of its spellings"""
    kinds = ["DATE", "DATETIME", "TIME", "TIMESTAMP", "NUMERIC", "BOOL", "BYTES", "JSON"]
    fields = [SchemaField(f"c{kind}", kind) for kind in kinds]
    rows = _load(
        place,
        '2020-01-02,2020-01-02 03:04:05,03:04:05.5,2020-01-02 03:04:05+01:00,1.5,T,AAE=,"[1]"\n'
        "2020-1-2,2020-01-02T03:04:05,3:4:5,2020-01-02T02:04:05Z,-1,no,,null\n",
        schema=fields,
    )
    day, moment = datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4, 5)
    utc = datetime.datetime(2020, 1, 2, 2, 4, 5, tzinfo=datetime.UTC)
    assert rows == [
        [day, moment, datetime.time(3, 4, 5, 500000), utc, Decimal("1.5"), True, b"\x00\x01", [1]],
        [day, moment, datetime.time(3, 4, 5), utc, Decimal(-1), False, None, None],
    ]


def bad(place: Place) -> None:
    """refuse a file that does not fit, and change nothing"""
    _load(place, "1,a,1\n")
    for text in ("x,a,1\n", "1,a,1,extra\n", "1,a\n", "1,a,nope\n"):
        with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
            _load(place, text, write_disposition="WRITE_TRUNCATE")
    assert place.rows("t") == [[1, "a", 1.0]]


def required(place: Place) -> None:
    """refuse NULL in a required column"""
    fields = [SchemaField("a", "INT64", "REQUIRED"), SchemaField("b", "STRING")]
    with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
        _load(place, ",x\n", schema=fields)


def bzip(place: Place) -> None:
    """refuse other compressions than gzip"""
    with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
        _load(place, bz2.compress(b"1,a,1\n"))


def by_names(place: Place) -> None:
    """match columns by the names in the header (source_column_match)"""
    rows = _load(place, "x,id,name\n0.5,1,a\n", skip_leading_rows=1, source_column_match="NAME")
    assert rows == [[1, "a", 0.5]]


def formats(place: Place) -> None:
    """dates and times in other formats, in another time zone"""
    fields = [SchemaField("d", "DATE"), SchemaField("t", "TIMESTAMP")]
    rows = _load(
        place, "02.01.2020,2020-01-02 03:04\n", schema=fields, date_format="DD.MM.YYYY",
        timestamp_format="YYYY-MM-DD HH24:MI", time_zone="Europe/Berlin",
    )  # fmt: skip
    utc = datetime.datetime(2020, 1, 2, 2, 4, tzinfo=datetime.UTC)
    assert rows == [[datetime.date(2020, 1, 2), utc]]
