"""Reading answers and tables."""

import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from google.api_core import exceptions
from google.cloud.bigquery import SchemaField

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, values

MANY = "SELECT x FROM UNNEST(GENERATE_ARRAY(1, 25)) AS x ORDER BY x"


def _fill(place: Place) -> None:
    place.ask(f"CREATE TABLE t AS SELECT x, CAST(x AS STRING) AS s FROM ({MANY})")


def pages(place: Place) -> None:
    """in pages (page_size)"""
    pages = place.client.query(MANY).result(page_size=10).pages
    assert [len(list(page)) for page in pages] == [10, 10, 5]


def limits(place: Place) -> None:
    """from a row on, up to a number (start_index, max_results)"""
    job = place.client.query(MANY)
    assert values(job.result(start_index=23)) == [[24], [25]]
    assert values(job.result(max_results=2)) == [[1], [2]]
    assert values(job.result(start_index=3, max_results=1)) == [[4]]
    rows = place.client.query_and_wait(MANY, max_results=3)
    assert values(rows) == [[1], [2], [3]]
    assert values(place.client.query_and_wait(MANY, page_size=7)) == [[n] for n in range(1, 26)]


def list_rows(place: Place) -> None:
    """rows of a table in pages (list_rows)"""
    _fill(place)
    rows = place.client.list_rows(place.name("t"), page_size=10)
    assert [len(list(page)) for page in rows.pages] == [10, 10, 5]
    assert rows.total_rows == 25
    assert values(place.client.list_rows(place.name("t"), start_index=24)) == [[25, "25"]]
    assert values(place.client.list_rows(place.name("t"), max_results=1)) == [[1, "1"]]


def page_tokens(place: Place) -> None:
    """go on by the token of a page"""
    _fill(place)
    first = place.client.list_rows(place.name("t"), page_size=20)
    next(first.pages)
    rest = place.client.list_rows(place.name("t"), page_token=first.next_page_token)
    assert len(list(rest)) == 5


def selected_fields(place: Place) -> None:
    """chosen columns (selected_fields), also of records"""
    place.ask("CREATE TABLE t AS SELECT 1 AS a, STRUCT(2 AS b, 3 AS c) AS r")
    chosen = [SchemaField("a", "INTEGER")]
    assert values(place.client.list_rows(place.name("t"), selected_fields=chosen)) == [[1]]
    path = f"/projects/local/datasets/{place.dataset}/tables/t/data"
    answer = place.client._connection.api_request(
        "GET", path, query_params={"selectedFields": "r.c"}
    )
    assert answer["rows"] == [{"f": [{"v": {"f": [{"v": "3"}]}}]}]
    with pytest.raises(exceptions.BadRequest, match="No such field"):
        list(place.client.list_rows(place.name("t"), selected_fields=[SchemaField("z", "DATE")]))


def destination(place: Place) -> None:
    """the table that the answer of a query is in"""
    job = place.client.query(MANY)
    job.result()
    table = place.client.get_table(job.destination)
    assert (table.num_rows, table.schema[0].name) == (25, "x")
    assert values(place.client.list_rows(table, max_results=2)) == [[1], [2]]


def many(place: Place) -> None:
    """of many pages, whole"""
    sql = "SELECT x, 'text' AS t FROM UNNEST(GENERATE_ARRAY(1, 120000)) AS x"
    assert sum(row["x"] for row in place.client.query_and_wait(sql)) == 120000 * 120001 // 2


def empty(place: Place) -> None:
    """without rows"""
    rows = place.client.query("SELECT 1 AS a FROM UNNEST([1]) WHERE FALSE").result()
    assert (rows.total_rows, list(rows), rows.schema[0].name) == (0, [], "a")
    place.make("t", SchemaField("a", "INT64"))
    assert place.rows("t") == []


