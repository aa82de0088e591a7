"""Default values."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, load, refused

_COLUMNS = """
    n INT64, id STRING NOT NULL DEFAULT GENERATE_UUID(), x FLOAT64 DEFAULT RAND(),
    m NUMERIC DEFAULT -1.25, d DATE DEFAULT '2020-01-02', a ARRAY<INT64> DEFAULT [1, 2],
    s STRUCT<x INT64, y STRING> DEFAULT (1, 'z'), t TIMESTAMP DEFAULT CURRENT_TIMESTAMP()
"""


def _make(place: Place) -> None:
    place.ask(f"CREATE TABLE t ({_COLUMNS})")


def _check(place: Place, count: int) -> None:
    """Each row has values of its own where they differ by row, and the same elsewhere."""
    found: list[Any] = place.rows("t")
    assert sorted(row[0] for row in found) == list(range(count))
    assert len({row[1] for row in found}) == len({row[2] for row in found}) == count
    assert [row[3:7] for row in found] == [
        [Decimal("-1.25"), datetime.date(2020, 1, 2), [1, 2], {"x": 1, "y": "z"}]
    ] * count
    assert len({row[7] for row in found}) == 1


def streamed(place: Place) -> None:
    """of rows that are inserted, one for each"""
    _make(place)
    table = place.name("t")
    assert place.client.insert_rows_json(table, [{"n": number} for number in range(20)]) == []
    _check(place, 20)


def streamed_beside(place: Place) -> None:
    """of the inserted rows that lack a value, beside NULL and other values"""
    _make(place)
    rows = [{"n": 0}, {"n": 1, "id": "b", "m": None, "a": [], "s": {"x": 5}}, {"n": 2, "id": "c"}]
    assert place.client.insert_rows_json(place.name("t"), rows) == []
    found = place.ask("SELECT id, m, a, s FROM t ORDER BY n")
    assert [row[0] for row in found[1:]] == ["b", "c"]
    assert found[1][1:] == [None, [], {"x": 5, "y": None}]
    assert found[2][1:] == [Decimal("-1.25"), [1, 2], {"x": 1, "y": "z"}]
    errors = place.client.insert_rows_json(place.name("t"), [{"n": 3, "id": None}])
    assert errors[0]["errors"][0]["location"] == "id"


def statements(place: Place) -> None:
    """of INSERT, of a query and of values, and of MERGE, one for each row"""
    for sql in (
        "INSERT INTO t (n) VALUES (0), (1), (2)",
        "INSERT INTO t (n, id, x) VALUES (0, DEFAULT, DEFAULT), (1, DEFAULT, DEFAULT)",
        "INSERT INTO t (n) SELECT * FROM UNNEST(GENERATE_ARRAY(0, 99))",
        "MERGE t USING (SELECT * FROM UNNEST([0, 1]) AS k) ON n = k"
        " WHEN NOT MATCHED THEN INSERT (n) VALUES (k)",
    ):
        _make(place)
        place.ask(sql)
        _check(place, place.client.get_table(place.name("t")).num_rows)
        place.ask("UPDATE t SET id = DEFAULT WHERE TRUE")
        _check(place, place.client.get_table(place.name("t")).num_rows)
        place.ask("DROP TABLE t")


def loads(place: Place) -> None:
    """of columns that a CSV or Parquet file lacks, one for each row"""
    import pandas as pd

    fields = [SchemaField("n", "INT64")]
    _make(place)
    load(place, "0\n1\n2\n", source_format="CSV", schema=fields)
    _check(place, 3)
    place.ask("TRUNCATE TABLE t")
    place.client.load_table_from_dataframe(pd.DataFrame({"n": [0, 1]}), place.name("t")).result()
    _check(place, 2)
    place.ask("TRUNCATE TABLE t")
    data = "N\n0\n1\n"
    load(place, data, source_format="CSV", source_column_match="NAME", skip_leading_rows=1)
    _check(place, 2)


def lines(place: Place) -> None:
    """JSON lines that have all columns with a default"""
    place.ask("CREATE TABLE t (n INT64, x INT64 DEFAULT 7)")
    data = '{"n": 1, "x": null}\n{"n": 2, "x": 3}\n'
    assert load(place, data, source_format="NEWLINE_DELIMITED_JSON") == [[1, None], [2, 3]]


@refused
def lacking_lines(place: Place) -> None:
    """JSON lines that lack a column with a default"""
    place.ask("CREATE TABLE t (n INT64, x INT64 DEFAULT 7)")
    load(place, '{"n": 1, "x": 3}\n{"n": 1}\n', source_format="NEWLINE_DELIMITED_JSON")


def wrong(place: Place) -> None:
    """refuse one of another type"""
    with pytest.raises(exceptions.BadRequest, match="Invalid default value expression"):
        place.ask("CREATE TABLE t (n INT64 DEFAULT 1.5)")
