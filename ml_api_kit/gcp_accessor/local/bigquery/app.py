"""BigQuery's REST API over an engine, as a WSGI application.

Source: https://cloud.google.com/bigquery/docs/reference/rest
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.access import Access
from ml_api_kit.gcp_accessor.local.bigquery.arrow import arrow_page
from ml_api_kit.gcp_accessor.local.bigquery.dataset_calls import DatasetCalls
from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, disk_full
from ml_api_kit.gcp_accessor.local.bigquery.job_list import job_list
from ml_api_kit.gcp_accessor.local.bigquery.jobs import Job, Jobs
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects
from ml_api_kit.gcp_accessor.local.bigquery.pages import Page, read_page, read_whole
from ml_api_kit.gcp_accessor.local.bigquery.project_calls import ProjectCalls
from ml_api_kit.gcp_accessor.local.bigquery.readable import selected_fields
from ml_api_kit.gcp_accessor.local.bigquery.routine_calls import RoutineCalls
from ml_api_kit.gcp_accessor.local.bigquery.table_calls import TableCalls
from ml_api_kit.gcp_accessor.local.bigquery.uploads import Uploads
from ml_api_kit.gcp_accessor.local.bigquery.web import (
    body_object,
    json_response,
    rows_response,
)
from ml_api_kit.gcp_accessor.local.full_disk import is_full

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
_QUERY_MEMBERS = (
    "query", "queryParameters", "parameterMode", "defaultDataset", "useLegacySql",
    "maximumBytesBilled", "destinationTable", "writeDisposition", "createDisposition",
    "destinationEncryptionConfiguration", "connectionProperties", "createSession",
)  # fmt: skip
_UPLOAD_PREFIXES = ("/upload/bigquery/v2", "/resumable/upload/bigquery/v2")


def create_app(engine: Engine, *, objects: Objects | None = None) -> App:
    """A WSGI application that answers BigQuery's REST calls from the engine.

    Loads from and extracts to `gs://` use `objects`; without them they are refused.
    """
    return App(engine, objects)


class App:
    """The WSGI application; safe to be called from several threads."""

    def __init__(self, engine: Engine, objects: Objects | None) -> None:
        """Keep the engine, and start without jobs."""
        self._engine = engine
        self.jobs = Jobs(engine, objects)
        self._uploads = Uploads(self.jobs, engine.upload_folder)
        self._calls = (
            ProjectCalls(engine),
            DatasetCalls(engine),
            TableCalls(engine, self.jobs),
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
            response = self._dispatch(request)
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
            fault = _fault(error, self._engine.folder)
            response = json_response(fault.to_json(), fault.status)
        return response(environ, start_response)

    def _dispatch(self, request: Request) -> Response:
        endpoint, values = self._rules.bind_to_environ(request.environ).match()
        calls = next((calls for calls in self._calls if hasattr(calls, endpoint)), None)
        handler: Callable[..., Response] = (
            getattr(self, f"_{endpoint}") if calls is None else getattr(calls, endpoint)
        )
        return handler(request, **values)

    def _upload(self, request: Request, project: str) -> Response:
        return self._uploads.post(request, project)

    def _upload_piece(self, request: Request, project: str) -> Response:
        return self._uploads.put(request, project)

    def _insert_job(self, request: Request, project: str) -> Response:
        return json_response(self.jobs.run(project, body_object(request)).resource)

    def _list_jobs(self, request: Request, project: str) -> Response:
        return json_response(job_list(self.jobs.newest_first(project), request.args))

    def _get_job(self, request: Request, project: str, job_id: str) -> Response:
        return json_response(self.jobs.get(project, job_id).resource)

    def _cancel_job(self, request: Request, project: str, job_id: str) -> Response:
        job = self.jobs.get(project, job_id)
        return json_response({"kind": "bigquery#jobCancelResponse", "job": job.resource})

    def _delete_job(self, request: Request, project: str, job_id: str) -> Response:
        self.jobs.delete(project, job_id)
        return Response(status=204)

    def _query(self, request: Request, project: str) -> Response:
        body = body_object(request)
        options = {key: body[key] for key in _QUERY_MEMBERS if key in body}
        # Unlike a job's, the default of this call is legacy SQL in BigQuery; it is refused there.
        configuration: dict[str, Any] = {"query": options}
        configuration |= {key: body[key] for key in ("labels", "dryRun") if body.get(key)}
        job = self.jobs.run(
            project,
            {"configuration": configuration, "jobReference": {"location": body.get("location")}},
            request_id=str(body.get("requestId") or ""),
        )
        if body.get("dryRun"):
            return json_response(_answer_head(job, "bigquery#queryResponse"))
        if str(body.get("queryResultsFormat")).upper() == "ARROW":
            return self._arrow_answer(job)
        formats = object_member(body, "formatOptions")
        arguments = {"maxResults": body.get("maxResults")} | {
            f"formatOptions.{name}": value for name, value in formats.items()
        }
        if _is_python(request) and body.get("maxResults") is None and _has_rows(job):
            return self._whole_answer(job, "bigquery#queryResponse")
        return self._answer(job, arguments, kind="bigquery#queryResponse")

    def _query_results(self, request: Request, project: str, job_id: str) -> Response:
        job = self.jobs.get(project, job_id)
        kind = "bigquery#getQueryResultsResponse"
        is_waiting = request.args.get("maxResults") == "0" and not (
            {"pageToken", "startIndex"} & request.args.keys()
        )
        if _is_python(request) and is_waiting and _has_rows(job):
            return self._whole_answer(job, kind)
        return self._answer(job, request.args, kind=kind)

    def _whole_answer(self, job: Job, kind: str) -> Response:
        """All rows: Google's Python client reads frames elsewhere, where it has not got most.

        It asks for no rows to wait for the end, and takes those that it gets. For the others it
        would go to Google's own host, which knows of no job here.
        """
        found = job.result
        assert found is not None
        assert found.table_sql is not None
        page = read_whole(self._engine, found.table_sql, found.fields, found.row_count)
        return _page_response(job, kind, page)

    def _answer(self, job: Job, arguments: Any, *, kind: str) -> Response:
        result = job.result
        if result is None or result.table_sql is None:
            return json_response(_answer_head(job, kind))
        page = read_page(self._engine, result.table_sql, result.fields, result.row_count, arguments)
        return _page_response(job, kind, page)

    def _arrow_answer(self, job: Job) -> Response:
        head = _answer_head(job, "bigquery#queryResponse")
        if job.result is None or job.result.table_sql is None:
            return json_response(head)
        with self._engine.reading() as cursor:
            page = arrow_page(cursor, job.result.table_sql, job.result.fields)
        head["pageRowCount"] = str(page.row_count)
        head["arrowSchema"] = {"serializedSchema": page.schema}
        if page.row_count:
            head["arrowRecordBatch"] = {"serializedRecordBatch": page.batch}
        if page.row_count < job.result.row_count:
            head["pageToken"] = str(page.row_count)
        return json_response(head)

    def _list_rows(self, request: Request, project: str, dataset: str, table: str) -> Response:
        found = self.jobs.find_readable(TableName(project, dataset, table))
        names = [name for name in request.args.get("selectedFields", "").split(",") if name]
        fields = selected_fields(found.fields, names)
        row_count = self._engine.row_count(found.table_sql)
        page = read_page(self._engine, found.table_sql, fields, row_count, request.args)
        head: dict[str, Any] = {"kind": "bigquery#tableDataList", "totalRows": str(row_count)}
        if page.next_token is not None:
            head["pageToken"] = page.next_token
        return rows_response(head, page.rows)


def _is_python(request: Request) -> bool:
    return "gl-python/" in request.headers.get("X-Goog-API-Client", "")


def _has_rows(job: Job) -> bool:
    return job.result is not None and job.result.table_sql is not None


def _page_response(job: Job, kind: str, page: Page) -> Response:
    head = _answer_head(job, kind)
    if page.next_token is not None:
        head["pageToken"] = page.next_token
    return rows_response(head, page.rows)


def _fault(error: Exception, folder: Path) -> BigQueryError:
    if isinstance(error, OSError | duckdb.Error) and is_full(error):
        return disk_full(folder)
    # What was not foreseen is not supported. Clients repeat an internalError for ten minutes.
    return BigQueryError(
        "not supported by the local BigQuery: this request made it fail; its log has the traceback",
        status=501,
        reason="notImplemented",
    )


def _answer_head(job: Job, kind: str) -> dict[str, Any]:
    if job.error is not None:
        raise job.error
    result = job.result
    if result is None:
        raise BigQueryError("The job is not a query job.")
    statistics = job.resource["statistics"]
    head: dict[str, Any] = {
        "kind": kind,
        "jobComplete": True,
        "jobReference": job.resource["jobReference"],
        "schema": {"fields": result.fields},
        "totalBytesProcessed": str(result.size_bytes),
        "totalBytesBilled": statistics["query"]["totalBytesBilled"],
        "totalSlotMs": "0",
        "cacheHit": False,
        "location": job.resource["jobReference"]["location"],
        "creationTime": statistics["creationTime"],
        "startTime": statistics["startTime"],
        "endTime": statistics["endTime"],
    }
    # Statements without rows have no number of them, by which the client knows them.
    if result.table_sql is not None or result.affected_row_count is not None:
        head["totalRows"] = str(result.row_count)
    if "sessionInfo" in statistics:
        head["sessionInfo"] = statistics["sessionInfo"]
    for member in ("numDmlAffectedRows", "dmlStats"):
        if member in statistics["query"]:
            head[member] = statistics["query"][member]
    return head
