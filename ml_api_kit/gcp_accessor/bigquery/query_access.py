"""Queries, and the forms that their answers come in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from ml_api_kit.gcp_accessor.bigquery.arguments import (
    check_batch_rows,
    check_job_config,
    check_job_names,
    check_progress,
    check_rows_kind,
    check_timeout,
    checked_labels,
)
from ml_api_kit.gcp_accessor.bigquery.connection import Connection
from ml_api_kit.gcp_accessor.bigquery.dry_run import DryRun
from ml_api_kit.gcp_accessor.bigquery.frames import answer_frame, check_frames
from ml_api_kit.gcp_accessor.bigquery.parameters import to_query_parameters
from ml_api_kit.gcp_accessor.bigquery.queries import (
    FIRST_ROWS,
    Queries,
    QueryOptions,
    QueryProgress,
    in_batches,
    query_text,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from google.cloud import bigquery

Params = Mapping[str, Any] | Sequence[Any] | None


class QueryAccess(Connection):
    """What can be asked of BigQuery."""

    @cached_property
    def _queries(self) -> Queries:
        return Queries(self.client)

    def _close(self) -> None:
        self.__dict__.pop("_queries", None)
        super()._close()

    @overload
    def execute_query(
        self,
        query: str | Path,
        params: Params = None,
        *,
        rows: Literal["lists"] = "lists",
        labels: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        job_id: str | None = None,
        job_id_prefix: str | None = None,
        job_config: bigquery.QueryJobConfig | None = None,
        progress: Callable[[QueryProgress], None] | None = None,
    ) -> list[list[Any]]: ...

    @overload
    def execute_query(
        self,
        query: str | Path,
        params: Params = None,
        *,
        rows: Literal["dicts"],
        labels: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        job_id: str | None = None,
        job_id_prefix: str | None = None,
        job_config: bigquery.QueryJobConfig | None = None,
        progress: Callable[[QueryProgress], None] | None = None,
    ) -> list[dict[str, Any]]: ...

    def execute_query(
        self,
        query: str | Path,
        params: Params = None,
        *,
        rows: Literal["lists", "dicts"] = "lists",
        labels: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        job_id: str | None = None,
        job_id_prefix: str | None = None,
        job_config: bigquery.QueryJobConfig | None = None,
        progress: Callable[[QueryProgress], None] | None = None,
    ) -> list[list[Any]] | list[dict[str, Any]]:
        """The answer of a query as a two-dimensional list: one list per row, in the query's order.

        `query` is SQL, or the path of a file of it. `params` is a mapping for `@name` in the query,
        or a sequence for `?`. With `rows="dicts"` each row is a mapping from column name to value.
        A statement without rows gives `[]`. A large answer is read by the Storage Read API, with
        the same values.

        `labels` are added to those of the accessor, `timeout_s` takes the place of its own.
        `progress` is called each second while the query runs. `job_id` or `job_id_prefix` name its
        job. What else the client can set is in `job_config`: a destination, partitions, priority.

        Raises QueryError: when the query is wrong, not supported locally, or would read more than
            the setting `MLAPI_MAXIMUM_BYTES_BILLED` allows.
        Raises DataNotFoundError: when a dataset or table is not there.
        Raises CredentialsError: when the credentials are missing or lack a role.
        Raises DataAccessError: when BigQuery failed, could not be reached, or took too long.
        """
        check_rows_kind(rows)
        check_timeout(timeout_s)
        check_job_names(job_id, job_id_prefix)
        check_progress(progress)
        options = QueryOptions(
            timeout_s=self._timeout_s if timeout_s is None else timeout_s,
            job_id=job_id,
            job_id_prefix=job_id_prefix,
            progress=progress,
        )
        with self._explained("a query"):
            config = self._job_config(params, labels, job_config)
            answer = self._queries.run(query_text(query), config, options, page_rows=FIRST_ROWS)
            found = self._queries.rows(answer)
        if rows == "lists":
            return found
        names = [field.name for field in answer.schema]
        return [dict(zip(names, row, strict=True)) for row in found]

    def iter_query(
        self, query: str | Path, params: Params = None, *, batch_rows: int = 10_000
    ) -> Iterator[list[list[Any]]]:
        """The answer of a query in batches of `batch_rows` rows, with bounded memory.

        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`, when the first batch is asked for; DataAccessError also later, when the
            connection breaks off.
        """
        check_batch_rows(batch_rows)
        with self._explained("a query"):
            answer = self._answer(query, params, page_rows=min(batch_rows, FIRST_ROWS))
            yield from in_batches(self._queries.row_batches(answer), batch_rows)

    def query_batches(
        self, query: str | Path, params: Params = None
    ) -> tuple[list[str], Iterator[list[list[Any]]]]:
        """The names of the columns of an answer, and its rows in batches, with bounded memory.

        A statement without rows has no columns.

        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`; while the rows are read DataAccessError, when the connection breaks.
        """
        with self._explained("a query"):
            answer = self._answer(query, params, page_rows=FIRST_ROWS)
            columns = [field.name for field in answer.schema]
        return columns, self._read_batches(answer)

    def _read_batches(self, answer: Any) -> Iterator[list[list[Any]]]:
        with self._explained("reading an answer"):
            yield from self._queries.row_batches(answer)

    def query_arrow(self, query: str | Path, params: Params = None) -> pa.Table:
        """The answer of a query as an Arrow table, in the types of the Storage Read API.

        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`.
        """
        with self._explained("a query"):
            return self._queries.arrow_table(self._answer(query, params, page_rows=FIRST_ROWS))

    def query_frame(self, query: str | Path, params: Params = None) -> pd.DataFrame:
        """The answer of a query as a pandas DataFrame, with the types that the client gives.

        These are the types of the client's own `to_dataframe`: INT64 is Int64, BOOL boolean, DATE
        dbdate, so that whole numbers stay whole where some are missing. The rows are in the query's
        order, counted from 0. It needs pandas, pyarrow and db-dtypes.

        Raises DataAccessError: when one of these is not installed.
        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`.
        """
        check_frames()
        with self._explained("a query"):
            options = QueryOptions(timeout_s=self._timeout_s)
            config = self._job_config(params)
            answer = self._queries.run(query_text(query), config, options, page_rows=None)
            return answer_frame(answer, self.client)

    def dry_run(self, query: str | Path, params: Params = None) -> DryRun:
        """The bytes that a query would read, their price, and its columns; nothing is run.

        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`.
        """
        with self._explained("a dry run"):
            config = self._job_config(params)
            config.dry_run = True
            config.use_query_cache = False
            job = self.client.query(query_text(query), job_config=config)
            columns = tuple(field.name for field in job.schema or ())
            size_bytes = int(job.total_bytes_processed or 0)
        return DryRun(size_bytes, columns, self._settings.price_per_tib_usd)

    def _answer(self, query: str | Path, params: Params, *, page_rows: int) -> Any:
        options = QueryOptions(timeout_s=self._timeout_s)
        config = self._job_config(params)
        return self._queries.run(query_text(query), config, options, page_rows=page_rows)

    def _job_config(
        self,
        params: Params,
        labels: Mapping[str, str] | None = None,
        given: bigquery.QueryJobConfig | None = None,
    ) -> bigquery.QueryJobConfig:
        # Imported already, while a local server started: the client is opened before.
        from google.cloud import bigquery

        check_job_config(given, bigquery.QueryJobConfig)
        # A copy, since the caller may use its own again.
        config = copy.deepcopy(given) if given is not None else bigquery.QueryJobConfig()
        if params is not None:
            config.query_parameters = to_query_parameters(params)
        if merged := {**self._labels, **config.labels, **checked_labels(labels)}:
            config.labels = merged
        limit = self._settings.maximum_bytes_billed
        if limit is not None and config.maximum_bytes_billed is None:
            config.maximum_bytes_billed = limit
        return config
