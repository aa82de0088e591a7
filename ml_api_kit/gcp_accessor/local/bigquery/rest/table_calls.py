"""Tables and views: the calls that list, make, change and drop them."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection
from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import check_fields
from ml_api_kit.gcp_accessor.local.bigquery.files.external_tables import create_external_table
from ml_api_kit.gcp_accessor.local.bigquery.jobs.jobs import Jobs
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    ANSWERS,
    DatasetName,
    TableName,
    table_from_json,
)
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.readable import selected_fields
from ml_api_kit.gcp_accessor.local.bigquery.rest.changes import (
    check_etag,
    given_members,
    patched,
    replaced,
    shown,
)
from ml_api_kit.gcp_accessor.local.bigquery.rest.inserts import Inserts
from ml_api_kit.gcp_accessor.local.bigquery.rest.listings import link, page_of
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import body_object, json_response, whole_number
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import is_by_ingestion
from ml_api_kit.gcp_accessor.local.bigquery.tables.partition_rows import in_partition
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import check_storage, split_name
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_rows import now_ms
from ml_api_kit.gcp_accessor.local.bigquery.tables.schema_changes import Allowed, changed_fields
from ml_api_kit.gcp_accessor.local.bigquery.tables.views import create_view, replace_view

# What a list tells of each table.
_LISTED = frozenset(
    {
        "kind", "id", "tableReference", "type", "friendlyName", "labels", "creationTime",
        "expirationTime", "timePartitioning", "rangePartitioning", "clustering", "view",
    }
)  # fmt: skip
_FIXED = ("schema", "type", "tableReference", "creationTime")


class TableCalls:
    """The handlers, each for one call of the REST API."""

    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        """Keep the engine, and the jobs, whose answers are tables too."""
        self._engine = engine
        self._jobs = jobs
        self._inserts = Inserts(engine)

    def list_tables(self, request: Request, project: str, dataset: str) -> Response:
        """The tables and views of a dataset."""
        name = DatasetName(project, dataset)
        with self._engine.reading() as cursor:
            self._engine.catalog.dataset(cursor, name)
            found = self._engine.catalog.rows.tables(cursor, name)
        listed = [
            {key: value for key, value in _table_json(request, resource).items() if key in _LISTED}
            for resource in found
        ]
        answer = page_of(request, listed, kind="bigquery#tableList", member="tables")
        return json_response({**answer, "totalItems": len(found)})

    def create_table(self, request: Request, project: str, dataset: str) -> Response:
        """The table or view that was made."""
        body = body_object(request)
        reference = body.get("tableReference")
        name = table_from_json(
            {**reference, "datasetId": dataset} if isinstance(reference, dict) else None,
            project=project,
        )
        _check_expiration(body)
        given = given_members(body)
        if isinstance(body.get("view"), dict):
            create_view(self._engine, name, _view_query(body["view"], project), given)
        elif isinstance(body.get("materializedView"), dict):
            query = _view_query(body["materializedView"], project)
            create_view(self._engine, name, query, given, kind="MATERIALIZED_VIEW")
        elif isinstance(body.get("externalDataConfiguration"), dict):
            with self._engine.writing() as cursor:
                create_external_table(self._engine, cursor, name, given)
        else:
            fields = check_fields(object_member(body, "schema").get("fields") or [])
            with self._engine.writing() as cursor:
                self._engine.catalog.create_table(cursor, name, fields, given)
        return json_response(self._table(request, name))

    def get_table(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """One table, view or answer of a job, with its size."""
        name = TableName(project, dataset, table)
        if dataset == ANSWERS:
            return json_response(self._answer(request, name))
        is_partition = split_name(name)[1] is not None
        found = self._partition(request, name) if is_partition else self._table(request, name)
        return json_response(_with_selected_fields(request, found))

    def update_table(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """The table with the members of the body in place of its own, and with new fields."""
        name, body = TableName(project, dataset, table), body_object(request)
        _check_expiration(body)
        with self._engine.writing() as cursor:
            resource = self._engine.catalog.table(cursor, name)
            check_etag(resource, request.headers.get("If-Match"))
            resource = self._redefined(cursor, name, resource, body)
            kept = {key: resource[key] for key in _FIXED}
            changed = (replaced if request.method == "PUT" else patched)(resource, body)
            check_storage(changed, resource["schema"]["fields"])
            if is_by_ingestion(changed) != is_by_ingestion(resource):
                raise BigQueryError(
                    "Cannot convert non partitioned/clustered table to partitioned/clustered table."
                )
            self._engine.catalog.put_table(cursor, name, {**changed, **kept})
        return json_response(self._table(request, name))

    def delete_table(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """Nothing, once the table, or the partition of it, is gone."""
        name, partition = split_name(TableName(project, dataset, table))
        with self._engine.writing() as cursor:
            if partition is None:
                self._engine.catalog.drop_table(cursor, name)
            else:
                resource = self._engine.catalog.table(cursor, name)
                chosen = in_partition(name, resource, partition)
                cursor.execute(f"DELETE FROM {name.to_sql()} WHERE {chosen}")
        return Response(status=204)

    def insert_all(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """The errors of the rows that could not be inserted."""
        name = TableName(project, dataset, table)
        errors = self._inserts.insert_all(name, body_object(request))
        answer: dict[str, Any] = {"kind": "bigquery#tableDataInsertAllResponse"}
        return json_response({**answer, "insertErrors": errors} if errors else answer)

    def _redefined(
        self,
        cursor: DuckDBPyConnection,
        name: TableName,
        resource: dict[str, Any],
        body: dict[str, Any],
    ) -> dict[str, Any]:
        """The resource after the fields, or the query, that the body gives were taken over."""
        if isinstance(body.get("view"), dict):
            if resource["type"] != "VIEW":
                raise unsupported(f"making a view of {name}, which has type {resource['type']}")
            query = _view_query(body["view"], name.project)
            resource = replace_view(self._engine, cursor, name, query)
        fields = object_member(body, "schema").get("fields")
        if fields is None:
            return resource
        if resource["type"].endswith("VIEW"):
            # What a query gives can be described, and no more.
            present, allowed = resource["schema"]["fields"], Allowed(False, False, False)
            changed = changed_fields(name, present, check_fields(fields), allowed)
            return {**resource, "schema": {"fields": changed}}
        return self._engine.catalog.change_fields(cursor, name, check_fields(fields), Allowed())

    def _table(self, request: Request, name: TableName) -> dict[str, Any]:
        with self._engine.reading() as cursor:
            resource = self._engine.catalog.table(cursor, name)
        if resource["type"].endswith("VIEW"):
            return _table_json(request, resource)
        return {
            **_table_json(request, resource),
            "numRows": str(self._engine.row_count(name.to_sql())),
            "numBytes": str(self._engine.size_bytes(name)),
            "numLongTermBytes": "0",
        }

    def _partition(self, request: Request, name: TableName) -> dict[str, Any]:
        found = self._jobs.find_readable(name)
        with self._engine.reading() as cursor:
            resource = self._engine.catalog.table(cursor, split_name(name)[0])
        described = {
            **resource,
            "tableReference": name.to_json(),
            "schema": {"fields": found.fields},
        }
        row_count = self._engine.row_count(found.table_sql)
        return {**_table_json(request, described), "numRows": str(row_count)}

    def _answer(self, request: Request, name: TableName) -> dict[str, Any]:
        found = self._jobs.find_readable(name)
        created = self._jobs.get(name.project, name.table).resource["statistics"]["creationTime"]
        resource = {
            "tableReference": name.to_json(),
            "type": "TABLE",
            "schema": {"fields": found.fields},
            "creationTime": created,
            "lastModifiedTime": created,
            "location": "US",
        }
        row_count = self._engine.row_count(found.table_sql)
        return {**_table_json(request, resource), "numRows": str(row_count)}


def _with_selected_fields(request: Request, resource: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in request.args.get("selectedFields", "").split(",") if name]
    if not names:
        return resource
    fields = selected_fields(resource["schema"]["fields"], names)
    return {**resource, "schema": {**resource["schema"], "fields": fields}}


def _view_query(view: dict[str, Any], project: str) -> QueryRequest:
    if view.get("useLegacySql"):
        raise unsupported("legacy SQL")
    return QueryRequest(str(view.get("query")), project=project)


def _check_expiration(body: dict[str, Any]) -> None:
    expires_ms = whole_number(body.get("expirationTime"), "expirationTime", 1 << 62)
    if expires_ms <= int(now_ms()):
        raise BigQueryError("Invalid value for expirationTime: it must be in the future")


def _table_json(request: Request, resource: dict[str, Any]) -> dict[str, Any]:
    reference = resource["tableReference"]
    project, dataset, table = (reference[f"{key}Id"] for key in ("project", "dataset", "table"))
    return shown(
        resource,
        kind="bigquery#table",
        name=f"{project}:{dataset}.{table}",
        link=link(request, f"projects/{project}/datasets/{dataset}/tables/{table}"),
    )
