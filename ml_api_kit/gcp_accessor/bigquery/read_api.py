"""Reading large answers by the Storage Read API, which costs a fraction of what REST does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.cloud import bigquery

_logger = logging.getLogger("ml_api_kit.gcp_accessor")
_ANSWER_WITHIN_S = 60.0
# The client repeats for a day what a server that is gone does not answer.
_REPEATED_FOR_S = 60.0
_LOCAL_REPEATED_FOR_S = 3.0


class ReadApi:
    """The Storage Read API that belongs to a client of BigQuery."""

    def __init__(self, read_client: Any, *, repeated_for_s: float) -> None:
        """Read by `read_client`; what fails for a moment is repeated for so long."""
        self._read_client = read_client
        self._repeated_for_s = repeated_for_s

    def batches(self, client: bigquery.Client, table: Any) -> Iterator[Any]:
        """The rows of a table as Arrow record batches, in their order, fetched while they are read.

        Raises google.api_core.exceptions.Forbidden: when the role for it is missing.
        """
        import pyarrow as pa
        from google.api_core.exceptions import ServiceUnavailable
        from google.api_core.retry import Retry, if_exception_type
        from google.cloud.bigquery_storage_v1 import types

        retry = Retry(predicate=if_exception_type(ServiceUnavailable), timeout=self._repeated_for_s)
        session = self._read_client.create_read_session(
            parent=f"projects/{client.project}",
            read_session=types.ReadSession(table=table.to_bqstorage(), data_format="ARROW"),
            # Rows of one stream keep their order.
            max_stream_count=1,
            retry=retry,
        )
        if not session.streams:
            return
        schema = pa.ipc.read_schema(pa.py_buffer(session.arrow_schema.serialized_schema))
        for message in self._read_client.read_rows(session.streams[0].name, retry=retry):
            raw = message.arrow_record_batch.serialized_record_batch
            yield pa.ipc.read_record_batch(pa.py_buffer(raw), schema)


def find_read_api(client: bigquery.Client) -> ReadApi | None:
    """The Read API beside the BigQuery of the client; None where an emulator has none."""
    from google.cloud.bigquery_storage_v1 import BigQueryReadClient

    url = str(client._connection.API_BASE_URL)
    if "googleapis.com" in url:
        make: Any = BigQueryReadClient
        cloud = make(credentials=client._credentials)
        return ReadApi(cloud, repeated_for_s=_REPEATED_FOR_S)
    address = _local_address(client, url)
    if address is None:
        return None
    return ReadApi(_local_client(address), repeated_for_s=_LOCAL_REPEATED_FOR_S)


def tell_fallback(error: Exception) -> None:
    """Say once that answers are read the slow way, and what to do about it."""
    _logger.warning(
        "The Storage Read API refuses this account (%s), so large answers are read by REST, which"
        " takes several times as long. Grant it the role bigquery.readSessionUser.",
        type(error).__name__,
    )


def _local_address(client: bigquery.Client, url: str) -> str | None:
    answer = client._http.get(f"{url.rstrip('/')}/_mlapi/read-api", timeout=_ANSWER_WITHIN_S)
    if answer.status_code != 200:
        return None
    return str(answer.json()["address"])


def _local_client(address: str) -> Any:
    import grpc
    from google.cloud.bigquery_storage_v1 import BigQueryReadClient
    from google.cloud.bigquery_storage_v1.services.big_query_read.transports import (
        BigQueryReadGrpcTransport,
    )

    # A proxy that the environment names for the rest of the world is no way to this machine.
    options = [("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", -1)]
    channel = grpc.insecure_channel(address, options=options)
    make: Any = BigQueryReadClient
    return make(transport=BigQueryReadGrpcTransport(channel=channel))
