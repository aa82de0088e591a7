"""Google's client, and others, against the local BigQuery: case by case, as the docs have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import requests
from google.cloud import bigquery, bigquery_storage
from google.cloud.bigquery_storage_v1.services.big_query_read.transports import (
    BigQueryReadGrpcTransport,
)

from ml_api_kit.gcp_accessor.local.instance import READ_API_PATH
from ml_api_kit.gcp_accessor.local.process import LocalServer
from tests.gcp_accessor.bigquery_clients import new_bigquery_client
from tests.gcp_accessor.local.bigquery.conformance.registry import Case, Place, cases, table

CASES = cases()
PAGE = Path(__file__).parents[4] / "docs" / "data-access.md"

pytestmark = [
    # The clients announce that others will make frames one day.
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def server_client(server: LocalServer) -> Iterator[bigquery.Client]:
    with new_bigquery_client(server.url) as client:
        yield client


@pytest.fixture(scope="module")
def read_client(server: LocalServer) -> Iterator[Any]:
    address = requests.get(f"{server.url}{READ_API_PATH}", timeout=60).json()["address"]
    channel = grpc.insecure_channel(address)
    yield bigquery_storage.BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=channel))
    channel.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}: {case.title}")
def test_local_bigquery_does_as_its_table_says(
    case: Case,
    server_client: bigquery.Client,
    read_client: Any,
    bucket: Any,
    server: LocalServer,
    tmp_path: Path,
) -> None:
    dataset = f"case_{CASES.index(case)}"
    server_client.create_dataset(dataset)
    place = Place(server_client, dataset, bucket, tmp_path, server.url, read_client)
    try:
        if not case.is_refused:
            case.run(place)
            return
        with pytest.raises(Exception, match="not supported by the local BigQuery: "):
            case.run(place)
    finally:
        server_client.delete_dataset(dataset, delete_contents=True, not_found_ok=True)


def test_table_of_the_docs_is_that_of_the_cases() -> None:
    assert table(CASES) in PAGE.read_text(encoding="utf-8")


def test_table_tells_every_case_once() -> None:
    titles = [(case.group, case.title) for case in CASES]
    assert len(titles) == len(set(titles)) >= 150
