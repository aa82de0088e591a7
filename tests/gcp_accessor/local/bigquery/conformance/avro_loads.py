"""Load jobs of Avro"""

import datetime
import io
from decimal import Decimal
from typing import Any

import fastavro
import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, load, refused

MOMENT = datetime.datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.UTC)
LOGICAL = {
    "d": ({"type": "int", "logicalType": "date"}, MOMENT.date()),
    "t": ({"type": "long", "logicalType": "time-micros"}, MOMENT.time()),
    "ms": ({"type": "long", "logicalType": "timestamp-millis"}, MOMENT.replace(microsecond=678000)),
    "us": ({"type": "long", "logicalType": "timestamp-micros"}, MOMENT),
    "local": (
        {"type": "long", "logicalType": "local-timestamp-micros"},
        MOMENT.replace(tzinfo=None),
    ),
}


def _avro(kinds: dict[str, Any], *rows: dict[str, Any], codec: str = "null") -> bytes:
    fields = [{"name": name, "type": kind} for name, kind in kinds.items()]
    buffer = io.BytesIO()
    schema = fastavro.parse_schema({"type": "record", "name": "row", "fields": fields})
    fastavro.writer(buffer, schema, list(rows), codec=codec)
    return buffer.getvalue()


def _load(place: Place, data: bytes, table: str = "t", **options: Any) -> list[list[Any]]:
    return load(place, data, table, source_format="AVRO", **options)


def types(place: Place) -> None:
    """numbers, truth, text, bytes, fixed, enum; REQUIRED but for unions with null"""
    kinds = {
        "i": "int", "l": "long", "f": "float", "x": "double", "b": "boolean", "s": "string",
        "y": "bytes", "z": {"type": "fixed", "name": "two", "size": 2},
        "e": {"type": "enum", "name": "level", "symbols": ["LOW", "HIGH"]},
        "n": ["null", "long"], "nothing": "null",
    }  # fmt: skip
    row = {
        "i": -1, "l": 2**62, "f": 0.5, "x": 0.1, "b": True, "s": "é", "y": b"\0", "z": b"ab",
        "e": "HIGH", "n": None, "nothing": None,
    }  # fmt: skip
    expected = [-1, 2**62, 0.5, 0.1, True, "é", b"\0", b"ab", "HIGH", None]
    assert _load(place, _avro(kinds, row)) == [expected]
    schema = place.client.get_table(place.name("t")).schema
    assert [f.field_type for f in schema] == [
        "INTEGER", "INTEGER", "FLOAT", "FLOAT", "BOOLEAN", "STRING", "BYTES", "BYTES", "STRING",
        "INTEGER",
    ]  # fmt: skip
    assert [f.mode for f in schema] == ["REQUIRED"] * 9 + ["NULLABLE"]


def nested(place: Place) -> None:
    """records, arrays, and maps as arrays of key and value"""
    inner = {"type": "record", "name": "home", "fields": [{"name": "city", "type": "string"}]}
    kinds = {
        "home": ["null", inner],
        "scores": {"type": "array", "items": "long"},
        "homes": {"type": "array", "items": "home"},
        "counts": {"type": "map", "values": "long"},
    }
    row = {"home": {"city": "A"}, "scores": [1, 2], "homes": [{"city": "B"}], "counts": {"k": 3}}
    nothing = {"home": None, "scores": [], "homes": [], "counts": {}}
    assert _load(place, _avro(kinds, row, nothing)) == [
        [{"city": "A"}, [1, 2], [{"city": "B"}], [{"key": "k", "value": 3}]],
        [None, [], [], []],
    ]


def logical_types(place: Place) -> None:
    """dates, times and moments (use_avro_logical_types), and their numbers without"""
    data = _avro({n: k for n, (k, _) in LOGICAL.items()}, {n: v for n, (_, v) in LOGICAL.items()})
    assert _load(place, data, use_avro_logical_types=True) == [[v for _, v in LOGICAL.values()]]
    kinds = [field.field_type for field in place.client.get_table(place.name("t")).schema]
    assert kinds == ["DATE", "TIME", "TIMESTAMP", "TIMESTAMP", "DATETIME"]
    micros = int(MOMENT.timestamp()) * 1_000_000 + 678901
    of_day = (3 * 3600 + 4 * 60 + 5) * 1_000_000 + 678901
    days = (MOMENT.date() - datetime.date(1970, 1, 1)).days
    assert _load(place, data, "u") == [[days, of_day, micros // 1000, micros, micros]]


def decimals(place: Place) -> None:
    """decimals as NUMERIC or BIGNUMERIC (decimal_target_types)"""
    small = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}
    rows = _load(place, _avro({"a": small}, {"a": Decimal("1.25")}))
    assert rows == [[Decimal("1.25")]]
    fine = {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 12}
    data = _avro({"a": fine}, {"a": Decimal("1.000000000001")})
    with pytest.raises(exceptions.BadRequest, match="decimal_target_types"):
        _load(place, data, "u")
    rows = _load(place, data, "u", decimal_target_types=["NUMERIC", "BIGNUMERIC"])
    assert rows == [[Decimal("1.000000000001")]]


def packed(place: Place) -> None:
    """packed by deflate, snappy, bzip2 and xz"""
    for codec in ("deflate", "snappy", "bzip2", "xz"):
        data = _avro({"a": "long"}, *[{"a": n} for n in range(3)], codec=codec)
        assert _load(place, data, codec) == [[0], [1], [2]]


def appended(place: Place) -> None:
    """appended to a table that is there, and with new columns (schema_update_options)"""
    place.make("t", SchemaField("a", "INTEGER"))
    assert _load(place, _avro({"a": "long"}, {"a": 1})) == [[1]]
    with pytest.raises(exceptions.BadRequest, match="Cannot add fields"):
        _load(place, _avro({"a": "long", "b": "string"}, {"a": 2, "b": "x"}))


def from_storage(place: Place) -> None:
    """from Cloud Storage, with keys of the paths, and as an external table"""
    place.put("avro/day=2024-01-02/a.avro", _avro({"a": "long"}, {"a": 1}))
    uri = f"gs://{place.bucket.name}/avro/*"
    hive = bigquery.HivePartitioningOptions()
    hive.mode, hive.source_uri_prefix = "AUTO", f"gs://{place.bucket.name}/avro"
    config = bigquery.LoadJobConfig(source_format="AVRO", hive_partitioning=hive)
    place.client.load_table_from_uri(uri, place.name("t"), job_config=config).result()
    assert place.rows("t") == [[1, MOMENT.date()]]
    place.ask(f"CREATE EXTERNAL TABLE e OPTIONS (format = 'AVRO', uris = ['{uri}'])")
    assert place.ask("SELECT a FROM e") == [[1]]


def broken(place: Place) -> None:
    """refuse what is no Avro, or is cut off"""
    data = _avro({"a": "long"}, *[{"a": n} for n in range(100)])
    for wrong in (b"no avro at all", data[:-20]):
        with pytest.raises(exceptions.BadRequest, match="Error while reading data"):
            _load(place, wrong)


@refused
def unions(place: Place) -> None:
    """unions of several types"""
    _load(place, _avro({"a": ["long", "string"]}, {"a": 1}))
