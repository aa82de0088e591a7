"""Schemas."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, load

TYPES: dict[str, tuple[Any, Any]] = {
    "STRING": ("é", "é"),
    "BYTES": ("AAE=", b"\x00\x01"),
    "INTEGER": (-(2**63), -(2**63)),
    "FLOAT": (0.1, 0.1),
    "BOOLEAN": (True, True),
    "NUMERIC": ("12345678901234567890.123456789", Decimal("12345678901234567890.123456789")),
    "BIGNUMERIC": ("1.00000000000000000000000001", Decimal("1.00000000000000000000000001")),
    "DATE": ("2020-02-29", datetime.date(2020, 2, 29)),
    "TIME": ("03:04:05.678", datetime.time(3, 4, 5, 678000)),
    "DATETIME": ("2020-01-02T03:04:05", datetime.datetime(2020, 1, 2, 3, 4, 5)),
    "TIMESTAMP": (
        "2020-01-02 03:04:05+00:00",
        datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
    ),
    "JSON": ('{"a": [1, null]}', {"a": [1, None]}),
}


def every_type(place: Place) -> None:
    """STRING, BYTES, INT64, FLOAT64, BOOL, NUMERIC, BIGNUMERIC, DATE, TIME, DATETIME, TIMESTAMP, \
