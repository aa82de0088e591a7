"""As in Google's samples and system tests."""

import datetime as dt
import io
from decimal import Decimal

import fastavro
import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq
import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import PolicyTagList, QueryJobConfig, SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, load

# Source: https://github.com/googleapis/python-bigquery, tests/system and samples
_LARGE = Decimal("-" + "9" * 38 + "." + "9" * 38)
_KEY = bigquery.EncryptionConfiguration("projects/p/locations/us/keyRings/r/cryptoKeys/k")


def arrow_types(place: Place) -> None:
    """BIGNUMERIC and RANGE are the same as Arrow by the Storage Read API and by REST"""
    place.ask(
        "CREATE TABLE t AS SELECT * FROM UNNEST([STRUCT(1 AS n, BIGNUMERIC '-1.5' AS b, [BIGNUMERIC"
        " '2'] AS l, STRUCT(BIGNUMERIC '3' AS x) AS s, RANGE<DATE> '[2020-01-01, UNBOUNDED)' AS r),"
        " (2, NULL, [], NULL, NULL)]) ORDER BY n"
    )
    rows = place.client.list_rows(place.name("t"))
    table = rows.to_arrow(bqstorage_client=place.read_client)
    assert table.schema.field("b").type == pa.decimal256(76, 38)
    assert table.schema.field("r").type == pa.struct([("start", pa.date32()), ("end", pa.date32())])
    plain = place.client.list_rows(place.name("t")).to_arrow(create_bqstorage_client=False)
    assert table.sort_by("n").to_pylist() == plain.sort_by("n").to_pylist()
    assert {"n": 1, "b": Decimal("-1.5"), "l": [2], "s": {"x": 3}} == {
        key: value for key, value in table.sort_by("n").to_pylist()[0].items() if key != "r"
    }


def loaded_values(place: Place) -> None:
    """load decimals of 76 digits, shapes as text, CSV ranges, seconds as TIMESTAMP, bare base64"""
    file = io.BytesIO()
    pq.write_table(
        pa.table({"x": pa.array([Decimal("1.5"), None, _LARGE], pa.decimal256(76, 38))}), file
    )
    for options in (
        {"schema": [SchemaField("x", "BIGNUMERIC")]},
        {"decimal_target_types": ["NUMERIC", "BIGNUMERIC"], "write_disposition": "WRITE_TRUNCATE"},
    ):
        found = load(place, file.getvalue(), source_format="PARQUET", **options)
        assert found == [[Decimal("1.5")], [None], [_LARGE]]
    shapes = io.BytesIO()
    pq.write_table(pa.table({"g": ["POINT(30 10)", None]}), shapes)
    geography = [SchemaField("g", "GEOGRAPHY")]
    found = load(place, shapes.getvalue(), "g", source_format="PARQUET", schema=geography)
    assert found == [["POINT(30 10)"], [None]]
    schema = [
        SchemaField("r", "RANGE", range_element_type="DATE"),
        SchemaField("t", "TIMESTAMP"),
        SchemaField("b", "BYTES"),
    ]
    text = '"[2020-01-01, 2020-02-01)",1477660870,abc\n"[2020-01-01,UNBOUNDED)",1.5E1,YWI=\n'
    moment = dt.datetime(2016, 10, 28, 13, 21, 10, tzinfo=dt.UTC)
    first = dt.date(2020, 1, 1)
    assert load(place, text, "c", schema=schema) == [
        [{"start": first, "end": dt.date(2020, 2, 1)}, moment, b"i\xb7"],
        [{"start": first, "end": None}, dt.datetime(1970, 1, 1, 0, 0, 15, tzinfo=dt.UTC), b"ab"],
    ]
    table = place.make("i", *schema[1:])
    row = {"t": 1477660870, "b": "YWI=\n"}
    assert place.client.insert_rows_json(table, [row, {"t": "never"}], skip_invalid_rows=True)
    assert place.rows("i") == [[moment, b"ab"]]


