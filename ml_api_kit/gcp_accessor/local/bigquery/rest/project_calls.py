"""Projects, and what a dataset may hold that the local BigQuery has none of: models."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import not_found, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, TableName
from ml_api_kit.gcp_accessor.local.bigquery.rest.listings import page_of
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import json_response


class ProjectCalls:
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
        answer = page_of(request, [listed], kind="bigquery#projectList", member="projects")
        return json_response({**answer, "totalItems": 1})

    def get_service_account(self, request: Request, project: str) -> Response:
        """An address that belongs to nobody: nothing here asks who somebody is."""
        email = f"bq-local@{project}.iam.gserviceaccount.com"
        return json_response({"kind": "bigquery#getServiceAccountResponse", "email": email})

    def list_models(self, request: Request, project: str, dataset: str) -> Response:
        """An empty list: a dataset never has models here.

        Raises BigQueryError: 404, when there is no such dataset.
        """
        self._check(project, dataset)
        return json_response({"models": []})

    def get_model(self, request: Request, project: str, dataset: str, model: str) -> Response:
        """Nothing.

        Raises BigQueryError: 404, always.
        """
        self._check(project, dataset)
        raise not_found(f"Model {project}:{dataset}.{model}")

    def list_row_policies(
        self, request: Request, project: str, dataset: str, table: str
    ) -> Response:
        """An empty list: nobody is ever refused a row here.

        Raises BigQueryError: 404, when there is no such table.
        """
        with self._engine.reading() as cursor:
            self._engine.catalog.table(cursor, TableName(project, dataset, table))
        return json_response({"rowAccessPolicies": []})

    def create_row_policy(
        self, request: Request, project: str, dataset: str, table: str
    ) -> Response:
        """Nothing.

        Raises BigQueryError: 400, always.
        """
        raise unsupported("row access policies")

    def _check(self, project: str, dataset: str) -> None:
        with self._engine.reading() as cursor:
            self._engine.catalog.dataset(cursor, DatasetName(project, dataset))
