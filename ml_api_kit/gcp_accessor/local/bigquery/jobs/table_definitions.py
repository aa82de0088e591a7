"""Files of Cloud Storage as tables of one query, under the names that its job gives them.

Source: https://cloud.google.com/bigquery/docs/external-data-cloud-storage#create_and_query_a_temporary_table
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.files.external_tables import create_external_table
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    TEMPORARY,
    DatasetName,
    TableName,
    table_from_json,
)


@contextmanager
def defined_tables(
    database: Database, project: str, options: Mapping[str, Any]
) -> Iterator[dict[str, TableName]]:
    """The tables that the options of a query define, by their names; gone when this ends.

    Raises BigQueryError: when a file is not there or does not fit, or an option is not supported.
    """
    given = object_member(options, "tableDefinitions")
    if not given:
        yield {}
        return
    parent = DatasetName(project, f"{TEMPORARY}{uuid.uuid4().hex}")
    with database.writing() as cursor:
        database.catalog.create_dataset(cursor, parent, {})
    try:
        yield {name: _make(database, parent, name, object_member(given, name)) for name in given}
    finally:
        with database.cancellation.shielded(), database.writing() as cursor:
            database.catalog.drop_dataset(cursor, parent, has_contents_deleted=True)


def _make(
    database: Database, parent: DatasetName, name: str, configuration: dict[str, Any]
) -> TableName:
    if not configuration:
        raise BigQueryError(f"The definition of the table {name} is empty.")
    table = table_from_json({**parent.to_json(), "tableId": name}, project=parent.project)
    resource = {"externalDataConfiguration": configuration}
    with database.writing() as cursor:
        create_external_table(database, cursor, table, resource)
    return table