def told_formats(place: Place) -> None:
    """a column of another type is told with the format of its file"""
    avro, packed = io.BytesIO(), io.BytesIO()
    schema = {"type": "record", "name": "r", "fields": [{"name": "a", "type": "string"}]}
    fastavro.writer(avro, schema, [{"a": "x"}])
    orc.write_table(pa.table({"a": ["x"]}), packed)
    for kind, file in (("Avro", avro), ("ORC", packed)):
        with pytest.raises(exceptions.BadRequest, match=f"{kind} column 'a' has type STRING"):
            load(
                place,
                file.getvalue(),
                source_format=kind.upper(),
                schema=[SchemaField("a", "INTEGER")],
            )
    # A table that has no fields yet gets those of the file.
    place.make("empty")
    assert load(place, avro.getvalue(), "empty", source_format="AVRO") == [["x"]]


def relaxed_by_queries(place: Place) -> None:
    """relax required fields by a query that is appended; one that fails changes no field"""
    fields = [SchemaField(name, "STRING", mode="REQUIRED") for name in "ab"]
    place.make("t", *fields)
    append = {"destination": place.name("t"), "write_disposition": "WRITE_APPEND"}
    both = ["ALLOW_FIELD_RELAXATION", "ALLOW_FIELD_ADDITION"]
    for sql, updates in (("SELECT 'x' AS a", []), ("SELECT 'x' AS a, 1 / 0 AS z", both)):
        config = QueryJobConfig(**append, schema_update_options=updates)
        with pytest.raises(exceptions.BadRequest):
            place.client.query(sql, job_config=config).result()
        assert place.client.get_table(place.name("t")).schema == fields
    config = QueryJobConfig(**append, schema_update_options=both[:1])
    place.client.query("SELECT 'x' AS a", job_config=config).result()
    modes = [field.mode for field in place.client.get_table(place.name("t")).schema]
    assert modes == ["NULLABLE", "NULLABLE"]
    assert place.rows("t") == [["x", None]]


def keys_of_tables(place: Place) -> None:
    """keep the key of a table that a job writes to, without effect"""
    query = QueryJobConfig(destination=place.name("q"), destination_encryption_configuration=_KEY)
    place.client.query("SELECT 1 AS a", job_config=query).result()
    copy = bigquery.CopyJobConfig(destination_encryption_configuration=_KEY)
    place.client.copy_table(place.name("q"), place.name("c"), job_config=copy).result()
    schema = [SchemaField("a", "INTEGER")]
    load(place, "1\n", "l", schema=schema, destination_encryption_configuration=_KEY)
    for name in "qcl":
        assert place.client.get_table(place.name(name)).encryption_configuration == _KEY


def tags_taken_away(place: Place) -> None:
    """an empty list of policy tags takes them away"""
    tags = PolicyTagList(["projects/p/locations/us/taxonomies/1/policyTags/2"])
    table = place.make("t", SchemaField("a", "INTEGER", policy_tags=tags))
    assert table.schema[0].policy_tags == tags
    table.schema = [SchemaField("a", "INTEGER", policy_tags=PolicyTagList())]
    assert place.client.update_table(table, ["schema"]).schema[0].policy_tags is None


def nameless_fields(place: Place) -> None:
    """the fields of (a, b) have no names, even where they are columns"""
    [[value, listed]] = place.ask(
        "SELECT (x, s.y), ARRAY(SELECT AS STRUCT x, 2) FROM (SELECT 1 AS x, STRUCT(3 AS y) AS s)"
    )
    assert value == {"_field_1": 1, "_field_2": 3}
    assert listed == [{"x": 1, "_field_2": 2}]
    # Put together by their names, as the engine beneath does, they would have four fields.
    assert place.ask("SELECT IF(TRUE, (1, 2), STRUCT(3 AS a, 4 AS b))") == [
        [{"_field_1": 1, "_field_2": 2}]
    ]
    assert place.ask(
        "SELECT IF(x, s, (1, 2)) FROM (SELECT FALSE x, STRUCT(3 AS a, 4 AS b) AS s)"
    ) == [[{"a": 1, "b": 2}]]


def copied_rows(place: Place) -> None:
    """the number of copied rows is that of the sources, also where they are appended"""
    place.ask("CREATE TABLE a AS SELECT 1 AS n UNION ALL SELECT 2")
    append = bigquery.CopyJobConfig(write_disposition="WRITE_APPEND")
    for _ in range(2):
        job = place.client.copy_table(place.name("a"), place.name("b"), job_config=append)
        job.result()
        assert job._properties["statistics"]["copy"]["copiedRows"] == "2"
