"""The local BigQuery behind its server: opened when it is needed, and anew when it broke."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from ml_api_kit.gcp_accessor.local.dispatch import Activity
from ml_api_kit.gcp_accessor.local.lazy_bigquery import LazyBigQuery
from ml_api_kit.gcp_accessor.local.reserved_port import ReservedPort
from ml_api_kit.gcp_accessor.local.storage.store import Store

ROOT = "/bigquery/v2/projects/local"


@pytest.fixture
def bigquery(tmp_path: Path) -> Iterator[LazyBigQuery]:
    store = Store(tmp_path / "storage")
    with closing(store), ReservedPort("127.0.0.1", 0) as port:
        bigquery = LazyBigQuery(
            tmp_path, project="local", store=store, activity=Activity(), read_port=port
        )
        with closing(bigquery):
            yield bigquery


def answer(client: Client, query: str) -> Any:
    return client.post(f"{ROOT}/queries", json={"query": query, "useLegacySql": False}).json


def test_database_that_duckdb_gave_up_is_opened_anew(bigquery: LazyBigQuery) -> None:
    client = Client(bigquery)
    client.post(f"{ROOT}/datasets", json={"datasetReference": {"datasetId": "kept"}})
    answer(client, "CREATE TABLE kept.t AS SELECT 7 AS n")
    first = bigquery._engine
    assert first is not None
    # What DuckDB does after a fault at a checkpoint, which cannot be had here by other means.
    first.is_broken = True
    assert answer(client, "SELECT n FROM kept.t")["rows"] == [{"f": [{"v": "7"}]}]
    assert bigquery._engine is not first
