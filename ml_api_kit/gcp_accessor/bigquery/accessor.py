"""`BigQueryAccessor`: one line per access."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from ml_api_kit.errors import DataAccessError, QueryError
from ml_api_kit.gcp_accessor.bigquery.faults import explained
from ml_api_kit.gcp_accessor.bigquery.files import read_table_schema, source_format
from ml_api_kit.gcp_accessor.bigquery.frames import answer_frame, check_frames, load_job
from ml_api_kit.gcp_accessor.bigquery.loads import json_lines
from ml_api_kit.gcp_accessor.bigquery.parameters import to_query_parameters
from ml_api_kit.gcp_accessor.bigquery.queries import (
    FIRST_ROWS,
    Queries,
    QueryOptions,
    QueryProgress,
    in_batches,
    query_text,
)
from ml_api_kit.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from google.cloud import bigquery

Params = Mapping[str, Any] | Sequence[Any] | None

_TIB_BYTES = 1 << 40
# BigQuery bills no less than this for a query that reads anything.
_LEAST_BILLED_BYTES = 10 << 20


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a query would read, in bytes, what that would cost, and the columns it would give.

    The price is that of the setting `MLAPI_PRICE_PER_TIB_USD`, for what BigQuery would bill.

    >>> DryRun(1 << 40, ("score",), 6.25).price_usd
    6.25
    """

    size_bytes: int
    columns: tuple[str, ...]
    price_per_tib_usd: float

    @property
    def price_usd(self) -> float:
        """The price in US dollars; 0 for a query that reads nothing."""
        billed = max(self.size_bytes, _LEAST_BILLED_BYTES) if self.size_bytes else 0
        return billed / _TIB_BYTES * self.price_per_tib_usd


