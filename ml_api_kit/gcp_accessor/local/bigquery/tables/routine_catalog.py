"""Functions and procedures of datasets, kept in the database in their REST form.

A routine is a `Routine` resource: `routineType`, `language`, `arguments`, `returnType` or
`returnTableType`, and `definitionBody` as BigQuery's SQL. What CREATE FUNCTION makes and what the
REST calls make is the same resource, so that either reads what the other wrote.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/routines
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import already_exists, not_found
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, RoutineName

_ROUTINES = '"_mlapi"."routines"'

Resource = dict[str, Any]


class RoutineCatalog:
    """The routines of one database; every method takes the cursor that it uses.

    Names are unique within a dataset, whatever their case, as DuckDB's are; a table may have the
    name of a routine. Callers that write are inside a transaction.
    """

    def __init__(self, cursor: DuckDBPyConnection) -> None:
        """Make the place where routines are kept, unless it is there."""
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {_ROUTINES}"
            " (dataset VARCHAR, routine_id VARCHAR, resource VARCHAR)"
        )

    def of_dataset(self, cursor: DuckDBPyConnection, parent: DatasetName) -> list[Resource]:
        """The routines of a dataset, by name."""
        rows = cursor.execute(
            f"SELECT resource FROM {_ROUTINES} WHERE dataset = ? ORDER BY routine_id",
            [str(parent)],
        ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def bodies(self, cursor: DuckDBPyConnection) -> list[tuple[str, str]]:
        """The name and the body of every routine."""
        rows = cursor.execute(f"SELECT routine_id, resource FROM {_ROUTINES}").fetchall()
        return [(name, str(json.loads(text).get("definitionBody", ""))) for name, text in rows]

    def find(self, cursor: DuckDBPyConnection, name: RoutineName) -> Resource | None:
        """One routine, or None."""
        row = cursor.execute(
            f"SELECT resource FROM {_ROUTINES} WHERE dataset = ? AND routine_id = ?",
            [str(name.parent), name.routine],
        ).fetchone()
        if row is None:
            return None
        resource: Resource = json.loads(row[0])
        return resource

    def get(self, cursor: DuckDBPyConnection, name: RoutineName) -> Resource:
        """One routine.

        Raises BigQueryError: 404, when it is not there.
        """
        found = self.find(cursor, name)
        if found is None:
            raise not_found(f"Routine {name}")
        return found

    def create(
        self, cursor: DuckDBPyConnection, name: RoutineName, resource: Mapping[str, Any]
    ) -> Resource:
        """The routine that was made; the caller has looked that its dataset is there.

        Raises BigQueryError: 409, when something has the name already.
        """
        if self.find(cursor, name) is not None:
            raise already_exists(f"Routine {name}")
        return self.put(cursor, name, {**resource, "creationTime": _now_ms()})

    def put(
        self, cursor: DuckDBPyConnection, name: RoutineName, resource: Mapping[str, Any]
    ) -> Resource:
        """The routine as it is kept from now on, in place of one of its name."""
        now = _now_ms()
        kept = {
            "creationTime": now,
            "language": "SQL",
            **resource,
            "routineReference": name.to_json(),
            "lastModifiedTime": now,
        }
        key = [str(name.parent), name.routine]
        cursor.execute(f"DELETE FROM {_ROUTINES} WHERE dataset = ? AND routine_id = ?", key)
        cursor.execute(f"INSERT INTO {_ROUTINES} VALUES (?, ?, ?)", [*key, json.dumps(kept)])
        return kept

    def drop(self, cursor: DuckDBPyConnection, name: RoutineName) -> None:
        """Drop a routine.

        Raises BigQueryError: 404, when it is not there.
        """
        self.get(cursor, name)
        cursor.execute(
            f"DELETE FROM {_ROUTINES} WHERE dataset = ? AND routine_id = ?",
            [str(name.parent), name.routine],
        )

    def drop_all(self, cursor: DuckDBPyConnection, parent: DatasetName) -> None:
        """Drop the routines of a dataset."""
        cursor.execute(f"DELETE FROM {_ROUTINES} WHERE dataset = ?", [str(parent)])


def _now_ms() -> str:
    return str(time.time_ns() // 1_000_000)
