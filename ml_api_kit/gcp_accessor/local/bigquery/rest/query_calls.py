"""The REST calls that give rows: of the answers of queries, and of tables."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job import Job
from ml_api_kit.gcp_accessor.local.bigquery.jobs.jobs import Jobs
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.page_tokens import page_token
from ml_api_kit.gcp_accessor.local.bigquery.readable import selected_fields
from ml_api_kit.gcp_accessor.local.bigquery.rest.changes import etag
from ml_api_kit.gcp_accessor.local.bigquery.rest.job_calls import job_location
from ml_api_kit.gcp_accessor.local.bigquery.rest.pages import Page, read_page, read_whole
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import (
    body_object,
    json_response,
    rows_response,
    whole_number,
)
from ml_api_kit.gcp_accessor.local.bigquery.storage_read.arrow import arrow_page

_QUERY_MEMBERS = (
    "query", "queryParameters", "parameterMode", "defaultDataset", "useLegacySql",
    "maximumBytesBilled", "destinationTable", "writeDisposition", "createDisposition",
    "destinationEncryptionConfiguration", "connectionProperties", "createSession",
)  # fmt: skip
_JOB_MEMBERS = ("labels", "dryRun", "jobTimeoutMs")
_WAIT_MS, _LONGEST_WAIT_MS = 10_000, 30_000
# Google's client asks again and again, and looks in between whether its time is over.
_ASK_AGAIN_MS = 1_000


class QueryCalls:
    """Answers what is asked for rows."""

    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        """Read from the engine, and begin queries among the jobs."""
        self._engine = engine
        self._jobs = jobs

    def query(self, request: Request, project: str) -> Response:
        """The first rows of the answer of a new query job, or the job where it takes long."""
        body = body_object(request)
        wait_s = _wait_s(body, _WAIT_MS)
        options = {key: body[key] for key in _QUERY_MEMBERS if key in body}
        # Unlike a job's, the default of this call is legacy SQL in BigQuery; it is refused there.
        configuration: dict[str, Any] = {"query": options}
        configuration |= {key: body[key] for key in _JOB_MEMBERS if body.get(key)}
        job = self._jobs.start(
            project,
            {"configuration": configuration, "jobReference": {"location": body.get("location")}},
            request_id=str(body.get("requestId") or ""),
        )
        if body.get("dryRun"):
            return json_response(_answer_head(job, "bigquery#queryResponse"))
        if not job.has_ended(within_s=wait_s):
            return _not_yet(job, "bigquery#queryResponse")
        if str(body.get("queryResultsFormat")).upper() == "ARROW":
            return self._arrow_answer(job)
        formats = object_member(body, "formatOptions")
        arguments = {"maxResults": body.get("maxResults")} | {
            f"formatOptions.{name}": value for name, value in formats.items()
        }
        if _is_python(request) and body.get("maxResults") is None and _has_rows(job):
            return self._whole_answer(job, "bigquery#queryResponse")
        return self._answer(job, arguments, kind="bigquery#queryResponse")

    def query_results(self, request: Request, project: str, job_id: str) -> Response:
        """Rows of the answer of a query job, after waiting for its end, or that it is not there."""
        job = self._jobs.get(project, job_id, location=job_location(request))
        kind = "bigquery#getQueryResultsResponse"
        if not job.has_ended(within_s=_wait_s(request.args, _ASK_AGAIN_MS)):
            return _not_yet(job, kind)
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
            head["pageToken"] = page_token(job.result.table_sql, page.row_count)
        return json_response(head)

    def list_rows(self, request: Request, project: str, dataset: str, table: str) -> Response:
        """Rows of a table, or of the answer of a job."""
        found = self._jobs.find_readable(TableName(project, dataset, table))
        names = [name for name in request.args.get("selectedFields", "").split(",") if name]
        fields = selected_fields(found.fields, names)
        row_count = self._engine.row_count(found.table_sql)
        page = read_page(self._engine, found.table_sql, fields, row_count, request.args)
        head: dict[str, Any] = {"kind": "bigquery#tableDataList"}
        head |= {"etag": etag({request.path: row_count}), "totalRows": str(row_count)}
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


def _wait_s(arguments: Any, default_ms: int) -> float:
    """How long the answer is waited for: as long as asked, as far as others can be answered."""
    asked_ms = whole_number(arguments.get("timeoutMs"), "timeoutMs", default_ms)
    return min(asked_ms, _LONGEST_WAIT_MS) / 1000


def _not_yet(job: Job, kind: str) -> Response:
    reference = job.resource["jobReference"]
    return json_response({"kind": kind, "jobReference": reference, "jobComplete": False})


def _answer_head(job: Job, kind: str) -> dict[str, Any]:
    if job.error is not None:
        raise job.error
    result = job.result
    if result is None:
        raise BigQueryError("The job is not a query job.")
    statistics = job.resource["statistics"]
    head: dict[str, Any] = {
        "kind": kind,
        "etag": etag(job.resource["jobReference"]),
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
