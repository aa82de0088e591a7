"""Collects the cases, and draws the table of the documentation."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from google.cloud import bigquery, storage

from tests.gcp_accessor.local.storage.conformance.registry import (
    group_title,
    own_functions,
    refused,
)

__all__ = ["Case", "Place", "cases", "load", "refused", "table", "values"]

GROUPS = (
    "datasets", "tables", "schemas", "views", "routines", "inserts", "csv_loads", "json_loads",
    "columnar_loads", "load_jobs", "queries", "parameters", "answers", "limits", "ddl", "dml",
    "scripts", "jobs", "copies", "extracts", "read_api", "access", "errors", "persistence",
    "strangers",
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


@dataclass(frozen=True)
class Case:
    group: str
    title: str
    run: Callable[[Place], None]
    is_refused: bool


def values(rows: Any) -> list[list[Any]]:
    return [list(row.values()) for row in rows]


def cases() -> list[Case]:
    return [
        Case(group_title(module), str(run.__doc__), run, getattr(run, "is_refused", False))
        for module in (import_module(f"{__package__}.{name}") for name in GROUPS)
        for run in own_functions(module)
    ]


def table(run: list[Case]) -> str:
    lines = ["| | works | is refused |", "| --- | --- | --- |"]
    for group in dict.fromkeys(case.group for case in run):
        titles = [
            "; ".join(
                case.title for case in run if case.group == group and case.is_refused is is_refused
            )
            for is_refused in (False, True)
        ]
        lines.append(f"| {group} | {titles[0]} | {titles[1]} |")
    return "\n".join(lines)


def load(place: Place, data: bytes | str, table: str = "t", **options: object) -> list[list[Any]]:
    """The rows of the table after a load of a file; options that are None are left out."""
    given = {key: value for key, value in options.items() if value is not None}
    config = bigquery.LoadJobConfig(**given)
    file = io.BytesIO(data if isinstance(data, bytes) else data.encode())
    place.client.load_table_from_file(file, place.name(table), job_config=config).result()
    return place.rows(table)
