"""Storage Read API."""

import datetime
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery_storage_v1 import types

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused

EVERY_TYPE = """
    SELECT 1 AS i, 'é' AS s, 0.5 AS f, TRUE AS b, b'x' AS y, DATE '2020-01-02' AS d,
        TIME '03:04:05' AS t, DATETIME '2020-01-02 03:04:05' AS dt,
        TIMESTAMP '2020-01-02 03:04:05.5+00' AS ts, NUMERIC '1.25' AS n,
        [1, 2] AS a, STRUCT(1 AS x, ['q'] AS y) AS st, [STRUCT(2 AS z)] AS ast
"""


def _fill(place: Place, count: int = 20) -> str:
    place.ask(
        "CREATE TABLE t AS SELECT n, CAST(n AS STRING) AS s, STRUCT(n AS a, -n AS b) AS pair"
        f" FROM UNNEST(GENERATE_ARRAY(1, {count})) AS n"
    )
    return f"projects/local/datasets/{place.dataset}/tables/t"


def _begin(place: Place, table: str, **options: Any) -> Any:
    session = types.ReadSession(table=table, data_format="ARROW", read_options=options)
    return place.read_client.create_read_session(parent="projects/local", read_session=session)


def _read(place: Place, session: Any, start: int = 0) -> Any:
    return place.read_client.read_rows(session.streams[0].name, start).to_arrow(session)


def tables(place: Place) -> None:
    """tables as Arrow"""
    session = _begin(place, _fill(place))
    assert session.estimated_row_count == 20
    table = _read(place, session)
    assert table.column("n").to_pylist() == list(range(1, 21))
    assert table.slice(0, 1).to_pylist() == [{"n": 1, "s": "1", "pair": {"a": 1, "b": -1}}]


def answers(place: Place) -> None:
    """answers of queries, with the values and the types that REST gives"""
    job = place.client.query(EVERY_TYPE)
    arrow = job.to_arrow(bqstorage_client=place.read_client)
    assert arrow.to_pylist() == [dict(row.items()) for row in job.result()]
    frames = [
        job.to_dataframe(bqstorage_client=place.read_client),
        job.to_dataframe(create_bqstorage_client=False),
    ]
    assert frames[0].dtypes.to_dict() == frames[1].dtypes.to_dict()


def columns(place: Place) -> None:
    """chosen columns, also of records"""
    session = _begin(place, _fill(place), selected_fields=["pair.b", "s"])
    first = _read(place, session).slice(0, 1).to_pylist()
    assert first == [{"s": "1", "pair": {"b": -1}}]


def restrictions(place: Place) -> None:
    """rows chosen by a condition"""
    session = _begin(place, _fill(place), row_restriction="n > 18 AND s != '20'")
    assert _read(place, session).column("n").to_pylist() == [19]


def snapshots(place: Place) -> None:
    """a session sees the rows of its beginning, and goes on where it broke off"""
    session = _begin(place, _fill(place))
    place.ask("DELETE FROM t WHERE TRUE")
    assert _read(place, session, 15).column("n").to_pylist() == [16, 17, 18, 19, 20]


def streams(place: Place) -> None:
    """no more streams than were asked for, none for an empty table"""
    path = _fill(place)
    session = types.ReadSession(table=path, data_format="ARROW")
    made = place.read_client.create_read_session(
        parent="projects/local", read_session=session, max_stream_count=3
    )
    assert 1 <= len(made.streams) <= 3
    assert not place.read_client.split_read_stream({"name": made.streams[0].name}).primary_stream
    place.ask("TRUNCATE TABLE t")
    assert list(_begin(place, path).streams) == []


def list_rows(place: Place) -> None:
    """list_rows(...).to_arrow and to_dataframe"""
    _fill(place)
    rows = place.client.list_rows(place.name("t"))
    assert rows.to_dataframe(bqstorage_client=place.read_client).shape == (20, 3)


def wrong(place: Place) -> None:
    """refuse missing tables, columns and streams"""
    path = _fill(place)
    with pytest.raises(exceptions.NotFound, match="Not found: Table local:"):
        _begin(place, path + "_none")
    with pytest.raises(exceptions.InvalidArgument, match="No such field: z"):
        _begin(place, path, selected_fields=["z"])
    with pytest.raises(exceptions.InvalidArgument):
        _begin(place, path, row_restriction="z > 1")
    with pytest.raises(exceptions.NotFound):
        next(iter(place.read_client.read_rows("projects/local/locations/US/sessions/x/streams/0")))


def avro(place: Place) -> None:
    """tables as Avro, with the values that REST gives"""
    place.ask(
        "CREATE TABLE t AS SELECT 1 AS i, 'ä' AS s, 0.5 AS f, TRUE AS b, b'x' AS y, "
        "NUMERIC '-1.25' AS n, BIGNUMERIC '1e30' AS bn, DATE '0001-01-01' AS d, "
        "TIME '01:02:03.000004' AS ti, DATETIME '2020-01-01 00:00:00.5' AS dt, "
        "TIMESTAMP '1960-01-01 00:00:00.000001+00' AS ts, JSON '[1]' AS j, "
        "[STRUCT('k' AS k, [1, 2] AS v)] AS l, CAST(NULL AS INT64) AS z"
    )
    table = place.client.get_table(place.name("t"))
    session = types.ReadSession(table=table.path[1:], data_format="AVRO")
    made = place.read_client.create_read_session(parent="projects/local", read_session=session)
    [row] = place.read_client.read_rows(made.streams[0].name).rows(made)
    [expected] = place.client.list_rows(table)
    datetimes = {"dt": expected["dt"].isoformat(), "j": "[1]"}
    assert row == {**dict(expected.items()), **datetimes}
    assert made.expire_time > datetime.datetime.now(datetime.UTC)


@refused
def earlier(place: Place) -> None:
    """a table as it was earlier (snapshot_time)"""
    session = types.ReadSession(table=_fill(place), data_format="ARROW")
    session.table_modifiers.snapshot_time = datetime.datetime.now(datetime.UTC)
    place.read_client.create_read_session(parent="projects/local", read_session=session)
