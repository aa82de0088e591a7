"""A table while `ALTER TABLE` changes it, by one action after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName


@dataclass(slots=True)
class Altered:
    """A table while its statement changes it."""

    context: Context
    cursor: DuckDBPyConnection
    name: TableName
    resource: dict[str, Any]

    @property
    def fields(self) -> list[Field]:
        """The fields of the table, to be changed in place."""
        fields: list[Field] = self.resource["schema"]["fields"]
        return fields

    def execute(self, action: str) -> None:
        """Let DuckDB alter the table in the same way."""
        self.cursor.execute(f"ALTER TABLE {self.name.to_sql()} {action}")

    def find(self, column: str) -> Field | None:
        """The field of a name, or None."""
        return next((f for f in self.fields if f["name"].lower() == column.lower()), None)

    def get(self, column: str) -> Field:
        """The field of a name.

        Raises BigQueryError: when there is none.
        """
        found = self.find(column)
        if found is None:
            raise invalid_query(f"Column {column} is not present in the table {self.name}")
        return found


Action = Callable[[Altered], None]
"""What a part of the statement does with the table."""
