"""Runs jobs: what a configuration asks for is done, and told in the job's REST form."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, JobCancelledError
from ml_api_kit.gcp_accessor.local.bigquery.faults import unforeseen
from ml_api_kit.gcp_accessor.local.bigquery.files.external_tables import refresh_external_tables
from ml_api_kit.gcp_accessor.local.bigquery.jobs.child_jobs import steps_of
from ml_api_kit.gcp_accessor.local.bigquery.jobs.copy_jobs import run_copy
from ml_api_kit.gcp_accessor.local.bigquery.jobs.extract_jobs import run_extract, source_name
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job import Job
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job_location import (
    check_locations,
    in_location,
)
from ml_api_kit.gcp_accessor.local.bigquery.jobs.load_jobs import run_load
from ml_api_kit.gcp_accessor.local.bigquery.jobs.query_jobs import run_query
from ml_api_kit.gcp_accessor.local.bigquery.jobs.session_options import session_key
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.readable import Readable
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_rows import now_ms

KINDS = ("query", "load", "copy", "extract")
_LOG = logging.getLogger(__name__)

Find = Callable[[TableName], Readable]
Outcome = tuple[dict[str, Any], QueryResult | None, BigQueryError | None]


class JobRuns:
    """Does what jobs ask for, over one engine."""

    def __init__(self, engine: Engine, objects: Objects | None, find: Find) -> None:
        """Read and write `gs://` URIs by `objects`; `find` leads to what an extract reads."""
        self._engine = engine
        self._objects = objects
        self._find = find

    def run(self, job: Job, files: Sequence[Path]) -> Outcome:
        """The job's last REST form, and its answer or its error; `files` are what a load reads."""
        job.begin()
        resource = _draft(job.resource)
        result, error = None, None
        try:
            with self._engine.cancellation.of(job.cancellation):
                job.cancellation.check()
                check_locations(self._engine, resource)
                result = self._run_kind(resource, files)
        except BigQueryError as fault:
            is_query = isinstance(resource["configuration"].get("query"), dict)
            location = resource["jobReference"]["location"]
            error = in_location(fault, location) if is_query else fault
        except Exception as fault:  # noqa: BLE001 - logged, and told by the job
            # What was not foreseen ends the job too: somebody waits for it.
            _LOG.exception("the job %s failed", resource["id"])
            error = unforeseen(fault, self._engine.folder)
        resource["statistics"]["endTime"] = now_ms()
        if error is not None and (reason := job.cancellation.reason):
            error = JobCancelledError(reason, steps_of(None, error))
        if error is not None:
            proto, details = error.to_proto(), [one.to_proto() for one in error.details]
            resource["status"] |= {"errorResult": proto, "errors": [proto, *details]}
        return resource, result, error

    def _run_kind(self, resource: dict[str, Any], files: Sequence[Path]) -> QueryResult | None:
        configuration = resource["configuration"]
        kind = next(key for key in KINDS if isinstance(configuration.get(key), dict))
        configuration["jobType"] = kind.upper()
        project, options = resource["jobReference"]["projectId"], configuration[kind]
        if kind == "query":
            refresh_external_tables(
                self._engine,
                project,
                str(options.get("query")),
                is_in_transaction=self._is_in_transaction(resource),
            )
            return run_query(self._engine, project, resource, configuration)
        if kind == "load":
            run_load(self._engine, self._objects, project, resource, options, files)
        elif kind == "copy":
            run_copy(self._engine, project, resource, options)
        else:
            source = self._find(source_name(project, options))
            run_extract(self._engine, self._objects, source, resource, options)
        return None

    def _is_in_transaction(self, resource: dict[str, Any]) -> bool:
        session = session_key(resource)
        return session is not None and bool(self._engine.query_sessions.transaction_id(*session))


def _draft(resource: dict[str, Any]) -> dict[str, Any]:
    """A copy for the job to write into, as far as it does."""
    return {
        **resource,
        "configuration": {
            key: dict(value) if isinstance(value, dict) else value
            for key, value in resource["configuration"].items()
        },
        "status": {"state": "DONE"},
        "statistics": dict(resource["statistics"]),
    }
