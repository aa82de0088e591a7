"""A job: what it is to do, whether it has ended, and what came of it."""

from __future__ import annotations

import threading
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.cancellation import Cancellation
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job_threads import Turn
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.tables.resource_rows import now_ms

_INTERRUPT_EVERY_S = 0.05


class Job:
    """A job: its REST form, and once it has ended its answer or its error. Thread-safe.

    >>> job = Job({"status": {"state": "PENDING"}, "statistics": {}})
    >>> job.begin()
    >>> job.resource["status"], job.has_ended(within_s=0)
    ({'state': 'RUNNING'}, False)
    >>> job.end({"status": {"state": "DONE"}})
    >>> job.resource["status"], job.has_ended(within_s=0)
    ({'state': 'DONE'}, True)
    """

    def __init__(self, resource: dict[str, Any]) -> None:
        """Start as a job that waits for its turn."""
        # It is replaced as a whole and never changed, as others read it meanwhile.
        self.resource = resource
        self.result: QueryResult | None = None
        self.error: BigQueryError | None = None
        self.cancellation = Cancellation()
        self.turn: Turn | None = None
        self._has_ended = threading.Event()

    def begin(self) -> None:
        """Say that it runs."""
        self.resource = {
            **self.resource,
            "status": {"state": "RUNNING"},
            "statistics": {**self.resource["statistics"], "startTime": now_ms()},
        }

    def end(
        self,
        resource: dict[str, Any],
        result: QueryResult | None = None,
        error: BigQueryError | None = None,
    ) -> None:
        """Say that it has ended, and with what."""
        self.result, self.error, self.resource = result, error, resource
        self._has_ended.set()

    def has_ended(self, *, within_s: float | None) -> bool:
        """Whether it has ended, after waiting for that; None waits as long as it takes."""
        return self._has_ended.wait(within_s)

    def stop(self, reason: str) -> None:
        """Stop it, and wait until it has ended; one that has ended stays as it is."""
        self.cancellation.stop(reason)
        self.cancellation.interrupt()
        while not self._has_ended.wait(_INTERRUPT_EVERY_S):
            self.cancellation.interrupt()


def ended_job(
    resource: dict[str, Any], result: QueryResult | None, error: BigQueryError | None
) -> Job:
    """A job that has ended already."""
    job = Job(resource)
    job.end(resource, result, error)
    return job
