"""Datasets: the calls that list, make, change and drop them."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, dataset_from_json
from ml_api_kit.gcp_accessor.local.bigquery.rest.changes import (
    check_etag,
    given_members,
    patched,
    replaced,
    shown,
)
from ml_api_kit.gcp_accessor.local.bigquery.rest.label_filter import has_labels
from ml_api_kit.gcp_accessor.local.bigquery.rest.listings import link, page_of
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import body_object, json_response
from ml_api_kit.gcp_accessor.local.bigquery.tables.view_functions import drop_dataset

# What BigQuery gives a dataset that is made without a list of who may what.
_ACCESS = [
    {"role": "WRITER", "specialGroup": "projectWriters"},
    {"role": "OWNER", "specialGroup": "projectOwners"},
    {"role": "READER", "specialGroup": "projectReaders"},
]


class DatasetCalls:
    """The handlers, each for one call of the REST API."""

    def __init__(self, engine: Engine) -> None:
        """Keep the engine."""
        self._engine = engine

    def list_datasets(self, request: Request, project: str) -> Response:
        """The datasets of a project, those with the labels that `filter` names."""
        with self._engine.reading() as cursor:
            found = self._engine.catalog.rows.datasets(cursor, project)
        wanted = request.args.get("filter", "")
        # Those whose names begin so are hidden in BigQuery.
        has_all = request.args.get("all", "").lower() == "true"
        listed = [
            _dataset_json(request, resource)
            for resource in found
            if has_labels(resource.get("labels") or {}, wanted)
            and (has_all or not resource["datasetReference"]["datasetId"].startswith("_"))
        ]
        answer = page_of(request, listed, kind="bigquery#datasetList", member="datasets")
        return json_response(answer)

    def create_dataset(self, request: Request, project: str) -> Response:
        """The dataset that was made."""
        body = body_object(request)
        name = dataset_from_json(body.get("datasetReference"), project=project)
        with self._engine.writing() as cursor:
            given = {"access": _ACCESS, **given_members(body)}
            self._engine.catalog.create_dataset(cursor, name, given)
            resource = self._engine.catalog.dataset(cursor, name)
        return json_response(_dataset_json(request, resource))

    def get_dataset(self, request: Request, project: str, dataset: str) -> Response:
        """One dataset."""
        with self._engine.reading() as cursor:
            resource = self._engine.catalog.dataset(cursor, DatasetName(project, dataset))
        return json_response(_dataset_json(request, resource))

    def update_dataset(self, request: Request, project: str, dataset: str) -> Response:
        """The dataset with the members of the body in place of its own."""
        name, body = DatasetName(project, dataset), body_object(request)
        with self._engine.writing() as cursor:
            resource = self._engine.catalog.dataset(cursor, name)
            check_etag(resource, request.headers.get("If-Match"))
            merged = replaced if request.method == "PUT" else patched
            changed = {**merged(resource, body), "datasetReference": name.to_json()}
            self._engine.catalog.put_dataset(cursor, name, changed)
            resource = self._engine.catalog.dataset(cursor, name)
        return json_response(_dataset_json(request, resource))

    def delete_dataset(self, request: Request, project: str, dataset: str) -> Response:
        """Nothing, once the dataset is gone."""
        is_full = request.args.get("deleteContents", "").lower() == "true"
        name = DatasetName(project, dataset)
        with self._engine.writing_as_read() as cursor:
            drop_dataset(self._engine, cursor, name, has_contents_deleted=is_full)
        return Response(status=204)


def _dataset_json(request: Request, resource: dict[str, Any]) -> dict[str, Any]:
    reference = resource["datasetReference"]
    project, dataset = reference["projectId"], reference["datasetId"]
    seen = shown(
        resource,
        kind="bigquery#dataset",
        name=f"{project}:{dataset}",
        link=link(request, f"projects/{project}/datasets/{dataset}"),
    )
    return {"type": "DEFAULT", **seen}
