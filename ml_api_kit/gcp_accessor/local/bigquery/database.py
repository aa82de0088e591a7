"""The DuckDB file of the local BigQuery: its catalog, its transactions, and answers kept."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection, DuckDBPyRelation

from ml_api_kit.gcp_accessor.local.bigquery.assignment import canonical_sql
from ml_api_kit.gcp_accessor.local.bigquery.catalog import Catalog
from ml_api_kit.gcp_accessor.local.bigquery.diagnosis import explained
from ml_api_kit.gcp_accessor.local.bigquery.encode import row_sql
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.faults import to_bigquery_error
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type, fields_from_duckdb
from ml_api_kit.gcp_accessor.local.bigquery.library import create_functions
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, quote
from ml_api_kit.gcp_accessor.local.bigquery.set_operations import reconcile
from ml_api_kit.gcp_accessor.local.bigquery.sizes import size_sql, sum_sql
from ml_api_kit.gcp_accessor.local.bigquery.translate import Translation, to_duckdb_sql

DATABASE_NAME = "bigquery.duckdb"


class Database:
    """BigQuery's datasets and tables in the folder `folder`.

    Thread-safe: each operation has its own cursor; writers take turns, readers do not wait.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> database = Database(Path(folder.name), project="local")
    >>> with database.reading() as cursor:
    ...     table_sql, row_count = database.keep_result(cursor, "SELECT 3 AS half")
    >>> row_count, database.row_count(table_sql)
    (1, 1)
    >>> database.close()
    >>> folder.cleanup()
    """

    def __init__(self, folder: Path, *, project: str) -> None:
        """Open the database of the folder, or make both.

        Raises duckdb.IOException: when another process has the database open.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.project = project
        self.write_lock = threading.RLock()
        self._connection = duckdb.connect(
            folder / DATABASE_NAME,
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        # What an earlier process had not finished when it ended is of no use to this one.
        self.upload_folder = folder / "uploads"
        shutil.rmtree(self.upload_folder, ignore_errors=True)
        self.upload_folder.mkdir()
        self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
        self._connection.execute("SET GLOBAL ieee_floating_point_ops = false")
        # The first two would take an expression's refusal of a type out of a plan that reads no
        # rows; the third compares every column's expression with every other, which takes seconds
        # for a table of hundreds.
        self._connection.execute(
            "SET GLOBAL disabled_optimizers ="
            " 'statistics_propagation,empty_result_pullup,common_subexpressions'"
        )
        # Answers of queries live beside the data, in memory, and end with the process.
        self._connection.execute("ATTACH ':memory:' AS results")
        create_functions(self._connection)
        self.catalog = Catalog(self._connection)

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._connection.close()

    def cursor(self) -> DuckDBPyConnection:
        """A cursor that the caller closes."""
        return self._connection.cursor()

    @contextmanager
    def reading(self) -> Iterator[DuckDBPyConnection]:
        """A cursor for reading; DuckDB's errors leave in BigQuery's words."""
        cursor = self._connection.cursor()
        try:
            yield cursor
        except duckdb.Error as error:
            raise to_bigquery_error(error) from error
        finally:
            cursor.close()

    @contextmanager
    def writing(self) -> Iterator[DuckDBPyConnection]:
        """A cursor in a transaction of its own: all of it is kept, or none."""
        with self.write_lock, self.reading() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def select_sql(self, cursor: DuckDBPyConnection, query: Translation) -> tuple[str, list[Field]]:
        """The query with each column in the one type of its BigQuery type, and its fields."""
        for name in query.tables:
            self.catalog.table(cursor, name)
        query = self.resolved(cursor, query)
        relation = _bound(cursor, query)
        fields = fields_from_duckdb(relation.columns, relation.types)
        _refuse_duplicates(fields)
        columns = ", ".join(canonical_sql(item, duckdb_type(item)) for item in fields)
        return f"SELECT {columns} FROM ({query.sql}) AS answer", fields

    def resolved(self, cursor: DuckDBPyConnection, query: Translation) -> Translation:
        """The query with its text, for which the types of its set operations are looked up."""
        if query.sql or query.tree is None:
            return query
        tree = reconcile(query.tree, cursor)
        return replace(query, sql=to_duckdb_sql(tree), tree=tree)

    def keep_result(self, cursor: DuckDBPyConnection, select_sql: str) -> tuple[str, int]:
        """The name of a new table in memory with the answer of a DuckDB query, and its rows."""
        table_sql = f"results.main.{quote('answer_' + uuid.uuid4().hex)}"
        row = cursor.execute(f"CREATE TABLE {table_sql} AS {select_sql}").fetchone()
        return table_sql, int(row[0]) if row else 0

    def drop_result(self, table_sql: str) -> None:
        """Forget an answer that was kept."""
        with self.reading() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {table_sql}")

    def rows_json(
        self,
        table_sql: str,
        fields: list[Field],
        *,
        start: int,
        count: int,
        has_int64_timestamps: bool = True,
    ) -> list[str]:
        """Rows `start` to `start + count` of a DuckDB table, each as BigQuery's JSON text."""
        row = row_sql(fields, has_int64_timestamps=has_int64_timestamps)
        with self.reading() as cursor:
            found = cursor.execute(
                f"SELECT {row} FROM (SELECT * FROM {table_sql} LIMIT {count} OFFSET {start})"
            ).fetchall()
        return [text for (text,) in found]

    def row_count(self, table_sql: str) -> int:
        """The number of rows of a DuckDB table."""
        with self.reading() as cursor:
            row = cursor.execute(f"SELECT count(*) FROM {table_sql}").fetchone()
        return int(row[0]) if row else 0

    def size_bytes(self, name: TableName, columns: frozenset[str] | None = None) -> int:
        """BigQuery's logical bytes of the named columns of a table, or of all; 0 for a view."""
        with self.reading() as cursor:
            resource = self.catalog.table(cursor, name)
            if resource["type"] == "VIEW":
                return 0
            sizes = {
                item["name"].lower(): f"coalesce(sum({size_sql([item])}), 0)"
                for item in resource["schema"]["fields"]
                if columns is None or item["name"].lower() in columns
            }
            if not sizes:
                return 0
            row = cursor.execute(
                f"SELECT CAST({sum_sql(list(sizes.values()))} AS BIGINT) FROM {name.to_sql()}"
            ).fetchone()
        return int(row[0]) if row else 0


def _bound(cursor: DuckDBPyConnection, query: Translation) -> DuckDBPyRelation:
    """The relation of the query.

    Raises BigQueryError: when a name in it is not there, or a function has no form for its types.
    """
    try:
        return cursor.sql(query.sql)
    except duckdb.BinderException as error:
        found = explained(query.tree, cursor, error) if query.tree is not None else None
        if found is None:
            raise
        raise found from error


def _refuse_duplicates(fields: list[Field]) -> None:
    names = [item["name"].lower() for item in fields]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise invalid_query(
            "Duplicate column names in the result are not supported. Found duplicate(s): "
            f"{', '.join(repeated)}"
        )
