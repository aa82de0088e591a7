"""The Storage Read API, asked by Google's own client."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.cloud import bigquery, bigquery_storage
from google.cloud.bigquery_storage_v1 import types
from google.cloud.bigquery_storage_v1.services.big_query_read.transports import (
    BigQueryReadGrpcTransport,
)

from ml_api_kit.gcp_accessor.local.bigquery import Engine
from ml_api_kit.gcp_accessor.local.bigquery.rest.app import App
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.read_api import ReadApi

# The clients announce that another package will make frames one day.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

EVERY_TYPE = """
    SELECT 1 AS i, 'é' AS s, 0.5 AS f, TRUE AS b, b'x' AS y, DATE '2020-01-02' AS d,
        TIME '03:04:05' AS t, DATETIME '2020-01-02 03:04:05' AS dt,
        TIMESTAMP '2020-01-02 03:04:05.5+00' AS ts, NUMERIC '1.25' AS n,
        [1, 2] AS a, STRUCT(1 AS x, ['q'] AS y) AS st, [STRUCT(2 AS z)] AS ast
"""


@pytest.fixture(scope="module")
def read_client(engine: Engine, app: App) -> Iterator[Any]:
    api = ReadApi(engine, app.jobs, host="127.0.0.1", port=0, activity=contextlib.nullcontext())
    channel = grpc.insecure_channel(api.address)
    yield bigquery_storage.BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=channel))
    channel.close()
    api.close()


@pytest.fixture
def numbers(client: bigquery.Client, dataset: str) -> str:
    client.query_and_wait(
        f"CREATE TABLE {dataset}.numbers AS"
        " SELECT n, CAST(n AS STRING) AS text, STRUCT(n AS a, -n AS b) AS pair"
        " FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS n"
    )
    return f"projects/local/datasets/{dataset}/tables/numbers"


def begin(read_client: Any, table: str, **options: Any) -> Any:
    session = types.ReadSession(table=table, data_format="ARROW", read_options=options)
    return read_client.create_read_session(parent="projects/local", read_session=session)


def read(read_client: Any, session: Any, start: int = 0) -> Any:
    return read_client.read_rows(session.streams[0].name, start).to_arrow(session)


def test_answer_of_every_type_is_that_of_rest(client: bigquery.Client, read_client: Any) -> None:
    job = client.query(EVERY_TYPE)
    arrow = job.to_arrow(bqstorage_client=read_client)
    rest = [dict(row.items()) for row in job.result()]
    assert arrow.to_pylist() == rest
    assert rest[0]["n"] == Decimal("1.25")
    assert rest[0]["ts"] == datetime.datetime(2020, 1, 2, 3, 4, 5, 500000, tzinfo=datetime.UTC)


def test_frame_of_rest_and_of_arrow_are_alike(client: bigquery.Client, read_client: Any) -> None:
    job = client.query(EVERY_TYPE)
    by_rest = job.to_dataframe(create_bqstorage_client=False)
    by_arrow = job.to_dataframe(bqstorage_client=read_client)
    assert by_arrow.dtypes.to_dict() == by_rest.dtypes.to_dict()


def test_missing_values_and_arrays(client: bigquery.Client, read_client: Any) -> None:
    job = client.query("SELECT NULL AS n, CAST(NULL AS ARRAY<INT64>) AS a, STRUCT([1] AS y) AS s")
    rows = job.to_arrow(bqstorage_client=read_client).to_pylist()
    assert rows == [{"n": None, "a": [], "s": {"y": [1]}}]


def test_rows_keep_their_order(read_client: Any, numbers: str) -> None:
    table = read(read_client, begin(read_client, numbers))
    assert table.column("n").to_pylist() == list(range(1, 100_001))


def test_columns_are_chosen_also_within_records(read_client: Any, numbers: str) -> None:
    session = begin(read_client, numbers, selected_fields=["pair.b", "text"])
    assert read(read_client, session).slice(0, 1).to_pylist() == [{"text": "1", "pair": {"b": -1}}]


def test_rows_are_chosen_by_a_condition(read_client: Any, numbers: str) -> None:
    session = begin(read_client, numbers, row_restriction="n > 99998 AND text != '100000'")
    assert session.estimated_row_count == 1
    assert read(read_client, session).column("n").to_pylist() == [99_999]


def test_session_is_a_snapshot_and_goes_on_where_it_broke_off(
    client: bigquery.Client, read_client: Any, dataset: str, numbers: str
) -> None:
    session = begin(read_client, numbers)
    stream = iter(read_client.read_rows(session.streams[0].name))
    first = next(stream)
    del stream
    client.query_and_wait(f"DELETE FROM {dataset}.numbers WHERE TRUE")
    rest = read(read_client, session, start=first.row_count)
    assert rest.column("n").to_pylist() == list(range(first.row_count + 1, 100_001))


def test_empty_table_has_no_stream(
    client: bigquery.Client, read_client: Any, dataset: str, numbers: str
) -> None:
    client.query_and_wait(f"TRUNCATE TABLE {dataset}.numbers")
    assert list(begin(read_client, numbers).streams) == []


def test_batches_fit_the_messages_of_a_client_that_sets_nothing(
    client: bigquery.Client, read_client: Any, dataset: str
) -> None:
    client.query_and_wait(
        f"CREATE TABLE {dataset}.wide AS"
        " SELECT n, REPEAT('x', 20000) AS text FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS n"
    )
    session = begin(read_client, f"projects/local/datasets/{dataset}/tables/wide")
    sizes = [
        len(message.arrow_record_batch.serialized_record_batch)
        for message in read_client.read_rows(session.streams[0].name)
    ]
    assert sum(sizes) > 20_000_000
    assert max(sizes) < 4 << 20


@pytest.mark.parametrize(
    ("table", "options", "kind", "message"),
    [
        ("none", {}, exceptions.NotFound, "Not found: Table local:"),
        ("numbers", {"selected_fields": ["z"]}, exceptions.InvalidArgument, "No such field: z"),
        (
            "numbers",
            {"row_restriction": "z > 1"},
            exceptions.InvalidArgument,
            "Unrecognized name: z",
        ),
    ],
)
def test_wrong_session_is_refused(
    read_client: Any,
    dataset: str,
    numbers: str,
    table: str,
    options: dict[str, Any],
    kind: type[Exception],
    message: str,
) -> None:
    with pytest.raises(kind, match=message):
        begin(read_client, f"projects/local/datasets/{dataset}/tables/{table}", **options)


def test_other_formats_and_unknown_streams_are_refused(read_client: Any, numbers: str) -> None:
    session = types.ReadSession(table=numbers)
    with pytest.raises(exceptions.InvalidArgument, match="data_format"):
        read_client.create_read_session(parent="projects/local", read_session=session)
    with pytest.raises(exceptions.NotFound):
        next(iter(read_client.read_rows("projects/local/locations/US/sessions/x/streams/0")))
