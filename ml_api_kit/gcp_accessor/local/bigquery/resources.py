"""Projects, datasets and tables: the calls that list, make, change and drop them."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import check_fields
from ml_api_kit.gcp_accessor.local.bigquery.inserts import insert_all
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    DatasetName,
    TableName,
    dataset_from_json,
    table_from_json,
)
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.statements import create_view
from ml_api_kit.gcp_accessor.local.bigquery.web import body_object, json_response, whole_number

_OUTPUT_ONLY = ("kind", "id", "etag", "selfLink", "creationTime", "lastModifiedTime", "numRows")


class Resources:
    """The handlers, each for one call of the REST API."""

    def __init__(self, engine: Engine) -> None:
        """Keep the engine."""
        self._engine = engine

    def list_projects(self, request: Request) -> Response:
        """The one project of the engine."""
        project = self._engine.project
        listed = {
            "kind": "bigquery#project",
            "id": project,
            "numericId": "1",
            "projectReference": {"projectId": project},
            "friendlyName": project,
        }
        answer = {"kind": "bigquery#projectList", "projects": [listed], "totalItems": 1}
        return json_response(answer)

    def list_datasets(self, request: Request, project: str) -> Response:
        """The datasets of a project."""
        with self._engine.reading() as cursor:
            found = self._engine.catalog.datasets(cursor, project)
        listed = [_dataset_json(resource) for resource in found]
        return json_response(_listing("bigquery#datasetList", "datasets", listed, request))

    def create_dataset(self, request: Request, project: str) -> Response:
        """The dataset that was made."""
        body = body_object(request)
        name = dataset_from_json(body.get("datasetReference"), project=project)
        with self._engine.writing() as cursor:
            self._engine.catalog.create_dataset(cursor, name, _input(body))
            resource = self._engine.catalog.dataset(cursor, name)
        return json_response(_dataset_json(resource))

    def get_dataset(self, request: Request, project: str, dataset: str) -> Response:
        """One dataset."""
        with self._engine.reading() as cursor:
            resource = self._engine.catalog.dataset(cursor, DatasetName(project, dataset))
        return json_response(_dataset_json(resource))

    def update_dataset(self, request: Request, project: str, dataset: str) -> Response:
        """The dataset with the members of the body in place of its own."""
        name, body = DatasetName(project, dataset), body_object(request)
        with self._engine.writing() as cursor:
            resource = self._engine.catalog.dataset(cursor, name)
            changed = {**resource, **_input(body), "datasetReference": name.to_json()}
            self._engine.catalog.put_dataset(cursor, name, changed)
            resource = self._engine.catalog.dataset(cursor, name)
        return json_response(_dataset_json(resource))

    def delete_dataset(self, request: Request, project: str, dataset: str) -> Response:
        """Nothing, once the dataset is gone."""
        is_full = request.args.get("deleteContents", "").lower() == "true"
        name = DatasetName(project, dataset)
        with self._engine.writing() as cursor:
            self._engine.catalog.drop_dataset(cursor, name, has_contents_deleted=is_full)
        return Response(status=204)

    def list_tables(self, request: Request, project: str, dataset: str) -> Response:
        """The tables and views of a dataset."""
        name = DatasetName(project, dataset)
        with self._engine.reading() as cursor:
            self._engine.catalog.dataset(cursor, name)
            found = self._engine.catalog.tables(cursor, name)
        listed = [
            {key: value for key, value in _table_json(resource).items() if key != "schema"}
            for resource in found
        ]
        answer = _listing("bigquery#tableList", "tables", listed, request)
        return json_response({**answer, "totalItems": len(found)})

    def create_table(self, request: Request, project: str, dataset: str) -> Response:
        """The table or view that was made."""
        body = body_object(request)
        reference = body.get("tableReference")
        name = table_from_json(
            {**reference, "datasetId": dataset} if isinstance(reference, dict) else None,
            project=project,
        )
        if isinstance(body.get("view"), dict):
            sql = str(body["view"].get("query"))
            if body["view"].get("useLegacySql"):
                raise unsupported("legacy SQL")
            create_view(self._engine, name, QueryRequest(sql, project=project), _input(body))
        elif body.get("materializedView") or body.get("externalDataConfiguration"):
            raise unsupported("materialized views and external tables")
        else:
            fields = check_fields((body.get("schema") or {}).get("fields") or [])
            with self._engine.writing() as cursor:
                self._engine.catalog.create_table(cursor, name, fields, _input(body))
        return json_response(self._table(name))

    def get_table(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """One table or view, with its size."""
        return json_response(self._table(TableName(project, dataset, table)))

    def update_table(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """The table with the members of the body in place of its own, and with new fields."""
        name, body = TableName(project, dataset, table), body_object(request)
        with self._engine.writing() as cursor:
            resource = self._engine.catalog.table(cursor, name)
            if resource["type"] == "VIEW" and ("view" in body or "schema" in body):
                raise unsupported("changing a view; drop it and make it anew")
            fields = (body.get("schema") or {}).get("fields")
            if fields is not None:
                resource = self._engine.catalog.add_fields(cursor, name, check_fields(fields))
            changed = {
                **resource,
                **_input(body),
                "schema": resource["schema"],
                "type": resource["type"],
                "tableReference": name.to_json(),
            }
            self._engine.catalog.put_table(cursor, name, changed)
        return json_response(self._table(name))

    def delete_table(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """Nothing, once the table is gone."""
        with self._engine.writing() as cursor:
            self._engine.catalog.drop_table(cursor, TableName(project, dataset, table))
        return Response(status=204)

    def insert_all(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """The errors of the rows that could not be inserted."""
        name = TableName(project, dataset, table)
        errors = insert_all(self._engine, name, body_object(request))
        answer: dict[str, Any] = {"kind": "bigquery#tableDataInsertAllResponse"}
        return json_response({**answer, "insertErrors": errors} if errors else answer)

    def _table(self, name: TableName) -> dict[str, Any]:
        with self._engine.reading() as cursor:
            resource = self._engine.catalog.table(cursor, name)
        if resource["type"] == "VIEW":
            return _table_json(resource)
        return {
            **_table_json(resource),
            "numRows": str(self._engine.row_count(name.to_sql())),
            "numBytes": str(self._engine.size_bytes(name)),
        }


def _input(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in _OUTPUT_ONLY}


def _dataset_json(resource: dict[str, Any]) -> dict[str, Any]:
    reference = resource["datasetReference"]
    name = f"{reference['projectId']}:{reference['datasetId']}"
    return _stamped({**resource, "kind": "bigquery#dataset", "id": name})


def _table_json(resource: dict[str, Any]) -> dict[str, Any]:
    reference = resource["tableReference"]
    name = f"{reference['projectId']}:{reference['datasetId']}.{reference['tableId']}"
    return _stamped({**resource, "kind": "bigquery#table", "id": name})


def _stamped(resource: dict[str, Any]) -> dict[str, Any]:
    return {**resource, "etag": resource["lastModifiedTime"]}


def _listing(
    kind: str, member: str, listed: list[dict[str, Any]], request: Request
) -> dict[str, Any]:
    start = whole_number(request.args.get("pageToken"), "pageToken", 0)
    count = whole_number(request.args.get("maxResults"), "maxResults", len(listed)) or len(listed)
    answer: dict[str, Any] = {"kind": kind, member: listed[start : start + count]}
    if start + count < len(listed):
        answer["nextPageToken"] = str(start + count)
    return answer
