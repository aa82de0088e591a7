"""What a statement is asked with, and what it gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, TableName


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A statement with its parameters in their REST form, and where its answer goes.

    `write_disposition` is about `destination`: WRITE_EMPTY, WRITE_TRUNCATE or WRITE_APPEND.
    """

    sql: str
    parameters: list[Any] = field(default_factory=list)
    project: str = "local"
    default_dataset: DatasetName | None = None
    destination: TableName | None = None
    write_disposition: str = "WRITE_EMPTY"
    create_disposition: str = "CREATE_IF_NEEDED"


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a statement gave: rows in a DuckDB table, or the number of rows that it changed.

    `tables` are those that it read; `ddl_operation` is CREATE, REPLACE, SKIP or DROP where it made
    or dropped `ddl_target`.
    """

    kind: str
    fields: list[Field] = field(default_factory=list)
    table_sql: str | None = None
    row_count: int = 0
    affected_row_count: int | None = None
    size_bytes: int = 0
    tables: tuple[TableName, ...] = ()
    ddl_operation: str = ""
    ddl_target: TableName | None = None
