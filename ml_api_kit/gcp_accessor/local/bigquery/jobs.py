"""Jobs: a query or a load, run at once and remembered with its answer."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.catalog import now_ms
from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    already_exists,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.load import load_files
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    ANSWERS,
    DatasetName,
    TableName,
    dataset_from_json,
    table_from_json,
)
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest, QueryResult

KEPT_JOBS = 1000

_QUERY_OPTIONS = frozenset(
    {
        "query", "queryParameters", "parameterMode", "defaultDataset", "useLegacySql",
        "maximumBytesBilled", "destinationTable", "writeDisposition", "createDisposition",
        "useQueryCache", "priority", "allowLargeResults",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """A job that has ended: its REST form, and its answer or its error."""

    resource: dict[str, Any]
    result: QueryResult | None = None
    error: BigQueryError | None = None


class Jobs:
    """The jobs of one engine, the latest `KEPT_JOBS` of them, newest last. Thread-safe."""

    def __init__(self, engine: Engine) -> None:
        """Start without jobs: they end with the process, as their answers do."""
        self._engine = engine
        self._jobs: OrderedDict[tuple[str, str], Job] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, project: str, job_id: str) -> Job:
        """One job.

        Raises BigQueryError: 404, when it is not there.
        """
        with self._lock:
            job = self._jobs.get((project, job_id))
        if job is None:
            raise not_found(f"Job {project}:{job_id}")
        return job

    def newest_first(self, project: str) -> list[Job]:
        """The jobs of a project."""
        with self._lock:
            return [job for key, job in reversed(self._jobs.items()) if key[0] == project]

    def delete(self, project: str, job_id: str) -> None:
        """Forget a job and its answer.

        Raises BigQueryError: 404, when it is not there.
        """
        self.get(project, job_id)
        with self._lock:
            job = self._jobs.pop((project, job_id))
        self._drop_answer(job)

    def run(self, project: str, body: dict[str, Any], files: Sequence[Path] = ()) -> Job:
        """The job that the body describes, after it has run; `files` are what a load reads.

        A statement that fails gives a job with an error, as in BigQuery.

        Raises BigQueryError: when the body describes no job, or its id is taken, or on a dry run
            that fails.
        """
        configuration = body.get("configuration")
        if not isinstance(configuration, dict):
            raise BigQueryError("Required parameter is missing: configuration")
        reference = body.get("jobReference") or {}
        job_id = str(reference.get("jobId") or f"job_{uuid.uuid4().hex}")
        with self._lock:
            if (project, job_id) in self._jobs:
                raise already_exists(f"Job {project}:US.{job_id}")
        resource = _resource(project, job_id, configuration)
        job = self._run(project, resource, configuration, files)
        if configuration.get("dryRun"):
            if job.error is not None:
                raise job.error
            return job
        self._keep(project, job_id, job)
        return job

    def _run(
        self,
        project: str,
        resource: dict[str, Any],
        configuration: dict[str, Any],
        files: Sequence[Path],
    ) -> Job:
        result = None
        try:
            if isinstance(configuration.get("query"), dict):
                result = self._run_query(project, resource, configuration)
            elif isinstance(configuration.get("load"), dict):
                self._run_load(project, resource, configuration["load"], files)
            else:
                raise unsupported("jobs other than query and load")
        except BigQueryError as error:
            proto = error.to_proto()
            resource["status"] |= {"errorResult": proto, "errors": [proto]}
            resource["statistics"]["endTime"] = now_ms()
            return Job(resource, error=error)
        resource["statistics"]["endTime"] = now_ms()
        return Job(resource, result)

    def _run_query(
        self, project: str, resource: dict[str, Any], configuration: dict[str, Any]
    ) -> QueryResult:
        resource["configuration"]["jobType"] = "QUERY"
        options = configuration["query"]
        request = query_request(project, options)
        limit = options.get("maximumBytesBilled")
        is_dry = bool(configuration.get("dryRun"))
        if is_dry or limit is not None:
            planned = self._engine.dry_run(request)
            _check_limit(limit, planned.size_bytes)
        result = planned if is_dry else self._engine.run(request)
        statistics: dict[str, Any] = {
            "statementType": result.kind,
            "totalBytesProcessed": str(result.size_bytes),
            "totalBytesBilled": "0" if is_dry else str(result.size_bytes),
            "cacheHit": False,
            "schema": {"fields": result.fields},
        }
        if result.affected_row_count is not None:
            statistics["numDmlAffectedRows"] = str(result.affected_row_count)
        resource["statistics"]["query"] = statistics
        resource["statistics"]["totalBytesProcessed"] = str(result.size_bytes)
        if request.destination is None and result.table_sql is not None:
            answer = TableName(project, ANSWERS, resource["jobReference"]["jobId"])
            resource["configuration"]["query"]["destinationTable"] = answer.to_json()
        return result

    def _run_load(
        self,
        project: str,
        resource: dict[str, Any],
        options: dict[str, Any],
        files: Sequence[Path],
    ) -> None:
        resource["configuration"]["jobType"] = "LOAD"
        name = table_from_json(options.get("destinationTable"), project=project)
        row_count = load_files(self._engine, name, files, options)
        size = sum(path.stat().st_size for path in files)
        resource["statistics"]["load"] = {
            "outputRows": str(row_count),
            "inputFiles": str(len(files)),
            "inputFileBytes": str(size),
            "badRecords": "0",
        }

    def _keep(self, project: str, job_id: str, job: Job) -> None:
        with self._lock:
            self._jobs[(project, job_id)] = job
            forgotten = self._jobs.popitem(last=False)[1] if len(self._jobs) > KEPT_JOBS else None
        if forgotten is not None:
            self._drop_answer(forgotten)

    def _drop_answer(self, job: Job) -> None:
        table_sql = job.result.table_sql if job.result is not None else None
        if table_sql is not None and table_sql.startswith("results."):
            self._engine.drop_result(table_sql)


def query_request(project: str, options: dict[str, Any]) -> QueryRequest:
    """The statement that a `JobConfigurationQuery` describes.

    Raises BigQueryError: when it holds no statement, or an option that is not supported.
    """
    sql = options.get("query")
    if not isinstance(sql, str):
        raise BigQueryError("Required parameter is missing: query")
    if options.get("useLegacySql"):
        raise unsupported("legacy SQL")
    unknown = [key for key, value in options.items() if key not in _QUERY_OPTIONS and value]
    if unknown:
        raise unsupported(f"the query option {unknown[0]}")
    parameters = options.get("queryParameters") or []
    if not isinstance(parameters, list):
        raise BigQueryError("queryParameters must be a list")
    default, target = options.get("defaultDataset"), options.get("destinationTable")
    dataset: DatasetName | None = dataset_from_json(default, project=project) if default else None
    return QueryRequest(
        sql=sql,
        parameters=parameters,
        project=project,
        default_dataset=dataset,
        destination=table_from_json(target, project=project) if target else None,
        write_disposition=str(options.get("writeDisposition") or "WRITE_EMPTY"),
        create_disposition=str(options.get("createDisposition") or "CREATE_IF_NEEDED"),
    )


def _check_limit(limit: Any, size_bytes: int) -> None:
    if limit is None:
        return
    try:
        allowed = int(limit)
    except (TypeError, ValueError) as error:
        raise BigQueryError(f"Invalid value for maximumBytesBilled: {limit}") from error
    if size_bytes > allowed:
        raise BigQueryError(
            f"Query exceeded limit for bytes billed: {allowed}. {size_bytes} or higher required.",
            reason="bytesBilledLimitExceeded",
        )


def _resource(project: str, job_id: str, configuration: dict[str, Any]) -> dict[str, Any]:
    now = now_ms()
    return {
        "kind": "bigquery#job",
        "id": f"{project}:US.{job_id}",
        "etag": job_id,
        "user_email": "local@localhost",
        "jobReference": {"projectId": project, "jobId": job_id, "location": "US"},
        "configuration": {
            key: dict(value) if isinstance(value, dict) else value
            for key, value in configuration.items()
        },
        "status": {"state": "DONE"},
        "statistics": {"creationTime": now, "startTime": now},
    }
