"""The tables that a statement names, as the catalog has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.names import META_TABLES, TableName
from ml_api_kit.gcp_accessor.local.bigquery.translation.outer_names import Fields
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import Scope, is_cte, table_name


class StatementTables:
    """Finds them while one statement is translated, and reads each of them once."""

    def __init__(self, database: Database, scope: Scope) -> None:
        """Start without having read one."""
        self._database = database
        self._scope = scope
        self._known: dict[TableName, Mapping[str, Any]] = {}

    def fields(self, table: exp.Table) -> Fields | None:
        """The fields of the table that a node names; None where it names none.

        Raises BigQueryError: 404, when there is no such table.
        """
        found = self.resource(table)
        if found is None:
            return None
        return {field["name"].lower(): field for field in found["schema"]["fields"]}

    def resource(self, table: exp.Table) -> Mapping[str, Any] | None:
        """The resource of the table that a node names; None where it names none.

        Raises BigQueryError: 404, when there is no such table.
        """
        if not isinstance(table.this, exp.Identifier) or table.meta.get("is_duckdb"):
            return None
        parts = [piece for part in table.parts for piece in part.name.split(".")]
        if any(part.upper() == "INFORMATION_SCHEMA" or "*" in part for part in parts):
            return None
        if parts[-1].upper() in META_TABLES:
            return None
        if is_cte(table):
            return None
        name = table_name(table, self._scope)
        if name not in self._known:
            with self._database.reading() as cursor:
                self._known[name] = self._database.catalog.table(cursor, name)
        return self._known[name]
