"""BigQuery's Storage Read API over gRPC: tables and answers as streams of Arrow or Avro.

A session has one stream, so that the rows keep their order.

Source: https://cloud.google.com/bigquery/docs/reference/storage/rpc
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from google.cloud.bigquery_storage_v1 import types

from ml_api_kit.errors import LocalServerError
from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, not_found, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.jobs.jobs import Jobs
from ml_api_kit.gcp_accessor.local.bigquery.names import ANSWERS, TableName
from ml_api_kit.gcp_accessor.local.bigquery.readable import Readable
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.arrow import (
    arrow_schema,
    read_batches,
    select_sql,
)
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.avro import (
    avro_rows,
    avro_schema,
    import_fastavro,
)
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.read_sessions import (
    KEPT_FOR_S,
    ReadSession,
    ReadSessions,
)

_SERVICE = "google.cloud.bigquery.storage.v1.BigQueryRead"
_THREADS = 8
_TABLE = re.compile(r"projects/([^/]+)/datasets/([^/]+)/tables/([^/]+)")
_STREAM = re.compile(r"projects/[^/]+/locations/[^/]+/sessions/([^/]+)/streams/0")
_JOB_STREAM = re.compile(r"projects/([^/]+)/locations/[^/]+/jobs/([^/]+)/streams/_default")
_STATUS = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.ABORTED,
    503: grpc.StatusCode.UNAVAILABLE,
}


class ReadApi:
    """The gRPC server of one engine, on a port of its own."""

    def __init__(
        self,
        engine: Engine,
        jobs: Jobs,
        *,
        host: str,
        port: int,
        activity: AbstractContextManager[None],
    ) -> None:
        """Serve on `host` at `port`, with 0 at any that is free; each call within `activity`.

        Raises LocalServerError: when the port cannot be listened on.
        """
        self._engine = engine
        self._jobs = jobs
        self._activity = activity
        self._sessions = ReadSessions(engine, jobs)
        self._server = grpc.server(ThreadPoolExecutor(_THREADS), options=[("grpc.so_reuseport", 0)])
        self._server.add_generic_rpc_handlers((self._handlers(),))
        self.address = f"{host}:{_bind(self._server, host, port)}"
        self._server.start()

    def close(self) -> None:
        """Let the streams under way end, then stop."""
        self._server.stop(grace=1.0).wait()
        self._sessions.close()

    def create_read_session(self, request: Any, context: Any) -> Any:
        """A new session on a table, or on the answer of a job, with its one stream."""
        with self._activity, _answered(context):
            asked = request.read_session
            is_avro = asked.data_format == types.DataFormat.AVRO
            if not is_avro and asked.data_format != types.DataFormat.ARROW:
                raise BigQueryError("Invalid value for data_format: it is ARROW or AVRO.")
            if is_avro:
                import_fastavro()
            if "snapshot_time" in asked.table_modifiers:
                raise unsupported("reading a table as it was at an earlier time")
            options = asked.read_options
            session = self._sessions.begin(
                _table_name(asked.table),
                list(options.selected_fields),
                options.row_restriction,
                is_avro=is_avro,
            )
            name = f"{request.parent}/locations/US/sessions/{session.id}"
            streams = [types.ReadStream(name=f"{name}/streams/0")] if session.row_count else []
            return types.ReadSession(
                name=name,
                table=asked.table,
                data_format=asked.data_format,
                expire_time=datetime.now(UTC) + timedelta(seconds=KEPT_FOR_S),
                **_schema_of(session),
                read_options=options,
                streams=streams,
                estimated_row_count=session.row_count,
            )

    def read_rows(self, request: Any, context: Any) -> Iterator[Any]:
        """The batches of a stream from the row `offset` on.

        They are not compressed, whatever the session asks for: they leave this machine never.
        """
        with self._activity, _answered(context):
            if match := _STREAM.fullmatch(request.read_stream):
                session, batches = self._sessions.batches(match[1], start=request.offset)
                head = _schema_of(session)
                write = _avro_writer(session) if session.is_avro else _arrow_rows
            else:
                schema, batches = self._job_batches(request.read_stream, request.offset)
                head, write = {"arrow_schema": _schema_message(schema)}, _arrow_rows
            for batch in batches:
                yield types.ReadRowsResponse(**write(batch), **head, row_count=batch.num_rows)
                # Only the first message carries the schema.
                head = {}

    def split_read_stream(self, request: Any, context: Any) -> Any:
        """Nothing: a stream is never split, which a client must be ready for."""
        return types.SplitReadStreamResponse()

    def _job_batches(self, stream: str, start: int) -> tuple[Any, Iterator[Any]]:
        match = _JOB_STREAM.fullmatch(stream)
        if match is None:
            raise not_found(f"Stream {stream}")
        found = self._jobs.find_readable(TableName(match[1], ANSWERS, match[2]))
        schema = arrow_schema(found.fields)
        return schema, self._answer_batches(found, schema, start)

    def _answer_batches(self, found: Readable, schema: Any, start: int) -> Iterator[Any]:
        with self._engine.reading() as cursor:
            query = select_sql(found.table_sql, found.fields, start=start)
            yield from read_batches(cursor, query, schema)

    def _handlers(self) -> Any:
        unary, stream = grpc.unary_unary_rpc_method_handler, grpc.unary_stream_rpc_method_handler
        calls = {
            "CreateReadSession": unary(
                self.create_read_session,
                types.CreateReadSessionRequest.deserialize,
                types.ReadSession.serialize,
            ),
            "ReadRows": stream(
                self.read_rows,
                types.ReadRowsRequest.deserialize,
                types.ReadRowsResponse.serialize,
            ),
            "SplitReadStream": unary(
                self.split_read_stream,
                types.SplitReadStreamRequest.deserialize,
                types.SplitReadStreamResponse.serialize,
            ),
        }
        return grpc.method_handlers_generic_handler(_SERVICE, calls)


def _bind(server: Any, host: str, port: int) -> int:
    try:
        return int(server.add_insecure_port(f"{host}:{port}"))
    except RuntimeError as error:
        raise LocalServerError(f"{host}:{port} cannot be listened on ({error}).") from error


@contextmanager
def _answered(context: Any) -> Iterator[None]:
    """BigQuery's errors inside leave as the statuses of gRPC."""
    try:
        yield
    except BigQueryError as error:
        context.abort(_STATUS.get(error.status, grpc.StatusCode.INTERNAL), error.message)


def _table_name(path: str) -> TableName:
    match = _TABLE.fullmatch(path)
    if match is None:
        raise BigQueryError(f"Invalid table: {path}")
    return TableName(match[1], match[2], match[3])


def _schema_of(session: ReadSession) -> dict[str, Any]:
    if not session.is_avro:
        return {"arrow_schema": _schema_message(session.schema)}
    schema = json.dumps(avro_schema(session.source.fields))
    return {"avro_schema": types.AvroSchema(schema=schema)}


def _arrow_rows(batch: Any) -> dict[str, Any]:
    raw = batch.serialize().to_pybytes()
    return {"arrow_record_batch": types.ArrowRecordBatch(serialized_record_batch=raw)}


def _avro_writer(session: ReadSession) -> Callable[[Any], dict[str, Any]]:
    fields = session.source.fields
    schema = import_fastavro().parse_schema(avro_schema(fields))

    def write(batch: Any) -> dict[str, Any]:
        raw = avro_rows(batch, fields, schema)
        return {"avro_rows": types.AvroRows(serialized_binary_rows=raw)}

    return write


def _schema_message(schema: Any) -> Any:
    return types.ArrowSchema(serialized_schema=schema.serialize().to_pybytes())
