"""Loads: rows, files, frames and objects of Cloud Storage into tables."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import QueryError
from ml_api_kit.gcp_accessor.bigquery.arguments import (
    check_frame,
    check_job_config,
    checked_path,
    checked_schema,
)
from ml_api_kit.gcp_accessor.bigquery.files import (
    DETECTED_DELIMITERS,
    csv_delimiter,
    source_format,
)
from ml_api_kit.gcp_accessor.bigquery.frames import check_frames, load_job
from ml_api_kit.gcp_accessor.bigquery.left_queries import (
    cancelled_job_if_left,
    cancelled_load_if_left,
)
from ml_api_kit.gcp_accessor.bigquery.loads import json_lines
from ml_api_kit.gcp_accessor.bigquery.row_types import RowTypes
from ml_api_kit.gcp_accessor.bigquery.table_access import TableAccess

if TYPE_CHECKING:
    import pandas as pd
    from google.cloud import bigquery


class LoadAccess(TableAccess):
    """What can be put into tables, each load in one job: all of it or nothing."""

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
        there: with `schema`, or with the types of the values (str is STRING whatever it spells,
        int INT64, float FLOAT64, bool BOOL, bytes BYTES, Decimal NUMERIC or BIGNUMERIC, a datetime
        without zone DATETIME, with one TIMESTAMP, a dict a RECORD, a list repeated). `replace` puts
        the rows in place of those it has. No rows: nothing is sent.

        Raises QueryError: when the rows do not fit the table.
        Raises PreprocessingError: for a row that is no mapping, a value of another type, or values
            of several types in one column of a new table.
        Raises DataNotFoundError, CredentialsError, DataAccessError: as `execute_query`.
        """
        columns = checked_schema(schema)
        types = RowTypes() if columns is None and self._is_new(table, replace=replace) else None
        with (
            json_lines(rows, types=types) as file,
            self._explained(f"loading rows into {table}"),
        ):
            if file is None:
                return 0
            suggested = columns if types is None else types.schema()
            config = self._load_config(
                "NEWLINE_DELIMITED_JSON", table, schema=suggested, replace=replace
            )
            return self._loaded_row_count(
                lambda job_id: self.client.load_table_from_file(
                    file, self._full_name(table), job_id=job_id, job_config=config
                )
            )

    def load_file(
        self,
        table: str,
        path: str | Path,
        *,
        schema: Sequence[bigquery.SchemaField] | None = None,
        replace: bool = False,
        delimiter: str | None = None,
        encoding: str | None = None,
    ) -> int:
        """The number of rows loaded from a CSV, JSON lines or Parquet file, all of them or none.

        A CSV or JSON lines file may be gzipped (`.gz`). A dataset or table that is
        not there is made, the table with the columns of `schema`, or with those that the file
        suggests. A CSV file begins with the names of its columns, separated by commas, pipes, tabs
        or semicolons, or by `delimiter`. It is in UTF-8, or in an `encoding` that BigQuery names,
        such as ISO-8859-1.

        Raises DataAccessError: when the file's ending is not known.
        Raises QueryError: when the file does not fit the table.
        Raises FileNotFoundError: when there is no such file.
        """
        file = checked_path(path)
        file_format = source_format(file.name)
        if file_format != "CSV" and (delimiter is not None or encoding is not None):
            raise QueryError(f"{file} is no CSV file; delimiter and encoding are for those alone.")
        with self._explained(f"loading {file.name} into {table}"), file.open("rb") as stream:
            config = self._load_config(file_format, table, schema=schema, replace=replace)
            if file_format == "CSV":
                _describe_csv(config, delimiter or csv_delimiter(file), encoding)
            self.client.create_dataset(self._dataset(table), exists_ok=True)
            return self._loaded_row_count(
                lambda job_id: self.client.load_table_from_file(
                    stream, self._full_name(table), job_id=job_id, job_config=config
                )
            )

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
        named = [uris] if isinstance(uris, str) else list(uris) if _is_many(uris) else []
        if not named or not all(isinstance(uri, str) for uri in named):
            raise QueryError(
                f"uris is {uris!r}; give at least one, such as gs://bucket/answers.csv."
            )
        if outside := [uri for uri in named if not uri.startswith("gs://")]:
            raise QueryError(
                f"{outside[0]!r} is no URI of Cloud Storage, such as gs://bucket/answers.csv; a"
                " file is loaded by load_file."
            )
        config = job_config
        with self._explained(f"loading {named[0]} into {table}"):
            from google.cloud import bigquery

            check_job_config(config, bigquery.LoadJobConfig)
            if config is None:
                file_format = source_format(named[0])
                config = self._load_config(file_format, table, schema=schema, replace=replace)
                if file_format == "CSV":
                    config.skip_leading_rows = 1
            self.client.create_dataset(self._dataset(table), exists_ok=True)
            return self._loaded_row_count(
                lambda job_id: self.client.load_table_from_uri(
                    named, self._full_name(table), job_id=job_id, job_config=config
                )
            )

    def load_frame(self, table: str, frame: pd.DataFrame, *, replace: bool = False) -> int:
        """The number of rows of a DataFrame loaded into `dataset.table`, all of them or none.

        A dataset or table that is not there is made, with the types of the frame's columns. The
        index is loaded where it has a name, as the client does. It needs pandas and pyarrow.

        Raises QueryError: when the frame does not fit the table, or is none.
        Raises PreprocessingError: when a column holds values of several types.
        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        check_frames()
        check_frame(frame)
        with self._explained(f"loading a frame into {table}"):
            config = self._load_config("PARQUET", table, schema=None, replace=replace)
            self.client.create_dataset(self._dataset(table), exists_ok=True)
            return self._loaded_row_count(
                lambda job_id: load_job(
                    self.client, frame, self._full_name(table), config, job_id=job_id
                )
            )

    def _loaded_row_count(self, send: Callable[[str], Any]) -> int:
        """The number of rows that the job loads which `send` starts by the id that it is given."""
        job_id = str(uuid.uuid4())
        with cancelled_load_if_left(self.client, job_id):
            job = send(job_id)
        with cancelled_job_if_left(job):
            return int(job.result().output_rows or 0)

    def _is_new(self, table: str, *, replace: bool) -> bool:
        return replace or not self.table_exists(table)

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
        columns = checked_schema(schema)
        if columns is not None:
            config.schema = columns
        elif file_format != "PARQUET" and self._is_new(table, replace=replace):
            config.autodetect = True
        return config


def _describe_csv(config: Any, delimiter: str, encoding: str | None) -> None:
    config.skip_leading_rows = 1
    if not config.autodetect or delimiter not in DETECTED_DELIMITERS:
        config.field_delimiter = delimiter
    if not config.autodetect:
        config.allow_quoted_newlines = True
    if encoding is not None:
        config.encoding = encoding


def _is_many(uris: object) -> bool:
    return isinstance(uris, Iterable) and not isinstance(uris, bytes)
