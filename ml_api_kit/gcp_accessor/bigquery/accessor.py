"""`BigQueryAccessor`: one line per access."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from ml_api_kit.errors import DataAccessError, QueryError
from ml_api_kit.gcp_accessor.bigquery.faults import explained
from ml_api_kit.gcp_accessor.bigquery.files import source_format
from ml_api_kit.gcp_accessor.bigquery.frames import answer_frame, check_frames, load_job
from ml_api_kit.gcp_accessor.bigquery.parameters import to_query_parameters
from ml_api_kit.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas as pd
    from google.cloud import bigquery

Params = Mapping[str, Any] | Sequence[Any] | None

# `Row.values()` copies every value deeply; a slice of the row is the tuple that it keeps.
_row_values = itemgetter(slice(None))


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a query would read, in bytes, and the columns it would give."""

    size_bytes: int
    columns: tuple[str, ...]


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
    ) -> None:
        """Keep what is needed to talk to BigQuery; nothing is sent yet.

        `project` and `location` go before the settings, which default to the environment's;
        `client` goes before all. `timeout_s` is about how long `execute_query` tries, in seconds,
        where BigQuery does not answer; left out, the client tries for ten minutes or longer.
        """
        found = settings if settings is not None else load_settings(os.environ)
        self._settings = replace(
            found,
            gcp_project=project or found.gcp_project,
            gcp_location=location or found.gcp_location,
        )
        self._given_client = client
        self._timeout_s = timeout_s

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

    @overload
    def execute_query(
        self, query: str, params: Params = None, *, rows: Literal["lists"] = "lists"
    ) -> list[list[Any]]: ...

    @overload
    def execute_query(
        self, query: str, params: Params = None, *, rows: Literal["dicts"]
    ) -> list[dict[str, Any]]: ...

    def execute_query(
        self, query: str, params: Params = None, *, rows: Literal["lists", "dicts"] = "lists"
    ) -> list[list[Any]] | list[dict[str, Any]]:
        """The answer of a query as a two-dimensional list: one list per row, in the query's order.

        `params` is a mapping for `@name` in the query, or a sequence for `?`. With `rows="dicts"`
        each row is a mapping from column name to value. A statement without rows gives `[]`.

        Raises QueryError: when the query is wrong, not supported locally, or would read more than
            the setting `MLAPI_MAXIMUM_BYTES_BILLED` allows.
        Raises DataNotFoundError: when a dataset or table is not there.
        Raises CredentialsError: when the credentials are missing or lack a role.
        Raises DataAccessError: when BigQuery failed, could not be reached, or took too long.
        """
        with self._reopened(), self._explained("a query"):
            answer = self.client.query_and_wait(
                query, job_config=self._job_config(params), **self._limits()
            )
            values = map(_row_values, answer)
            if rows == "lists":
                return list(map(list, values))
            names = [field.name for field in answer.schema]
            return [dict(zip(names, row, strict=True)) for row in values]

    def iter_query(
        self, query: str, params: Params = None, *, batch_rows: int = 10_000
    ) -> Iterator[list[list[Any]]]:
        """The answer of a query in batches of at most `batch_rows` rows, with bounded memory.

        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`, when the first batch is asked for.
        """
        if batch_rows < 1:
            raise QueryError(f"batch_rows is {batch_rows}; give a number from 1.")
        with self._explained("a query"):
            answer = self.client.query_and_wait(
                query, job_config=self._job_config(params), page_size=batch_rows
            )
            for page in answer.pages:
                batch = list(map(list, map(_row_values, page)))
                if batch:
                    yield batch

    def query_frame(self, query: str, params: Params = None) -> pd.DataFrame:
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
            answer = self.client.query_and_wait(
                query, job_config=self._job_config(params), **self._limits()
            )
            return answer_frame(answer, self.client)

    def dry_run(self, query: str, params: Params = None) -> DryRun:
        """The bytes that a query would read and the columns it would give; nothing is run.

        Raises QueryError, DataNotFoundError, CredentialsError, DataAccessError: as
            `execute_query`.
        """
        config = self._job_config(params)
        config.dry_run = True
        config.use_query_cache = False
        with self._explained("a dry run"):
            job = self.client.query(query, job_config=config)
            columns = tuple(field.name for field in job.schema or ())
            return DryRun(int(job.total_bytes_processed or 0), columns)

    def load_rows(
        self,
        table: str,
        rows: Iterable[Mapping[str, Any]],
        *,
        schema: Sequence[bigquery.SchemaField] | None = None,
        replace: bool = False,
    ) -> int:
        """The number of rows loaded into `dataset.table`, all of them or none.

        `rows` are mappings from column name to JSON value. The table is made when it is not there:
        with `schema`, or with what the values suggest. `replace` puts the rows in place of those
        it has. No rows: nothing is sent.

        Raises QueryError: when the rows do not fit the table.
        Raises DataNotFoundError, CredentialsError, DataAccessError: as `execute_query`.
        """
        waiting = iter(rows)
        first = next(waiting, None)
        if first is None:
            return 0
        config = self._load_config("NEWLINE_DELIMITED_JSON", table, schema=schema, replace=replace)
        with self._explained(f"loading rows into {table}"):
            listed = [dict(row) for row in chain([first], waiting)]
            job = self.client.load_table_from_json(
                listed, self._full_name(table), job_config=config
            )
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
            raise

    def _limits(self) -> dict[str, Any]:
        # Each of the client's layers waits by itself, so the outermost, the job's, repeats nothing.
        if self._timeout_s is None:
            return {}
        from google.cloud.bigquery.retry import DEFAULT_RETRY

        return {
            "api_timeout": self._timeout_s,
            "wait_timeout": self._timeout_s,
            "retry": DEFAULT_RETRY.with_timeout(self._timeout_s),
            "job_retry": None,
        }

    def _job_config(self, params: Params) -> bigquery.QueryJobConfig:
        from google.cloud import bigquery

        config = bigquery.QueryJobConfig(query_parameters=to_query_parameters(params))
        if self._settings.maximum_bytes_billed is not None:
            config.maximum_bytes_billed = self._settings.maximum_bytes_billed
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
