from __future__ import annotations

import pytest
from google.cloud import bigquery

from ml_api_kit.errors import DataAccessError
from ml_api_kit.research.record.emulated_clients import let_clients_in
from ml_api_kit.settings import Settings


def test_client_that_cannot_be_kept_from_the_cloud_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(bigquery.Client, "_ensure_bqstorage_client")
    with pytest.raises(DataAccessError, match="cannot be kept from the Storage Read API"):
        let_clients_in(Settings(bigquery_emulator="127.0.0.1:9050"))
    let_clients_in(Settings())