JSON"""
    fields = [SchemaField(f"c_{name.lower()}", name) for name in TYPES]
    assert place.make("t", *fields).schema == fields
    given = {f"c_{name.lower()}": value for name, (value, _) in TYPES.items()}
    assert place.client.insert_rows_json(place.name("t"), [given, {}]) == []
    expected = [value for _, value in TYPES.values()]
    assert place.rows("t") == [expected, [None] * len(expected)]


def arrays_of_every_type(place: Place) -> None:
    """repeated fields of each of them"""
    fields = [SchemaField(f"c_{name.lower()}", name, "REPEATED") for name in TYPES]
    place.make("t", *fields)
    given = {f"c_{name.lower()}": [value, value] for name, (value, _) in TYPES.items()}
    assert place.client.insert_rows_json(place.name("t"), [given, {}]) == []
    expected = [[value, value] for _, value in TYPES.values()]
    assert place.rows("t") == [expected, [[]] * len(expected)]


def standard_names(place: Place) -> None:
    """the names of types that SQL has: INT64, FLOAT64, BOOL, STRUCT, DECIMAL, BIGDECIMAL"""
    names = ["INT64", "FLOAT64", "BOOL", "DECIMAL", "BIGDECIMAL"]
    fields = [SchemaField(f"c_{name}", name) for name in names]
    struct = SchemaField("c_STRUCT", "STRUCT", fields=[SchemaField("x", "INT64")])
    found = place.make("t", *fields, struct)
    legacy = ["INTEGER", "FLOAT", "BOOLEAN", "NUMERIC", "BIGNUMERIC", "RECORD"]
    assert [field.field_type for field in found.schema] == legacy


def ranges(place: Place) -> None:
    """RANGE"""
    from google.cloud.bigquery import FieldElementType

    field = SchemaField("r", "RANGE", range_element_type=FieldElementType("DATE"))
    assert place.make("t", field).schema == [field]
    place.ask("INSERT INTO t (r) VALUES (RANGE(DATE '2020-01-01', NULL))")
    assert place.rows("t") == [[{"start": datetime.date(2020, 1, 1), "end": None}]]


def geography(place: Place) -> None:
    """GEOGRAPHY: inserted, loaded, as a parameter, read by REST and as Arrow"""
    fields = [SchemaField("id", "INTEGER"), SchemaField("g", "GEOGRAPHY")]
    assert place.make("t", *fields).schema == fields
    rows = [{"id": 1, "g": "POINT(1 2)"}, {"id": 2, "g": "LINESTRING (0 0, 1.5 1)"}, {"id": 3}]
    assert place.client.insert_rows_json(place.name("t"), rows) == []
    expected = [[1, "POINT(1 2)"], [2, "LINESTRING(0 0, 1.5 1)"], [3, None]]
    assert place.rows("t") == expected
    table = place.client.list_rows(place.name("t")).to_arrow(create_bqstorage_client=False)
    assert table.column("g").to_pylist() == [row[1] for row in expected]
    found = load(place, "4,POINT(190 1)\n", "u", schema=fields)
    assert found == [[4, "POINT(-170 1)"]]
    near = bigquery.ScalarQueryParameter("p", "GEOGRAPHY", "POINT(1 2)")
    assert place.ask("SELECT id FROM t WHERE id = 1 AND ST_DWITHIN(g, @p, 1)", near) == [[1]]
    bad = place.client.insert_rows_json(place.name("t"), [{"id": 5, "g": "POINT(1"}])
    assert "Invalid WKT" in bad[0]["errors"][0]["message"]
    with pytest.raises(exceptions.BadRequest, match="cannot be inserted into column g"):
        place.ask("INSERT INTO t (g) VALUES ('POINT(1 2)')")


def nested(place: Place) -> None:
    """records in records, repeated in repeated ones"""
    deepest = SchemaField("days", "DATE", "REPEATED")
    inner = SchemaField("parts", "RECORD", "REPEATED", fields=[SchemaField("x", "FLOAT"), deepest])
    outer = SchemaField("r", "RECORD", fields=[inner, SchemaField("s", "STRING", "REQUIRED")])
    assert place.make("t", outer).schema == [outer]
    row = {"r": {"s": "a", "parts": [{"x": 0.5, "days": ["2020-01-02"]}, {"x": None}]}}
    assert place.client.insert_rows_json(place.name("t"), [row, {"r": None}]) == []
    day = datetime.date(2020, 1, 2)
    parts = [{"x": 0.5, "days": [day]}, {"x": None, "days": []}]
    assert place.rows("t") == [[{"parts": parts, "s": "a"}], [None]]


def descriptions(place: Place) -> None:
    """descriptions and policy tags of fields, given and changed"""
    table = place.make("t", SchemaField("a", "INT64", description="before"))
    assert table.schema[0].description == "before"
    table.schema = [SchemaField("a", "INT64", description="after")]
    assert place.client.update_table(table, ["schema"]).schema[0].description == "after"


def defaults(place: Place) -> None:
    """default values of fields"""
    place.make(
        "t",
        SchemaField("a", "INT64"),
        SchemaField("b", "STRING", default_value_expression="'none'"),
    )
    found = place.client.get_table(place.name("t"))
    assert found.schema[1].default_value_expression == "'none'"
    assert place.client.insert_rows_json(place.name("t"), [{"a": 1}]) == []
    place.ask("INSERT INTO t (a) VALUES (2)")
    assert place.ask("SELECT a, b FROM t ORDER BY a") == [[1, "none"], [2, "none"]]


def lengths(place: Place) -> None:
    """a length of STRING and BYTES, a precision of NUMERIC"""
    fields = [
        SchemaField("s", "STRING", max_length=3),
        SchemaField("b", "BYTES", max_length=2),
        SchemaField("n", "NUMERIC", precision=4, scale=2),
    ]
    assert place.make("t", *fields).schema == fields
    assert place.client.insert_rows_json(place.name("t"), [{"s": "abc", "n": "12.34"}]) == []
    for bad in ({"s": "abcd"}, {"b": "AAAA"}, {"n": "123.4"}):
        assert place.client.insert_rows_json(place.name("t"), [bad])
    assert place.rows("t") == [["abc", None, Decimal("12.34")]]


def nested_lengths(place: Place) -> None:
    """lengths and precisions within arrays and records, and of BIGNUMERIC"""
    fields = [
        SchemaField("a", "STRING", "REPEATED", max_length=3),
        SchemaField("r", "RECORD", fields=[SchemaField("n", "NUMERIC", precision=5, scale=2)]),
        SchemaField("b", "BIGNUMERIC", precision=40, scale=10),
    ]
    table = place.make("t", *fields)
    assert place.client.get_table(table).schema == fields
    row = {"a": ["abc"], "r": {"n": "1.005"}, "b": "0.12345678905"}
    assert place.client.insert_rows_json(table, [row]) == []
    place.client.load_table_from_json([row], table).result()
    stored = [["abc"], {"n": Decimal("1.01")}, Decimal("0.1234567891")]
    assert place.rows("t") == [stored, stored]
    [entry] = place.client.insert_rows_json(table, [{"a": ["abcd"]}])
    assert entry["errors"][0]["location"] == "a"
    assert "STRING(3) has maximum length 3" in entry["errors"][0]["message"]
    load = place.client.load_table_from_json([{"r": {"n": "1000"}}], table)
    with pytest.raises(exceptions.BadRequest, match=r"Field r\.n: NUMERIC\(5, 2\) has precision 5"):
        load.result()
    with pytest.raises(exceptions.BadRequest, match=r"STRING\(3\) has maximum length 3"):
        place.ask("UPDATE t SET a = ['abcd'] WHERE TRUE")
    assert place.rows("t") == [stored, stored]


def columns_added(place: Place) -> None:
    """add columns, also within records; the rows have NULL there"""
    record = SchemaField("r", "RECORD", fields=[SchemaField("a", "STRING")])
    table = place.make("t", record)
    place.client.insert_rows_json(table, [{"r": {"a": "x"}}])
    wider = SchemaField("r", "RECORD", fields=[*record.fields, SchemaField("b", "INTEGER")])
    table.schema = [wider, SchemaField("c", "BOOL"), SchemaField("d", "INT64", "REPEATED")]
    assert place.client.update_table(table, ["schema"]).schema[0] == wider
    assert place.rows("t") == [[{"a": "x", "b": None}, None, []]]


def columns_added_in_repeated(place: Place) -> None:
    """add columns within repeated records"""
    record = SchemaField("r", "RECORD", "REPEATED", fields=[SchemaField("a", "STRING")])
    table = place.make("t", record)
    place.client.insert_rows_json(table, [{"r": [{"a": "x"}, {"a": "y"}]}, {}])
    wider = [*record.fields, SchemaField("b", "INT64", "REPEATED")]
    table.schema = [SchemaField("r", "RECORD", "REPEATED", fields=wider)]
    place.client.update_table(table, ["schema"])
    assert place.rows("t") == [[[{"a": "x", "b": []}, {"a": "y", "b": []}]], [[]]]


def modes_relaxed(place: Place) -> None:
    """relax REQUIRED to NULLABLE"""
    table = place.make("t", SchemaField("a", "INT64", "REQUIRED"))
    table.schema = [SchemaField("a", "INT64", "NULLABLE")]
    assert place.client.update_table(table, ["schema"]).schema[0].mode == "NULLABLE"
    assert place.client.insert_rows_json(table, [{}]) == []
    assert place.rows("t") == [[None]]


def refused_changes(place: Place) -> None:
    """refuse to drop, to require, and to change the type of columns (400)"""
    table = place.make("t", SchemaField("a", "INT64"), SchemaField("b", "STRING"))

    def attempt(*fields: SchemaField) -> None:
        table.schema = fields
        place.client.update_table(table, ["schema"])

    a, b = table.schema
    words = "Provided Schema does not match Table local:"
    with pytest.raises(exceptions.BadRequest, match=words + r".*Field b is missing in new schema"):
        attempt(a)
    with pytest.raises(
        exceptions.BadRequest, match=r"Field a has changed type from INTEGER to STRING"
    ):
        attempt(SchemaField("a", "STRING"), b)
    with pytest.raises(
        exceptions.BadRequest, match=r"Field a has changed mode from NULLABLE to REQUIRED"
    ):
        attempt(SchemaField("a", "INT64", "REQUIRED"), b)
    with pytest.raises(exceptions.BadRequest, match=r"Field a has changed mode .* to REPEATED"):
        attempt(SchemaField("a", "INT64", "REPEATED"), b)
    with pytest.raises(exceptions.BadRequest, match=r"Cannot add required fields"):
        attempt(a, b, SchemaField("c", "INT64", "REQUIRED"))
    assert place.client.get_table(table).schema == [a, b]


def wrong(place: Place) -> None:
    """refuse a schema that is none: a name twice, an unknown type or mode, an empty record (400)"""
    for fields, words in (
        ([SchemaField("a", "INT64"), SchemaField("A", "INT64")], "Field a already exists"),
        ([SchemaField("a", "NOPE")], "NOPE"),
        ([SchemaField("a b", "INT64")], "Invalid field name"),
        ([SchemaField("a", "RECORD")], "Field a is type RECORD but has no schema"),
    ):
        table = bigquery.Table(place.name("t"), schema=fields)
        with pytest.raises(exceptions.BadRequest, match=words):
            place.client.create_table(table)
