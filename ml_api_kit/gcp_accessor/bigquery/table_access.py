"""Datasets and tables: what there is, and what is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.bigquery.arguments import check_dataset, checked_path
from ml_api_kit.gcp_accessor.bigquery.connection import Connection
from ml_api_kit.gcp_accessor.bigquery.files import read_table_schema


class TableAccess(Connection):
    """What can be said of datasets and tables."""

    def create_table_from_schema_file(self, table: str, path: str | Path) -> None:
        """Make the empty table `dataset.table` with the columns of a schema file of BigQuery.

        Raises QueryError: when the table is there already.
        Raises DataNotFoundError: when there is no such dataset.
        Raises DataAccessError: when the file cannot be read, or is no list of columns.
        """
        from google.cloud import bigquery

        columns = read_table_schema(checked_path(path))
        with self._explained(f"making {table}"):
            self.client.create_table(bigquery.Table(self._full_name(table), schema=columns))

    def create_dataset(self, dataset: str) -> bool:
        """Whether the dataset was made now; False when it was there already.

        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        from google.api_core.exceptions import Conflict

        check_dataset(dataset)
        with self._explained(f"making {dataset}"):
            try:
                self.client.create_dataset(dataset)
            except Conflict:
                return False
        return True

    def list_datasets(self) -> list[str]:
        """The names of the datasets of the project.

        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        with self._explained("listing the datasets"):
            return [dataset.dataset_id for dataset in self.client.list_datasets()]

    def dataset_exists(self, dataset: str) -> bool:
        """Whether there is such a dataset.

        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        check_dataset(dataset)
        with self._explained(f"looking for {dataset}"):
            return _is_there(self.client.get_dataset, dataset)

    def table_exists(self, table: str) -> bool:
        """Whether there is a table or view `dataset.table`.

        Raises CredentialsError, DataAccessError: as `execute_query`.
        """
        with self._explained(f"looking for {table}"):
            return _is_there(self.client.get_table, self._full_name(table))

    def list_tables(self, dataset: str) -> list[str]:
        """The names of the tables and views of a dataset.

        Raises DataNotFoundError, CredentialsError, DataAccessError: as `execute_query`.
        """
        check_dataset(dataset)
        with self._explained(f"listing {dataset}"):
            return [table.table_id for table in self.client.list_tables(dataset)]

    def table_schema(self, table: str) -> list[dict[str, Any]]:
        """The columns of `dataset.table`, each with `name`, `type`, `mode` and, nested, `fields`.

        Raises DataNotFoundError, CredentialsError, DataAccessError: as `execute_query`.
        """
        with self._explained(f"the schema of {table}"):
            fields = self.client.get_table(self._full_name(table)).schema
            return [field.to_api_repr() for field in fields]


def _is_there(get: Callable[[str], object], name: str) -> bool:
    from google.api_core.exceptions import NotFound

    try:
        get(name)
    except NotFound:
        return False
    return True
