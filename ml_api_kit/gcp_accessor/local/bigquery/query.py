"""What a statement is asked with, and what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, RoutineName, TableName


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A statement with its parameters in their REST form, and where its answer goes.

    `partition`, where it is given, is the one of `destination` that the answer goes into, and
    `storage` the members of its resource. `write_disposition` is about both: WRITE_EMPTY,
    WRITE_TRUNCATE or WRITE_APPEND. With `schema_updates`, ALLOW_FIELD_ADDITION and
    ALLOW_FIELD_RELAXATION, it may change the fields. `tables` are those that the request alone
    knows.
    """

    sql: str
    parameters: list[Any] = field(default_factory=list)
    project: str = "local"
    default_dataset: DatasetName | None = None
    destination: TableName | None = None
    partition: str | None = None
    storage: Mapping[str, Any] = field(default_factory=dict)
    write_disposition: str = "WRITE_EMPTY"
    create_disposition: str = "CREATE_IF_NEEDED"
    schema_updates: frozenset[str] = frozenset()
    session_id: str | None = None
    tables: Mapping[str, TableName] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """A statement or expression of a script that has run: its text, its frames and what it gave.

    `evaluation` is STATEMENT or EXPRESSION; the innermost of the `frames` comes first.
    """

    sql: str
    evaluation: str
    frames: tuple[Mapping[str, Any], ...]
    start_ms: str
    end_ms: str
    result: QueryResult | None = None
    error: BigQueryError | None = None
    transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a statement gave: rows in a DuckDB table, or the number of rows that it changed.

    `tables` are those that it read; `ddl_operation` is CREATE, REPLACE, SKIP, ALTER or DROP where
    it made, changed or dropped `ddl_target`, a table, or `ddl_routine`. `dml_counts` are the rows
    by INSERT, UPDATE and DELETE. `steps` are the statements of a script that have run.
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
    ddl_dataset: DatasetName | None = None
    ddl_routine: RoutineName | None = None
    dml_counts: Mapping[str, int] = field(default_factory=dict)
    exported_row_count: int | None = None
    steps: tuple[ScriptStep, ...] = ()
