"""The rows in which the resources of datasets and tables are kept, in a table of the database."""

from __future__ import annotations

import json
import time
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.names import TEMPORARY, DatasetName
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_members import check_kept

RESOURCES = '"_mlapi"."resources"'
"""The table that the resources are kept in, as DuckDB reads its name."""

Resource = dict[str, Any]


def now_ms() -> str:
    """The time in milliseconds since 1970, as the REST answers spell it."""
    return str(time.time_ns() // 1_000_000)


def is_expired(resource: Resource) -> bool:
    """Whether the time of a table is over, which then counts as gone."""
    return int(resource.get("expirationTime") or 1 << 62) <= int(now_ms())


class ResourceRows:
    """The resources of one database, each with its dataset and table; "" is no table."""

    def __init__(self, cursor: DuckDBPyConnection) -> None:
        """Make the place where resources are kept, unless it is there."""
        cursor.execute('CREATE SCHEMA IF NOT EXISTS "_mlapi"')
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {RESOURCES}"
            " (dataset VARCHAR, table_id VARCHAR, resource VARCHAR)"
        )

    def datasets(self, cursor: DuckDBPyConnection, project: str) -> list[Resource]:
        """The datasets of a project, by name, without those of the temporary tables of scripts."""
        rows = cursor.execute(
            f"SELECT resource FROM {RESOURCES} WHERE table_id = '' AND starts_with(dataset, ?)"
            " AND NOT starts_with(dataset, ?) ORDER BY dataset",
            [f"{project}:", f"{project}:{TEMPORARY}"],
        ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def has_datasets_outside(self, cursor: DuckDBPyConnection, location: str) -> bool:
        """Whether any dataset lies in another location."""
        row = cursor.execute(
            f"SELECT 1 FROM {RESOURCES} WHERE table_id = '' AND NOT contains(resource, ?) LIMIT 1",
            [json.dumps({"location": location})[1:-1]],
        ).fetchone()
        return row is not None

    def temporary(self, cursor: DuckDBPyConnection) -> list[str]:
        """The names of the datasets of temporary tables, as DuckDB has them."""
        rows = cursor.execute(
            f"SELECT dataset FROM {RESOURCES} WHERE table_id = '' AND contains(dataset, ?)",
            [f":{TEMPORARY}"],
        ).fetchall()
        return [dataset for (dataset,) in rows]

    def tables(self, cursor: DuckDBPyConnection, parent: DatasetName) -> list[Resource]:
        """The tables and views of a dataset, by name."""
        rows = cursor.execute(
            f"SELECT resource FROM {RESOURCES} WHERE table_id <> '' AND dataset = ?"
            " ORDER BY table_id",
            [str(parent)],
        ).fetchall()
        return [one for (text,) in rows if not is_expired(one := json.loads(text))]

    def tables_of_type(self, cursor: DuckDBPyConnection, project: str, kind: str) -> list[Resource]:
        """The tables of a type in all datasets of a project, but the hidden ones."""
        rows = cursor.execute(
            f"SELECT resource FROM {RESOURCES} WHERE table_id <> '' AND starts_with(dataset, ?)"
            " AND NOT starts_with(dataset, ?) AND contains(resource, ?) ORDER BY dataset, table_id",
            [f"{project}:", f"{project}:{TEMPORARY}", json.dumps(kind)],
        ).fetchall()
        # The word may stand elsewhere; it is looked for first, as it is in few of them.
        found = [json.loads(text) for (text,) in rows]
        return [one for one in found if one["type"] == kind and not is_expired(one)]

    def read(
        self,
        cursor: DuckDBPyConnection,
        parent: DatasetName,
        table: str = "",
        *,
        has_expired: bool = False,
    ) -> Resource | None:
        """The resource of a table or dataset, also of a table in another case; None without any."""
        select = f"SELECT resource FROM {RESOURCES} WHERE dataset = ? AND"
        key = [str(parent), table]
        row = cursor.execute(f"{select} table_id = ?", key).fetchone()
        if row is None and table and self._is_case_insensitive(cursor, parent):
            row = cursor.execute(f"{select} lower(table_id) = lower(?)", key).fetchone()
        if row is None:
            return None
        resource: Resource = json.loads(row[0])
        return None if is_expired(resource) and not has_expired else resource

    def _is_case_insensitive(self, cursor: DuckDBPyConnection, parent: DatasetName) -> bool:
        return bool((self.read(cursor, parent) or {}).get("isCaseInsensitive"))

    def write(
        self, cursor: DuckDBPyConnection, parent: DatasetName, table: str, resource: Resource
    ) -> None:
        """Keep the resource in place of the one that was there, as changed now.

        Raises BigQueryError: when it holds what cannot be kept.
        """
        check_kept(resource)
        self.delete(cursor, parent, table)
        stamped = {**resource, "lastModifiedTime": now_ms()}
        cursor.execute(
            f"INSERT INTO {RESOURCES} VALUES (?, ?, ?)", [str(parent), table, json.dumps(stamped)]
        )

    def delete(self, cursor: DuckDBPyConnection, parent: DatasetName, table: str) -> None:
        """Forget the resource of a table."""
        cursor.execute(
            f"DELETE FROM {RESOURCES} WHERE dataset = ? AND table_id = ?", [str(parent), table]
        )

    def delete_dataset(self, cursor: DuckDBPyConnection, dataset: str) -> None:
        """Forget a dataset, named as DuckDB has it, and all its tables."""
        cursor.execute(f"DELETE FROM {RESOURCES} WHERE dataset = ?", [dataset])