class BigQueryAccessor:
    """BigQuery, in the cloud or in the folder of the project, as the settings say.

    Values are the client's: INT64 is int, FLOAT64 float, STRING str, BOOL bool, BYTES bytes,
    NUMERIC Decimal, DATE, TIME and DATETIME their namesakes without zone, TIMESTAMP a datetime in
    UTC, ARRAY a list, STRUCT a dict, NULL None (a NULL array is an empty list).
    """

    def __init__(
        self,
        project: str | None = None,
        location: str | None = None,
        *,
        settings: Settings | None = None,
        client: bigquery.Client | None = None,
        timeout_s: float | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what is needed to talk to BigQuery; nothing is sent yet.

        `project` and `location` go before the settings, which default to the environment's;
        `client` goes before all. `timeout_s` is about how long a query is waited for, in seconds;
        left out, the client waits until it ends, and for a server that does not answer for ten
        minutes or longer. `labels` are given to every job, for the bill.
        """
        found = settings if settings is not None else load_settings(os.environ)
        self._settings = replace(
            found,
            gcp_project=project or found.gcp_project,
            gcp_location=location or found.gcp_location,
        )
        self._given_client = client
        self._timeout_s = timeout_s
        self._labels = dict(labels or {})

    @cached_property
    def client(self) -> bigquery.Client:
        """The google-cloud client that everything goes through."""
        if self._given_client is not None:
            return self._given_client
        from ml_api_kit.gcp_accessor.backend import resolve_backend
        from ml_api_kit.gcp_accessor.bigquery.client import bigquery_client

        backend = resolve_backend(self._settings)
        with explained(project=backend.project, what="opening the client"):
            return bigquery_client(backend, self._settings.gcp_location)

    @cached_property
    def _queries(self) -> Queries:
        return Queries(self.client)

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
        options = QueryOptions(
            timeout_s=self._timeout_s if timeout_s is None else timeout_s,
            job_id=job_id,
            job_id_prefix=job_id_prefix,
            progress=progress,
        )
        config = self._job_config(params, labels, job_config)
        with self._reopened(), self._explained("a query"):
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
        if batch_rows < 1:
            raise QueryError(f"batch_rows is {batch_rows}; give a number from 1.")
        with self._reopened(), self._explained("a query"):
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
        with self._reopened(), self._explained("a query"):
            answer = self._answer(query, params, page_rows=FIRST_ROWS)
            columns = [field.name for field in answer.schema]
        return columns, self._read_batches(answer)

    def _read_batches(self, answer: Any) -> Iterator[list[list[Any]]]:
        with self._reopened(), self._explained("reading an answer"):
            yield from self._queries.row_batches(answer)

    def query_arrow(self, query: str | Path, params: Params = None) -> pa.Table:
        """The answer of a query as an Arrow table, in the types of the Storage Read API.

        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`.
        """
        with self._reopened(), self._explained("a query"):
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
        with self._reopened(), self._explained("a query"):
            options = QueryOptions(timeout_s=self._timeout_s)
            config = self._job_config(params)
            answer = self._queries.run(query_text(query), config, options, page_rows=None)
            return answer_frame(answer, self.client)

    def dry_run(self, query: str | Path, params: Params = None) -> DryRun:
        """The bytes that a query would read, their price, and its columns; nothing is run.

        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`.
        """
        config = self._job_config(params)
        config.dry_run = True
        config.use_query_cache = False
        with self._explained("a dry run"):
            job = self.client.query(query_text(query), job_config=config)
            columns = tuple(field.name for field in job.schema or ())
            size_bytes = int(job.total_bytes_processed or 0)
        return DryRun(size_bytes, columns, self._settings.price_per_tib_usd)

    def load_rows(
        self,
        table: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        schema: Sequence[bigquery.SchemaField] | None = None,
        replace: bool = False,
    ) -> int:
        """The number of rows loaded into `dataset.table`, all of them or none.

        `rows` are mappings from column name to value, read once and never held as a whole; a value
        is what JSON can hold, a date, time, Decimal or bytes. The table is made when it is not
        there: with `schema`, or with what the values suggest. `replace` puts the rows in place of
        those it has. No rows: nothing is sent.

        Raises QueryError: when the rows do not fit the table.
        Raises PreprocessingError: for a row that is no mapping, or a value of another type.
        Raises DataNotFoundError, CredentialsError, DataAccessError: as `execute_query`.
        """
        with json_lines(rows) as file, self._explained(f"loading rows into {table}"):
            if file is None:
                return 0
            config = self._load_config(
                "NEWLINE_DELIMITED_JSON", table, schema=schema, replace=replace
            )
            job = self.client.load_table_from_file(file, self._full_name(table), job_config=config)
            return _loaded_row_count(job)

    def load_file(
        self,
        table: str,
        path: str | Path,
        *,
        schema: Sequence[bigquery.SchemaField] | None = None,
        replace: bool = False,
    ) -> int:
        """The number of rows loaded from a CSV, JSON lines or Parquet file, all of them or none.

        A CSV or JSON lines file may be gzipped (`.gz`). A dataset or table that is
        not there is made, the table with the columns of `schema`, or with those that the file
        suggests. A CSV file begins with the names of its columns.

        Raises DataAccessError: when the file's ending is not known.
        Raises QueryError: when the file does not fit the table.
        Raises FileNotFoundError: when there is no such file.
        """
        file = Path(path)
        config = self._load_config(source_format(file), table, schema=schema, replace=replace)
        if config.source_format == "CSV":
            config.skip_leading_rows = 1
        with self._explained(f"loading {file.name} into {table}"), file.open("rb") as stream:
            self.client.create_dataset(self._dataset(table), exists_ok=True)
            job = self.client.load_table_from_file(
                stream, self._full_name(table), job_config=config
            )
            return _loaded_row_count(job)

    def load_from_storage(
        self,
        table: str,
        uris: str | Sequence[str],
        *,
        schema: Sequence[bigquery.SchemaField] | None = None,
        replace: bool = False,
        job_config: bigquery.LoadJobConfig | None = None,
    ) -> int:
        """The number of rows loaded from objects of Cloud Storage, all of them or none.

        `uris` are such as `gs://exams/2020/*.csv`; their ending says the format, and a CSV file
        begins with the names of its columns, unless `job_config` says otherwise. A dataset or table
        that is not there is made, with the columns of `schema`, or those that the files suggest.

        Raises DataAccessError: when the ending is not known.
        Raises DataNotFoundError: when there is no such object.
        Raises QueryError: when a file does not fit the table.
        """
        named = [uris] if isinstance(uris, str) else list(uris)
        if not named:
            raise QueryError("uris is empty; give at least one, such as gs://bucket/answers.csv.")
        config = job_config
        with self._explained(f"loading {named[0]} into {table}"):
            if config is None:
                file_format = source_format(Path(named[0]))
                config = self._load_config(file_format, table, schema=schema, replace=replace)
                if file_format == "CSV":
                    config.skip_leading_rows = 1
            self.client.create_dataset(self._dataset(table), exists_ok=True)
            job = self.client.load_table_from_uri(
                named, self._full_name(table), job_config=config, location=self._location
            )
            return _loaded_row_count(job)

    def load_frame(self, table: str, frame: pd.DataFrame, *, replace: bool = False) -> int:
        """The number of rows of a DataFrame loaded into `dataset.table`, all of them or none.

        A dataset or table that is not there is made, with the types of the frame's columns. The
        index is loaded where it has a name, as the client does. It needs pandas and pyarrow.

        Raises QueryError: when the frame does not fit the table.
        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        check_frames()
        config = self._load_config("PARQUET", table, schema=None, replace=replace)
        with self._explained(f"loading a frame into {table}"):
            self.client.create_dataset(self._dataset(table), exists_ok=True)
            job = load_job(self.client, frame, self._full_name(table), config)
            return _loaded_row_count(job)

    def create_table_from_schema_file(self, table: str, path: str | Path) -> None:
        """Make the empty table `dataset.table` with the columns of a schema file of BigQuery.

        Raises QueryError: when the table is there already.
        Raises DataNotFoundError: when there is no such dataset.
        Raises DataAccessError: when the file is no list of columns.
        """
        from google.cloud import bigquery

        columns = read_table_schema(Path(path))
        with self._explained(f"making {table}"):
            self.client.create_table(bigquery.Table(self._full_name(table), schema=columns))

    def create_dataset(self, dataset: str) -> bool:
        """Whether the dataset was made now; False when it was there already.

        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        from google.api_core.exceptions import Conflict

        with self._explained(f"making {dataset}"):
            try:
                self.client.create_dataset(dataset)
            except Conflict:
                return False
        return True

    def list_datasets(self) -> list[str]:
        """The names of the datasets of the project.

        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        with self._explained("listing the datasets"):
            return [dataset.dataset_id for dataset in self.client.list_datasets()]

    def dataset_exists(self, dataset: str) -> bool:
        """Whether there is such a dataset.

        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        from google.api_core.exceptions import NotFound

        with self._explained(f"looking for {dataset}"):
            try:
                self.client.get_dataset(dataset)
            except NotFound:
                return False
        return True

    def table_exists(self, table: str) -> bool:
        """Whether there is a table or view `dataset.table`.

        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        from google.api_core.exceptions import NotFound

        with self._explained(f"looking for {table}"):
            try:
                self.client.get_table(self._full_name(table))
            except NotFound:
                return False
        return True

    def list_tables(self, dataset: str) -> list[str]:
        """The names of the tables and views of a dataset.

        Raises DataNotFoundError, CredentialsError, DataAccessError: as `execute_query`.
        """
        with self._explained(f"listing {dataset}"):
            return [table.table_id for table in self.client.list_tables(dataset)]

    def table_schema(self, table: str) -> list[dict[str, Any]]:
        """The columns of `dataset.table`, each with `name`, `type`, `mode` and, nested, `fields`.

        Raises DataNotFoundError, CredentialsError, DataAccessError: as `execute_query`.
        """
        with self._explained(f"the schema of {table}"):
            fields = self.client.get_table(self._full_name(table)).schema
            return [field.to_api_repr() for field in fields]

    def _explained(self, what: str) -> Any:
        return explained(project=self.client.project, what=what)

    @contextmanager
    def _reopened(self) -> Iterator[None]:
        # A local server that ended is started by opening the client, so the next query opens one.
        try:
            yield
        except DataAccessError as error:
            if type(error) is DataAccessError:
                self.__dict__.pop("client", None)
                self.__dict__.pop("_queries", None)
            raise

    def _answer(self, query: str | Path, params: Params, *, page_rows: int) -> Any:
        options = QueryOptions(timeout_s=self._timeout_s)
        config = self._job_config(params)
        return self._queries.run(query_text(query), config, options, page_rows=page_rows)

    @property
    def _location(self) -> str | None:
        return self._settings.gcp_location

    def _job_config(
        self,
        params: Params,
        labels: Mapping[str, str] | None = None,
        given: bigquery.QueryJobConfig | None = None,
    ) -> bigquery.QueryJobConfig:
        from google.cloud import bigquery

        # A copy, since the caller may use its own again.
        config = copy.deepcopy(given) if given is not None else bigquery.QueryJobConfig()
        if params is not None:
            config.query_parameters = to_query_parameters(params)
        if merged := {**self._labels, **config.labels, **(labels or {})}:
            config.labels = merged
        limit = self._settings.maximum_bytes_billed
        if limit is not None and config.maximum_bytes_billed is None:
            config.maximum_bytes_billed = limit
        return config

    def _load_config(
        self,
        file_format: str,
        table: str,
        *,
        schema: Sequence[bigquery.SchemaField] | None,
        replace: bool,
    ) -> bigquery.LoadJobConfig:
        from google.cloud import bigquery

        config = bigquery.LoadJobConfig(source_format=file_format)
        config.write_disposition = "WRITE_TRUNCATE" if replace else "WRITE_APPEND"
        config.labels = self._labels
        if schema is not None:
            config.schema = list(schema)
        elif file_format != "PARQUET" and (replace or not self.table_exists(table)):
            config.autodetect = True
        return config

    def _full_name(self, table: str) -> str:
        parts = table.replace(":", ".").split(".")
        if len(parts) not in (2, 3) or not all(parts):
            raise QueryError(f"{table!r} names no table; write dataset.table.")
        return table if len(parts) == 3 else f"{self.client.project}.{table}"

    def _dataset(self, table: str) -> str:
        return self._full_name(table).rpartition(".")[0]


def _loaded_row_count(job: Any) -> int:
    return int(job.result().output_rows or 0)
