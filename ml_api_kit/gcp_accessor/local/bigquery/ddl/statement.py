"""What all statements that define something have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader

Options = tuple[tuple[str, Fragment], ...]


@dataclass(frozen=True, slots=True)
class Creation:
    """The words around what is made: OR REPLACE, TEMP and IF NOT EXISTS."""

    is_replacing: bool = False
    is_temporary: bool = False
    is_lenient: bool = False


@dataclass(frozen=True, slots=True)
class DdlStatement(ABC):
    """A statement that was read; `kind` is its `statementType`, `query` what it selects from."""

    kind: ClassVar[str] = ""
    path: list[str] = field(default_factory=list)

    @property
    def query(self) -> Fragment | None:
        """The query that the statement makes something of."""
        return None

    @property
    def statement_type(self) -> str:
        """BigQuery's `statementType`, such as CREATE_TABLE."""
        return self.kind

    @abstractmethod
    def run(self, context: Context) -> QueryResult:
        """What the statement tells; it has no rows.

        Raises BigQueryError: when it is wrong or not supported.
        """


def refuse_in_transaction(context: Context) -> None:
    """Raise BigQueryError where a transaction is open, which has no place for lasting changes."""
    if context.database.is_in_transaction:
        raise invalid_query(
            "DDL statements that affect permanent entities are not supported in a transaction"
        )


def refuse_other_kind(name: TableName, found: Mapping[str, Any] | None, kind: str) -> None:
    """Raise BigQueryError where OR REPLACE would put the kind in the place of another one."""
    if found is not None and found["type"] != kind:
        raise invalid_query(
            f"{name} is not allowed for this operation because it is currently a {found['type']}."
        )


def read_exists(reader: SqlReader, *, is_dropping: bool = False) -> bool:
    """Whether `IF NOT EXISTS`, or `IF EXISTS`, came next."""
    return reader.accept("IF", "EXISTS") if is_dropping else reader.accept("IF", "NOT", "EXISTS")


def read_end(reader: SqlReader) -> None:
    """Nothing, when the statement ends here.

    Raises BigQueryError: when something is left.
    """
    if not reader.is_at_end:
        reader.fail(f"Expected end of input but got {reader.found()}")
