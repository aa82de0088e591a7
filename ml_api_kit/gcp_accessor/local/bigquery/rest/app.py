"""BigQuery's REST API over an engine, as a WSGI application.

Source: https://cloud.google.com/bigquery/docs/reference/rest
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.faults import unforeseen
from ml_api_kit.gcp_accessor.local.bigquery.jobs.jobs import Jobs
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects
from ml_api_kit.gcp_accessor.local.bigquery.rest.access import Access
from ml_api_kit.gcp_accessor.local.bigquery.rest.dataset_calls import DatasetCalls
from ml_api_kit.gcp_accessor.local.bigquery.rest.job_calls import JobCalls
from ml_api_kit.gcp_accessor.local.bigquery.rest.project_calls import ProjectCalls
from ml_api_kit.gcp_accessor.local.bigquery.rest.query_calls import QueryCalls
from ml_api_kit.gcp_accessor.local.bigquery.rest.routine_calls import RoutineCalls
from ml_api_kit.gcp_accessor.local.bigquery.rest.table_calls import TableCalls
from ml_api_kit.gcp_accessor.local.bigquery.rest.uploads import Uploads
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import json_response
from ml_api_kit.gcp_accessor.local.partial_fields import Mask, parse_fields, selected

_LOG = logging.getLogger(__name__)
_PROJECT = "/bigquery/v2/projects/<project>"
_DATASET = f"{_PROJECT}/datasets/<dataset>"
_TABLE = f"{_DATASET}/tables/<table>"

_RULES = [
    ("/bigquery/v2/projects", "list_projects", "GET"),
    (f"{_PROJECT}/serviceAccount", "get_service_account", "GET"),
    (f"{_PROJECT}/datasets", "list_datasets", "GET"),
    (f"{_PROJECT}/datasets", "create_dataset", "POST"),
    (_DATASET, "get_dataset", "GET"),
    (_DATASET, "update_dataset", "PATCH"),
    (_DATASET, "update_dataset", "PUT"),
    (_DATASET, "delete_dataset", "DELETE"),
    (f"{_DATASET}/tables", "list_tables", "GET"),
    (f"{_DATASET}/tables", "create_table", "POST"),
    (_TABLE, "get_table", "GET"),
    (_TABLE, "update_table", "PATCH"),
    (_TABLE, "update_table", "PUT"),
    (_TABLE, "delete_table", "DELETE"),
    (f"{_TABLE}:<method>", "policy_call", "POST"),
    (f"{_TABLE}/rowAccessPolicies", "list_row_policies", "GET"),
    (f"{_TABLE}/rowAccessPolicies", "create_row_policy", "POST"),
    (f"{_DATASET}/models", "list_models", "GET"),
    (f"{_DATASET}/models/<model>", "get_model", "GET"),
    (f"{_DATASET}/models/<model>", "get_model", "PATCH"),
    (f"{_DATASET}/models/<model>", "get_model", "DELETE"),
    (f"{_DATASET}/routines", "list_routines", "GET"),
    (f"{_DATASET}/routines", "create_routine", "POST"),
    (f"{_DATASET}/routines/<routine>", "get_routine", "GET"),
    (f"{_DATASET}/routines/<routine>", "update_routine", "PUT"),
    (f"{_DATASET}/routines/<routine>", "delete_routine", "DELETE"),
    (f"{_TABLE}/insertAll", "insert_all", "POST"),
    (f"{_TABLE}/data", "list_rows", "GET"),
    (f"{_PROJECT}/jobs", "list_jobs", "GET"),
    (f"{_PROJECT}/jobs", "insert_job", "POST"),
    (f"{_PROJECT}/jobs/<job_id>", "get_job", "GET"),
    (f"{_PROJECT}/jobs/<job_id>/cancel", "cancel_job", "POST"),
    (f"{_PROJECT}/jobs/<job_id>/delete", "delete_job", "DELETE"),
    (f"{_PROJECT}/queries", "query", "POST"),
    (f"{_PROJECT}/queries/<job_id>", "query_results", "GET"),
]
_ROWS = ("list_rows", "query_results", "query", "upload", "upload_piece")
_UPLOAD_PREFIXES = ("/upload/bigquery/v2", "/resumable/upload/bigquery/v2")


def create_app(
    engine: Engine,
    *,
    objects: Objects | None = None,
    activity: AbstractContextManager[None] | None = None,
) -> App:
    """A WSGI application that answers BigQuery's REST calls from the engine.

    Loads from and extracts to `gs://` use `objects`; without them they are refused. Each job, which
    may go on after the request that began it, runs within `activity`.
    """
    return App(engine, objects, activity)


class App:
    """The WSGI application; safe to be called from several threads."""

    def __init__(
        self,
        engine: Engine,
        objects: Objects | None,
        activity: AbstractContextManager[None] | None,
    ) -> None:
        """Keep the engine, and start without jobs."""
        self._engine = engine
        self.jobs = Jobs(engine, objects, activity)
        self._calls = (
            ProjectCalls(engine),
            DatasetCalls(engine),
            TableCalls(engine, self.jobs),
            JobCalls(self.jobs, Uploads(self.jobs, engine.upload_folder)),
            QueryCalls(engine, self.jobs),
            RoutineCalls(engine),
            Access(engine),
        )
        self._rules = Map(
            [Rule(path, endpoint=name, methods=[method]) for path, name, method in _RULES]
            + [
                Rule(f"{prefix}/projects/<project>/jobs", endpoint=name, methods=[method])
                for prefix in _UPLOAD_PREFIXES
                for name, method in (("upload", "POST"), ("upload_piece", "PUT"))
            ]
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request; whatever fails leaves as BigQuery's error JSON."""
        request = Request(environ)
        try:
            response = _unless_known(request, self._dispatch(request))
        except BigQueryError as error:
            response = json_response(error.to_json(), error.status)
        except HTTPException as error:
            fault = BigQueryError(
                f"{error.name}: {request.method} {request.path}",
                status=error.code or 400,
                reason="notFound" if error.code == 404 else "invalid",
            )
            response = json_response(fault.to_json(), fault.status)
        except Exception as error:  # noqa: BLE001 - the edge of the server: logged, and answered
            _LOG.exception("%s %s failed", request.method, request.path)
            fault = unforeseen(error, self._engine.folder)
            response = json_response(fault.to_json(), fault.status)
        return response(environ, start_response)

    def _dispatch(self, request: Request) -> Response:
        endpoint, values = self._rules.bind_to_environ(request.environ).match()
        calls = next(calls for calls in self._calls if hasattr(calls, endpoint))
        handler: Callable[..., Response] = getattr(calls, endpoint)
        # Rows are sent as they are read; clients ask for all that these answers have.
        if endpoint in _ROWS or not request.args.get("fields"):
            return handler(request, **values)
        mask = _mask(request.args["fields"])
        return _masked(handler(request, **values), mask)


def _unless_known(request: Request, response: Response) -> Response:
    """The answer, or that the client has the very resource already."""
    known = request.headers.get("If-None-Match")
    if not known or request.method != "GET" or response.is_streamed:
        return response
    tag = (response.get_json(silent=True) or {}).get("etag")
    return Response(status=304) if tag is not None and tag == known.strip('"') else response


def _mask(text: str) -> Mask:
    try:
        return parse_fields(text)
    except ValueError as error:
        raise BigQueryError(str(error)) from error


def _masked(response: Response, mask: Mask) -> Response:
    if response.status_code != 200:
        return response
    return json_response(selected(response.get_json(), mask))
