"""What BigQuery itself says of the queries: the types of their tables, and the bytes they read."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ml_api_kit.errors import DataAccessError, MlApiError
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.research.refactor.push_down.engine import MovedQuery
from ml_api_kit.settings import Settings


@dataclass(slots=True)
class BigQuery:
    """The BigQuery that the settings name, as far as it answers.

    Attributes:
        accessor: the way to it; None where there is none.
        reason: why there is none, or why a table's schema was not read.
    """

    accessor: BigQueryAccessor | None
    reason: str = ""
    _types: dict[str, Mapping[str, str] | None] = field(default_factory=dict)

    def types(self, table: str) -> Mapping[str, str] | None:
        """The types of a table's columns; None where they cannot be read."""
        if self.accessor is None:
            return None
        if table not in self._types:
            self._types[table] = self._read(self.accessor, table)
        return self._types[table]

    def _read(self, accessor: BigQueryAccessor, table: str) -> Mapping[str, str] | None:
        try:
            columns = accessor.table_schema(table)
        except DataAccessError as error:
            self.reason = str(error)
            return None
        return {one["name"]: _type_name(one) for one in columns}

    def bytes_read(self, query: MovedQuery) -> tuple[int, int]:
        """The bytes that a query reads before and after, by dry run.

        Raises DataAccessError: when it cannot be measured, with the reason.
        """
        if self.accessor is None:
            raise DataAccessError(self.reason)
        if query.before is None or "placeholder_" in query.after:
            raise DataAccessError("its table is known only when it runs")
        params = {}
        for name, written in query.params.items():
            params[name] = _value(name, written)
        return (
            self.accessor.dry_run(query.before, _asked(query.before, params)).size_bytes,
            self.accessor.dry_run(query.after, _asked(query.after, params)).size_bytes,
        )


_TYPE_NAMES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}


def _type_name(column: Mapping[str, object]) -> str:
    name = str(column["type"])
    return "ARRAY" if column.get("mode") == "REPEATED" else _TYPE_NAMES.get(name, name)


def _value(name: str, written: str) -> object:
    try:
        return ast.literal_eval(written)
    except ValueError as error:
        raise DataAccessError(f"the value of @{name} is known only when it runs") from error


def _asked(query: str, params: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in params.items() if re.search(rf"@{name}\b", query)}


def reachable_bigquery(settings: Settings) -> BigQuery:
    """The BigQuery of the settings; a local one is not made where there is none."""
    is_elsewhere = settings.gcp_backend == "gcp" or (
        settings.gcp_backend == "auto"
        and (settings.bigquery_emulator or settings.storage_emulator or settings.credentials_file)
    )
    if not is_elsewhere and not settings.local_folder.exists():
        return BigQuery(
            None,
            f"no setting names a BigQuery, and there is no local one in {settings.local_folder}",
        )
    accessor = BigQueryAccessor(settings=settings)
    try:
        _ = accessor.client
    except MlApiError as error:
        return BigQuery(None, str(error))
    return BigQuery(accessor)
