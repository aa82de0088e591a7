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
from ml_api_kit.gcp_accessor.local.bigquery.child_jobs import child_jobs, steps_of
from ml_api_kit.gcp_accessor.local.bigquery.copy_jobs import run_copy
from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    already_exists,
    not_found,
)
from ml_api_kit.gcp_accessor.local.bigquery.external_tables import refresh_external_tables
from ml_api_kit.gcp_accessor.local.bigquery.extract_jobs import run_extract, source_name
from ml_api_kit.gcp_accessor.local.bigquery.load_jobs import run_load
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import ANSWERS, TableName
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.query_jobs import run_query
from ml_api_kit.gcp_accessor.local.bigquery.readable import Readable, find_table

KEPT_JOBS = 1000


@dataclass(frozen=True, slots=True)
class Job:
    """A job that has ended: its REST form, and its answer or its error."""

    resource: dict[str, Any]
    result: QueryResult | None = None
    error: BigQueryError | None = None


_KINDS = ("query", "load", "copy", "extract")


class Jobs:
    """The jobs of one engine, the latest `KEPT_JOBS` of them, newest last. Thread-safe."""

    def __init__(self, engine: Engine, objects: Objects | None = None) -> None:
        """Start without jobs: they end with the process, as their answers do.

        Loads and extracts that name `gs://` URIs go to `objects`.
        """
        self._engine = engine
        self.objects = objects
        engine.objects = objects
        engine.job_resources = lambda project: [j.resource for j in self.newest_first(project)]
        self._running: set[tuple[str, str]] = set()
        self._jobs: OrderedDict[tuple[str, str], Job] = OrderedDict()
        self._requests: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, project: str, job_id: str) -> Job:
        """One job.

        Raises BigQueryError: 404, when it is not there.
        """
        with self._lock:
            job = self._jobs.get((project, job_id))
        if job is None:
            raise not_found(f"Job {project}:US.{job_id}")
        return job

    def find_readable(self, name: TableName) -> Readable:
        """What the name of a table leads to; the answer of a job has the name of the job.

        Raises BigQueryError: 404, when it is not there; 400, for a view, which only a query reads.
        """
        if name.dataset != ANSWERS:
            return find_table(self._engine, name)
        job = self.get(name.project, name.table)
        if job.result is None or job.result.table_sql is None:
            raise not_found(f"Table {name}")
        return Readable(job.result.table_sql, job.result.fields)

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

    def run(
        self,
        project: str,
        body: dict[str, Any],
        files: Sequence[Path] = (),
        *,
        request_id: str = "",
    ) -> Job:
        """The job that the body describes, after it has run; `files` are what a load reads.

        A request of an id that was answered already is not run again: its client saw no answer.

        A statement that fails gives a job with an error, as in BigQuery.

        Raises BigQueryError: when the body describes no job, or its id is taken, or on a dry run
            that fails.
        """
        configuration = body.get("configuration")
        if not isinstance(configuration, dict):
            raise BigQueryError("Required parameter is missing: configuration")
        reference = object_member(body, "jobReference")
        if request_id and (known := self._requested(project, request_id)) is not None:
            return known
        job_id = str(reference.get("jobId") or f"job_{uuid.uuid4().hex}")
        self._reserve(project, job_id)
        try:
            location = str(reference.get("location") or "US")
            resource = _resource(project, job_id, location, configuration)
            job = self._run(project, resource, configuration, files)
            if configuration.get("dryRun"):
                if job.error is not None:
                    raise job.error
                return job
            self._keep_children(project, job)
            self._keep(project, job_id, job)
            if request_id:
                self._requests[(project, request_id)] = job_id
        finally:
            with self._lock:
                self._running.discard((project, job_id))
        return job

    def _requested(self, project: str, request_id: str) -> Job | None:
        with self._lock:
            while len(self._requests) > KEPT_JOBS:
                self._requests.popitem(last=False)
            job_id = self._requests.get((project, request_id), "")
            return self._jobs.get((project, job_id))

    def _reserve(self, project: str, job_id: str) -> None:
        key = (project, job_id)
        with self._lock:
            if key in self._jobs or key in self._running:
                raise already_exists(f"Job {project}:US.{job_id}")
            self._running.add(key)

    def _run(
        self,
        project: str,
        resource: dict[str, Any],
        configuration: dict[str, Any],
        files: Sequence[Path],
    ) -> Job:
        result = None
        try:
            result = self._run_kind(project, resource, configuration, files)
        except BigQueryError as error:
            proto = error.to_proto()
            resource["status"] |= {"errorResult": proto, "errors": [proto]}
            resource["statistics"]["endTime"] = now_ms()
            return Job(resource, error=error)
        resource["statistics"]["endTime"] = now_ms()
        return Job(resource, result)

    def _run_kind(
        self,
        project: str,
        resource: dict[str, Any],
        configuration: dict[str, Any],
        files: Sequence[Path],
    ) -> QueryResult | None:
        kind = next((key for key in _KINDS if isinstance(configuration.get(key), dict)), None)
        if kind is None:
            raise BigQueryError(f"A job needs one of: {', '.join(_KINDS)}")
        resource["configuration"]["jobType"] = kind.upper()
        options = configuration[kind]
        if kind == "query":
            sql = str(options.get("query"))
            refresh_external_tables(self._engine, project, sql)
            return run_query(self._engine, project, resource, configuration)
        if kind == "load":
            run_load(self._engine, self.objects, project, resource, options, files)
        elif kind == "copy":
            run_copy(self._engine, project, resource, options)
        else:
            source = self.find_readable(source_name(project, options))
            run_extract(self._engine, self.objects, source, resource, options)
        return None

    def _keep(self, project: str, job_id: str, job: Job) -> None:
        with self._lock:
            self._jobs[(project, job_id)] = job
            forgotten = self._jobs.popitem(last=False)[1] if len(self._jobs) > KEPT_JOBS else None
        if forgotten is not None:
            self._drop_answer(forgotten)

    def _keep_children(self, project: str, parent: Job) -> None:
        """Keep the jobs of a script's last statements, before that of the script itself."""
        steps = steps_of(parent.result, parent.error)
        if not steps:
            return
        parent.resource["statistics"]["numChildJobs"] = str(len(steps))
        for resource, result, error in child_jobs(parent.resource, steps[-KEPT_JOBS // 2 :]):
            self._keep(project, resource["jobReference"]["jobId"], Job(resource, result, error))

    def _drop_answer(self, job: Job) -> None:
        table_sql = job.result.table_sql if job.result is not None else None
        if table_sql is None or not table_sql.startswith("results."):
            return
        with self._lock:
            others = [other.result for other in self._jobs.values() if other.result is not None]
        # The answer of a script is that of its last statement.
        if all(other.table_sql != table_sql for other in others):
            self._engine.drop_result(table_sql)


def _resource(
    project: str, job_id: str, location: str, configuration: dict[str, Any]
) -> dict[str, Any]:
    now = now_ms()
    return {
        "kind": "bigquery#job",
        "id": f"{project}:{location}.{job_id}",
        "etag": job_id,
        "user_email": "local@localhost",
        "jobReference": {"projectId": project, "jobId": job_id, "location": location},
        "configuration": {
            key: dict(value) if isinstance(value, dict) else value
            for key, value in configuration.items()
        },
        "status": {"state": "DONE"},
        "statistics": {"creationTime": now, "startTime": now},
    }
