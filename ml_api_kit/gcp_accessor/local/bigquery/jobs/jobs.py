"""Jobs: begun each in its turn, remembered with their answers, waited for, cancelled."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    already_exists,
    not_found,
)
from ml_api_kit.gcp_accessor.local.bigquery.jobs.child_jobs import child_jobs, steps_of
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job import Job, ended_job
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job_location import job_location
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job_runs import KINDS, JobRuns, Outcome
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job_threads import JobThreads
from ml_api_kit.gcp_accessor.local.bigquery.jobs.session_options import session_key
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import ANSWERS, TableName, check_job_id
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects
from ml_api_kit.gcp_accessor.local.bigquery.readable import Readable, find_table
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import whole_number
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_members import check_labels
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_rows import now_ms

KEPT_JOBS = 1000
_STOPPED_WITHIN_S = 5.0
_DISPOSITIONS = {
    "writeDisposition": ("WRITE_APPEND", "WRITE_TRUNCATE", "WRITE_EMPTY", "WRITE_TRUNCATE_DATA"),
    "createDisposition": ("CREATE_IF_NEEDED", "CREATE_NEVER"),
}
_CANCELLED = "User requested cancellation"


class Jobs:
    """The jobs of one engine, the latest `KEPT_JOBS` of them, newest last. Thread-safe.

    Up to eight run at once, each in a thread; the others wait for their turn, and so do the queries
    of one session.
    """

    def __init__(
        self,
        engine: Engine,
        objects: Objects | None = None,
        activity: AbstractContextManager[None] | None = None,
    ) -> None:
        """Start without jobs: they end with the process, as their answers do.

        Loads and extracts that name `gs://` URIs go to `objects`. Each job runs within `activity`.
        """
        self._engine = engine
        self._activity = nullcontext() if activity is None else activity
        self.objects = engine.objects = objects
        engine.job_resources = lambda project: [j.resource for j in self.newest_first(project)]
        self._runs = JobRuns(engine, objects, self.find_readable)
        self._threads = JobThreads()
        self._jobs: OrderedDict[tuple[str, str], Job] = OrderedDict()
        self._requests: OrderedDict[tuple[str, str], Job] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, project: str, job_id: str, *, location: str | None = None) -> Job:
        """One job; with a location, only where it has run there.

        Raises BigQueryError: 404, when it is not there.
        """
        with self._lock:
            job = self._jobs.get((project, job_id))
        if job is not None:
            own = str(job.resource["jobReference"]["location"])
        if job is None or (location and own.lower() != location.lower()):
            raise not_found(f"Job {project}:{location or 'US'}.{job_id}")
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

    def cancel(self, project: str, job_id: str, *, within_s: float) -> Job:
        """The job, after asking it to stop and waiting a little for that.

        Raises BigQueryError: 404, when it is not there.
        """
        job = self.get(project, job_id)
        if not job.has_ended(within_s=0):
            threading.Thread(target=self._stop, args=(job, _CANCELLED), daemon=True).start()
            job.has_ended(within_s=within_s)
        return job

    def delete(self, project: str, job_id: str) -> None:
        """Forget a job and its answer.

        Raises BigQueryError: 404, when it is not there; 400, while it runs.
        """
        if not self.get(project, job_id).has_ended(within_s=0):
            raise BigQueryError(f"Job {project}:US.{job_id} is still running; cancel it first.")
        with self._lock:
            job = self._jobs.pop((project, job_id))
        self._drop_answer(job)

    def start(
        self,
        project: str,
        body: dict[str, Any],
        files: Sequence[Path] = (),
        *,
        folder: Path | None = None,
        request_id: str = "",
    ) -> Job:
        """The job that the body describes, which runs from now on; a dry run has ended already.

        `files` are what a load reads; their `folder` is taken away when the job has ended, or was
        not begun. A request of an id that was sent already is not run again: its client saw no
        answer. A statement that fails gives a job with an error, as in BigQuery.

        Raises BigQueryError: when the body describes no job, or its id is taken, or on a dry run
            that fails.
        """
        is_begun = False
        try:
            resource, timeout_s = self._resource(project, body)
            if resource["configuration"].get("dryRun"):
                return self._dry_run(resource, files)
            job, is_known = self._enter(resource, request_id)
            if not is_known:
                self._begin(job, files, folder, timeout_s)
                is_begun = True
        finally:
            if folder is not None and not is_begun:
                shutil.rmtree(folder, ignore_errors=True)
        return job

    def close(self) -> None:
        """Stop what runs, and begin nothing more."""
        with self._lock:
            running = [job for job in self._jobs.values() if not job.has_ended(within_s=0)]
        stops = [
            threading.Thread(target=self._stop, args=(job, "The local server ends"), daemon=True)
            for job in running
        ]
        for stop in stops:
            stop.start()
        for stop in stops:
            stop.join(_STOPPED_WITHIN_S)
        self._threads.close()

    def _resource(self, project: str, body: dict[str, Any]) -> tuple[dict[str, Any], float | None]:
        """The job in its REST form before it runs, and the time that it may take.

        Raises BigQueryError: when the body describes no job.
        """
        configuration = body.get("configuration")
        if not isinstance(configuration, dict):
            raise BigQueryError("Required parameter is missing: configuration")
        if not any(isinstance(configuration.get(kind), dict) for kind in KINDS):
            raise BigQueryError(f"A job needs one of: {', '.join(KINDS)}")
        _check_dispositions(configuration)
        reference = object_member(body, "jobReference")
        job_id = check_job_id(reference.get("jobId") or f"job_{uuid.uuid4().hex}")
        check_labels(configuration.get("labels"))
        location = job_location(self._engine, project, configuration, reference.get("location"))
        timeout_ms = whole_number(configuration.get("jobTimeoutMs"), "jobTimeoutMs", 0)
        now = now_ms()
        resource = {
            "kind": "bigquery#job",
            "id": f"{project}:{location}.{job_id}",
            "etag": job_id,
            "user_email": "local@localhost",
            "jobReference": {"projectId": project, "jobId": job_id, "location": location},
            "configuration": configuration,
            "status": {"state": "PENDING"},
            "statistics": {"creationTime": now, "startTime": now},
        }
        return resource, timeout_ms / 1000 if timeout_ms else None

    def _dry_run(self, resource: dict[str, Any], files: Sequence[Path]) -> Job:
        outcome = self._runs.run(Job(resource), files)
        if outcome[2] is not None:
            raise outcome[2]
        return ended_job(*outcome)

    def _enter(self, resource: dict[str, Any], request_id: str) -> tuple[Job, bool]:
        """The new job, or that which the same request has begun, and whether it is that.

        Raises BigQueryError: 409, when the id is taken.
        """
        reference = resource["jobReference"]
        key = (reference["projectId"], reference["jobId"])
        request = (reference["projectId"], request_id)
        with self._lock:
            if request_id and request in self._requests:
                return self._requests[request], True
            if key in self._jobs:
                raise already_exists(f"Job {key[0]}:US.{key[1]}")
            job = self._jobs[key] = Job(resource)
            if request_id:
                self._requests[request] = job
            while len(self._requests) > KEPT_JOBS:
                self._requests.popitem(last=False)
        return job, False

    def _begin(
        self, job: Job, files: Sequence[Path], folder: Path | None, timeout_s: float | None
    ) -> None:
        timer = None
        if timeout_s is not None:
            reason = f"Job timed out after {timeout_s:g} sec"
            longest_s = min(timeout_s, threading.TIMEOUT_MAX)
            timer = threading.Timer(longest_s, self._stop, [job, reason])
            timer.daemon = True
            timer.start()
        work = partial(self._work, job, files, folder, timer)
        job.turn = self._threads.submit(work, session=session_key(job.resource))

    def _stop(self, job: Job, reason: str) -> None:
        """Stop a job, and wait until it has ended, which one that waits for its turn does here."""
        job.cancellation.stop(reason)
        if job.turn is not None and self._threads.take(job.turn):
            job.turn.work()
        job.stop(reason)

    def _work(
        self,
        job: Job,
        files: Sequence[Path],
        folder: Path | None,
        timer: threading.Timer | None,
    ) -> None:
        with self._activity:
            outcome = self._runs.run(job, files)
            if timer is not None:
                timer.cancel()
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            self._keep_children(outcome)
            job.end(*outcome)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        with self._lock:
            count = len(self._jobs) - KEPT_JOBS
            ended = (key for key, job in self._jobs.items() if job.has_ended(within_s=0))
            keys = [key for key, _ in zip(ended, range(max(count, 0)), strict=False)]
            forgotten = [self._jobs.pop(key) for key in keys]
        for job in forgotten:
            self._drop_answer(job)

    def _keep_children(self, parent: Outcome) -> None:
        """Keep the jobs of a script's last statements."""
        resource, result, error = parent
        steps = steps_of(result, error)
        if not steps:
            return
        resource["statistics"]["numChildJobs"] = str(len(steps))
        project = resource["jobReference"]["projectId"]
        for child in child_jobs(resource, steps[-KEPT_JOBS // 2 :]):
            with self._lock:
                self._jobs[(project, child[0]["jobReference"]["jobId"])] = ended_job(*child)

    def _drop_answer(self, job: Job) -> None:
        table_sql = job.result.table_sql if job.result is not None else None
        if table_sql is None or not table_sql.startswith("results."):
            return
        with self._lock:
            others = [other.result for other in self._jobs.values() if other.result is not None]
        # The answer of a script is that of its last statement.
        if all(other.table_sql != table_sql for other in others):
            self._engine.drop_result(table_sql)


def _check_dispositions(configuration: dict[str, Any]) -> None:
    for options in configuration.values():
        for name, values in _DISPOSITIONS.items():
            given = options.get(name) if isinstance(options, dict) else None
            if given and given not in values:
                raise BigQueryError(f"Invalid value for {name}: {given}")
    for kind, usual in (("load", "WRITE_APPEND"), ("query", "WRITE_EMPTY")):
        _check_schema_updates(object_member(configuration, kind), usual)


def _check_schema_updates(options: dict[str, Any], usual: str) -> None:
    """Nothing, when the table may be changed by what is written, as far as that is asked for.

    Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad
    """
    if not options.get("schemaUpdateOptions"):
        return
    mode = options.get("writeDisposition") or usual
    target = object_member(options, "destinationTable")
    is_partition = "$" in str(target.get("tableId"))
    if mode in ("WRITE_APPEND", "WRITE_TRUNCATE_DATA") or (
        mode == "WRITE_TRUNCATE" and is_partition
    ):
        return
    raise BigQueryError(
        "Schema update options should only be specified with WRITE_APPEND disposition, or with "
        "WRITE_TRUNCATE disposition on a table partition."
    )
