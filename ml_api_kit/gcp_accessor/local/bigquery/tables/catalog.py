"""What there is: datasets, tables and views with their BigQuery schemas, kept in the database."""

from __future__ import annotations

from dataclasses import replace

from duckdb import DuckDBPyConnection

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    already_exists,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    TEMPORARY,
    DatasetName,
    TableName,
    check_dataset_id,
    check_table_id,
    quote,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.default_expirations import default_expirations
from ml_api_kit.gcp_accessor.local.bigquery.tables.hidden_columns import hidden_columns_sql
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import check_storage
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_rows import (
    Resource,
    ResourceRows,
    is_expired,
    now_ms,
)
from ml_api_kit.gcp_accessor.local.bigquery.tables.routine_catalog import RoutineCatalog
from ml_api_kit.gcp_accessor.local.bigquery.tables.schema_changes import (
    Allowed,
    alter_columns,
    changed_fields,
)
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import constraint_sql


class Catalog:
    """The datasets and tables of one database; every method takes the cursor that it uses.

    A resource is the REST form of a dataset or table without what is computed on reading.
    Callers that write hold the engine's lock and are inside a transaction.
    """

    def __init__(self, cursor: DuckDBPyConnection) -> None:
        """Make the place where resources are kept, unless it is there."""
        self.rows = ResourceRows(cursor)
        self.routines = RoutineCatalog(cursor)
        self.changed: list[TableName] = []
        """What has been made, dropped or given other columns in the transaction of the writer."""

    def drop_temporary(self, cursor: DuckDBPyConnection) -> None:
        """Drop what scripts that never ended have left."""
        for dataset in self.rows.temporary(cursor):
            self.rows.delete_dataset(cursor, dataset)
            cursor.execute(f"DROP SCHEMA {quote(dataset)} CASCADE")

    def dataset(self, cursor: DuckDBPyConnection, name: DatasetName) -> Resource:
        """One dataset.

        Raises BigQueryError: 404, when it is not there.
        """
        found = self.rows.read(cursor, name)
        if found is None:
            raise not_found(f"Dataset {name}")
        return found

    def find_dataset(self, cursor: DuckDBPyConnection, name: DatasetName) -> Resource | None:
        """One dataset, or None."""
        return self.rows.read(cursor, name)

    def create_dataset(
        self, cursor: DuckDBPyConnection, name: DatasetName, resource: Resource
    ) -> None:
        """Make a dataset.

        Raises BigQueryError: 409, when it is there already; 400, when another case of it is.
        """
        check_dataset_id(name.dataset)
        if self.rows.read(cursor, name) is not None:
            raise already_exists(f"Dataset {name}")
        same = "SELECT 1 FROM duckdb_schemas() WHERE lower(schema_name) = lower(?)"
        if cursor.execute(same, [str(name)]).fetchone() is not None:
            raise unsupported(f"two datasets whose names differ only in case: {name}")
        cursor.execute(f"CREATE SCHEMA {quote(str(name))}")
        created = {"datasetReference": name.to_json(), "creationTime": now_ms()}
        self.rows.write(cursor, name, "", {"location": "US", **resource, **created})

    def drop_dataset(
        self, cursor: DuckDBPyConnection, name: DatasetName, *, has_contents_deleted: bool
    ) -> None:
        """Drop a dataset.

        Raises BigQueryError: 404, when it is not there; 400, when it holds tables or routines
            that stay.
        """
        self.dataset(cursor, name)
        contents = self.rows.tables(cursor, name) or self.routines.of_dataset(cursor, name)
        if contents and not has_contents_deleted:
            raise BigQueryError(f"Dataset {name} is still in use", reason="resourceInUse")
        self.rows.delete_dataset(cursor, str(name))
        self.routines.drop_all(cursor, name)
        cursor.execute(f"DROP SCHEMA {quote(str(name))} CASCADE")

    def find_table(self, cursor: DuckDBPyConnection, name: TableName) -> Resource | None:
        """One table or view, or None.

        Raises BigQueryError: 404, when there is not even the dataset.
        """
        found = self.rows.read(cursor, name.parent, name.table)
        if found is None:
            self.dataset(cursor, name.parent)
        return found

    def table(self, cursor: DuckDBPyConnection, name: TableName) -> Resource:
        """One table or view.

        Raises BigQueryError: 404, when it is not there.
        """
        found = self.find_table(cursor, name)
        if found is None:
            raise not_found(f"Table {name}")
        return found

    def create_table(
        self, cursor: DuckDBPyConnection, name: TableName, fields: list[Field], resource: Resource
    ) -> None:
        """Make an empty table with the checked fields.

        Raises BigQueryError: 409, when it is there already.
        """
        self._make_room(cursor, name)
        created = now_ms()
        dataset = self.dataset(cursor, name.parent)
        expirations = default_expirations(dataset, resource, created_ms=int(created))
        own = {"creationTime": created, "location": dataset["location"]}
        kept = {**own, **resource, **expirations}
        check_storage(kept, fields)
        if is_expired(kept):
            raise BigQueryError("Invalid value for expirationTime: it must be in the future")
        # DuckDB has no table without columns; BigQuery has, until its first load.
        columns = [_column_sql(field) for field in fields] or ['"_none" VARCHAR']
        columns += hidden_columns_sql(kept)
        cursor.execute(f"CREATE TABLE {name.to_sql()} ({', '.join(columns)})")
        self.put_table(cursor, name, {**kept, "schema": {"fields": fields}, "type": "TABLE"})

    def create_view(
        self,
        cursor: DuckDBPyConnection,
        name: TableName,
        select_sql: str,
        fields: list[Field],
        resource: Resource,
        *,
        kind: str = "VIEW",
    ) -> None:
        """Make a view of a DuckDB query; `kind` is VIEW or MATERIALIZED_VIEW.

        Raises BigQueryError: 409, when something has the name already.
        """
        self._make_room(cursor, name)
        cursor.execute(f"CREATE VIEW {name.to_sql()} AS {select_sql}")
        self.put_table(cursor, name, {**resource, "schema": {"fields": fields}, "type": kind})

    def put_table(self, cursor: DuckDBPyConnection, name: TableName, resource: Resource) -> None:
        """Keep the resource of a table that the caller has made or changed."""
        name = self._as_stored(cursor, name)
        created = {"creationTime": now_ms(), "location": "US", **resource}
        kept = {**created, "tableReference": name.to_json()}
        found = self.rows.read(cursor, name.parent, name.table, has_expired=True)
        if found is None or found.get("schema") != kept.get("schema"):
            self._note(name)
        self.rows.write(cursor, name.parent, name.table, kept)

    def put_dataset(
        self, cursor: DuckDBPyConnection, name: DatasetName, resource: Resource
    ) -> None:
        """Keep the changed resource of a dataset."""
        self.rows.write(cursor, name, "", resource)

    def drop_table(self, cursor: DuckDBPyConnection, name: TableName) -> None:
        """Drop a table or view.

        Raises BigQueryError: 404, when it is not there.
        """
        self.table(cursor, name)
        self._drop(cursor, name)

    def _drop(self, cursor: DuckDBPyConnection, name: TableName) -> None:
        name = self._as_stored(cursor, name)
        self._note(name)
        resource = self.rows.read(cursor, name.parent, name.table, has_expired=True)
        is_view = resource is not None and resource["type"].endswith("VIEW")
        cursor.execute(f"DROP {'VIEW' if is_view else 'TABLE'} {name.to_sql()}")
        self.rows.delete(cursor, name.parent, name.table)

    def _note(self, name: TableName) -> None:
        if not name.dataset.startswith(TEMPORARY):
            self.changed.append(name)

    def rename_table(self, cursor: DuckDBPyConnection, old: TableName, new: TableName) -> None:
        """Give a table another name in its dataset; the caller keeps its resource.

        Raises BigQueryError: 409, when something has the name already.
        """
        if self.find_table(cursor, new) is not None:
            raise already_exists(f"Table {new}")
        self._refuse_same_name(cursor, new)
        cursor.execute(f"ALTER TABLE {old.to_sql()} RENAME TO {quote(new.table)}")
        self.rows.delete(cursor, old.parent, old.table)

    def change_fields(
        self, cursor: DuckDBPyConnection, name: TableName, fields: list[Field], allowed: Allowed
    ) -> Resource:
        """The table after its fields were changed to those given, as far as that is allowed.

        Raises BigQueryError: when a field it has would change or vanish.
        """
        resource = self.table(cursor, name)
        present = resource["schema"]["fields"]
        changed = changed_fields(name, present, fields, allowed)
        if changed != present:
            alter_columns(cursor, name, present, changed)
            resource["schema"] = {"fields": changed}
            self.put_table(cursor, name, resource)
        return resource

    def _make_room(self, cursor: DuckDBPyConnection, name: TableName) -> None:
        """Drop what has the name and is expired.

        Raises BigQueryError: 409, when something has the name that is not.
        """
        check_table_id(name.table)
        if self.find_table(cursor, name) is not None:
            raise already_exists(f"Table {name}")
        if self.rows.read(cursor, name.parent, name.table, has_expired=True) is not None:
            self._drop(cursor, name)
        self._refuse_same_name(cursor, name)

    def _refuse_same_name(self, cursor: DuckDBPyConnection, name: TableName) -> None:
        for other in self.rows.tables(cursor, name.parent):
            if other["tableReference"]["tableId"].lower() == name.table.lower():
                raise unsupported(f"two tables whose names differ only in case: {name}")

    def _as_stored(self, cursor: DuckDBPyConnection, name: TableName) -> TableName:
        """The name of a table in the case that it was made in."""
        found = self.rows.read(cursor, name.parent, name.table, has_expired=True)
        return name if found is None else replace(name, table=found["tableReference"]["tableId"])


def _column_sql(field: Field) -> str:
    constraint = " NOT NULL" if field["mode"] == "REQUIRED" else ""
    return f"{quote(field['name'])} {duckdb_type(field)}{constraint}{constraint_sql(field)}"
