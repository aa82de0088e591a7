"""The groups of cases of the local BigQuery, and what a case works with."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.cloud import bigquery, storage

from tests.gcp_accessor.local.case_table import Case, cases_of, refused, table

__all__ = ["Case", "Place", "cases", "load", "refused", "table", "values"]

GROUPS = (
    "datasets", "tables", "names", "partitions", "schemas", "views", "routines", "inserts",
    "defaults", "csv_loads", "json_loads", "columnar_loads", "avro_loads", "load_jobs",
    "faulty_loads", "files", "queries", "parameters", "answers", "limits", "ddl", "dml", "scripts",
    "sessions", "jobs", "copies", "extracts", "read_api", "access", "errors", "persistence",
    "samples", "strangers",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What a case works with: clients, a dataset and a bucket of its own, the server's address."""

    client: bigquery.Client
    dataset: str
    bucket: storage.Bucket
    folder: Path
    url: str
    read_client: Any

    def name(self, table: str) -> str:
        return f"local.{self.dataset}.{table}"

    def make(self, table: str, *fields: bigquery.SchemaField) -> bigquery.Table:
        return self.client.create_table(bigquery.Table(self.name(table), schema=fields))

    def ask(self, sql: str, *parameters: Any, **options: Any) -> list[list[Any]]:
        """The rows of a query whose tables are those of the dataset."""
        config = bigquery.QueryJobConfig(
            default_dataset=f"local.{self.dataset}", query_parameters=parameters, **options
        )
        return values(self.client.query_and_wait(sql, job_config=config))

    def rows(self, table: str) -> list[list[Any]]:
        return values(self.client.list_rows(self.name(table)))

    def put(self, name: str, data: bytes | str) -> str:
        """The URI of a new object."""
        self.bucket.blob(name).upload_from_string(data)
        return f"gs://{self.bucket.name}/{name}"


def values(rows: Any) -> list[list[Any]]:
    return [list(row.values()) for row in rows]


def cases() -> list[Case]:
    return cases_of(f"{__package__}.{name}" for name in GROUPS)


def load(place: Place, data: bytes | str, table: str = "t", **options: object) -> list[list[Any]]:
    """The rows of the table after a load of a file; options that are None are left out."""
    given = {key: value for key, value in options.items() if value is not None}
    config = bigquery.LoadJobConfig(**given)
    file = io.BytesIO(data if isinstance(data, bytes) else data.encode())
    place.client.load_table_from_file(file, place.name(table), job_config=config).result()
    return place.rows(table)
