"""Persistence."""

from google.cloud import bigquery

from ml_api_kit.gcp_accessor.local.process import start_local_server, stop_local_server
from tests.gcp_accessor.bigquery_clients import new_bigquery_client
from tests.gcp_accessor.local.bigquery.conformance.registry import Place


def _client(url: str) -> bigquery.Client:
    return new_bigquery_client(url)


def restart(place: Place) -> None:
    """datasets, tables, rows, views and routines outlive the server"""
    folder = place.folder / "kept"
    with _client(start_local_server(folder).url) as client:
        client.create_dataset("d")
        client.query_and_wait("CREATE TABLE d.t AS SELECT 1 AS id, ['x'] AS tags")
        client.query_and_wait("CREATE VIEW d.seen AS SELECT id + 1 AS next FROM d.t")
        client.query_and_wait("CREATE FUNCTION d.twice(x INT64) AS (x * 2)")
    stop_local_server(folder)
    try:
        with _client(start_local_server(folder).url) as client:
            [row] = client.query_and_wait("SELECT d.twice(next) AS n FROM d.seen")
            assert row.n == 4
            assert [tuple(row.values()) for row in client.list_rows("d.t")] == [(1, ["x"])]
    finally:
        stop_local_server(folder)