def frames(place: Place) -> None:
    """to_dataframe, with the types of the client"""
    frame = place.client.query(
        "SELECT 1 AS i, 0.5 AS f, 'a' AS s, TRUE AS b, DATE '2020-01-02' AS d,"
        " TIMESTAMP '2020-01-02 03:04:05+00' AS t, TIME '01:02:03' AS h"
    ).to_dataframe()
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "i": "Int64", "f": "float64", "s": "str", "b": "boolean", "d": "dbdate",
        "t": "datetime64[us, UTC]", "h": "dbtime",
    }  # fmt: skip
    assert frame["d"][0] == datetime.date(2020, 1, 2)
    assert place.client.query("SELECT 1 AS a").to_dataframe(dtypes={"a": "float"})["a"][0] == 1.0


def large_frames(place: Place) -> None:
    """to_dataframe of 200,000 rows, without leaving the machine"""
    sql = "SELECT n, CAST(n AS STRING) AS t FROM UNNEST(GENERATE_ARRAY(1, 200000)) AS n"
    assert place.client.query(sql).to_dataframe().shape == (200_000, 2)
    assert place.client.query_and_wait(sql).to_dataframe().shape == (200_000, 2)


def frames_in_pieces(place: Place) -> None:
    """to_dataframe_iterable, to_arrow_iterable"""
    rows = place.client.query(MANY).result(page_size=10)
    assert [len(frame) for frame in rows.to_dataframe_iterable()] == [10, 10, 5]
    rows = place.client.query(MANY).result(page_size=10)
    assert sum(batch.num_rows for batch in rows.to_arrow_iterable()) == 25


def arrow(place: Place) -> None:
    """to_arrow, with nested values"""
    sql = "SELECT 1 AS a, [STRUCT('x' AS b, [1.5] AS c)] AS r, CAST(NULL AS DATE) AS d"
    table = place.client.query(sql).to_arrow()
    assert table.to_pylist() == [{"a": 1, "r": [{"b": "x", "c": [1.5]}], "d": None}]
    assert table.schema.field("d").type == pa.date32()


def arrow_format(place: Place) -> None:
    """the format ARROW of the fast path"""
    rows = place.client.query_and_wait("SELECT 1 AS one, [2] AS more", query_results_format="ARROW")
    assert rows.to_arrow(create_bqstorage_client=False).to_pylist() == [{"one": 1, "more": [2]}]


def int64_timestamps(place: Place) -> None:
    """timestamps as numbers and as text (formatOptions)"""
    job = place.client.query("SELECT TIMESTAMP '2020-01-02 03:04:05.678901+00' AS t")
    job.result()

    def told(**options: Any) -> Any:
        answer = place.client._connection.api_request(
            "GET", f"/projects/local/queries/{job.job_id}", query_params=options
        )
        return answer["rows"][0]["f"][0]["v"]

    assert told() == "1577934245.678901"
    assert told(**{"formatOptions.useInt64Timestamp": "true"}) == "1577934245678901"
    iso = told(**{"formatOptions.timestampOutputFormat": "ISO8601_STRING"})
    assert iso == "2020-01-02T03:04:05.678901Z"


def every_type(place: Place) -> None:
    """every type, as Python has it"""
    [row] = place.client.query_and_wait(
        "SELECT b'x' AS y, DATETIME '2020-01-02 03:04:05.5' AS dt, TIME '03:04:05.000001' AS h,"
        " NUMERIC '1.50' AS n, BIGNUMERIC '1e-30' AS bn, JSON '{\"a\": 1}' AS j,"
        " INTERVAL '1-2 3 4:5:6.7' YEAR TO SECOND AS iv, RANGE<DATE> '[2020-01-01, UNBOUNDED)' AS r"
    )
    assert row.y == b"x"
    assert row.dt == datetime.datetime(2020, 1, 2, 3, 4, 5, 500000)
    assert row.h == datetime.time(3, 4, 5, 1)
    assert (row.n, row.bn, row.j) == (Decimal("1.5"), Decimal("1e-30"), {"a": 1})
    assert row.r == {"start": datetime.date(2020, 1, 1), "end": None}
    assert (row.iv.years, row.iv.days, row.iv.microseconds) == (1, 3, 700000)
