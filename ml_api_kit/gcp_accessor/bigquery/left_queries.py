"""Cancels queries and loads whose caller goes away: by Ctrl-C, or because their time is over.

A query runs on in BigQuery, and costs, until it ends or is cancelled. The client cancels by itself
only where it knows the job and an ordinary error ends its wait.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOG = logging.getLogger(__name__)
_WITHIN_S = 10.0
_CLOCKS_DIFFER_BY = datetime.timedelta(minutes=1)
_MOST_JOBS = 100


@contextmanager
def cancelled_job_if_left(job: Any) -> Iterator[None]:
    """Within this a job is waited for: it is cancelled when the wait is left before its end."""
    try:
        yield
    except BaseException as error:
        if _is_leaving(error):
            _cancel(job)
        raise


@contextmanager
def cancelled_query_if_left(client: Any, query: str, config: Any) -> Iterator[None]:
    """Within this a query is sent whose job is known to the server alone, which is then looked for.

    One that cannot be told from others, with the same text, parameters and labels, runs on, and the
    log says so.
    """
    sent = datetime.datetime.now(datetime.UTC) - _CLOCKS_DIFFER_BY
    try:
        yield
    except BaseException as error:
        if _is_leaving(error):
            _cancel_sent(client, query, config, sent)
        raise


@contextmanager
def cancelled_load_if_left(client: Any, job_id: str) -> Iterator[None]:
    """Within this a load is sent, whose job may run while the answer is still on its way."""
    try:
        yield
    except BaseException as error:
        if _is_leaving(error):
            _cancel_load(client, job_id)
        raise


def _is_leaving(error: BaseException) -> bool:
    """Whether it says nothing about the query: Ctrl-C and its like, or a wait that is over."""
    from requests.exceptions import Timeout

    return not isinstance(error, Exception) or isinstance(error, Timeout | TimeoutError)


def _cancel_sent(client: Any, query: str, config: Any, sent: datetime.datetime) -> None:
    try:
        jobs = client.list_jobs(
            min_creation_time=sent, max_results=_MOST_JOBS, retry=None, timeout=_WITHIN_S
        )
        found = [job for job in jobs if _is_running(job, query, config)]
    except Exception as error:  # noqa: BLE001 - told by the log; what is under way says more
        _LOG.warning("A query may run on, as its job cannot be looked for: %s", error)
        return
    if len(found) == 1:
        _cancel(found[0])
    elif found:
        names = ", ".join(job.job_id for job in found)
        _LOG.warning("A query runs on, since several like it do: %s. End it: bq cancel ID.", names)


def _is_running(job: Any, query: str, config: Any) -> bool:
    return bool(
        job.job_type == "query"
        and job.state != "DONE"
        and job.query == query
        and job.query_parameters == config.query_parameters
        and job.labels == config.labels
    )


def _cancel_load(client: Any, job_id: str) -> None:
    try:
        # The list is of all locations, of which the client may know none.
        jobs = client.list_jobs(max_results=_MOST_JOBS, retry=None, timeout=_WITHIN_S)
        found = [job for job in jobs if job.job_id == job_id]
    except Exception as error:  # noqa: BLE001 - told by the log; what is under way says more
        _LOG.warning("The load %s may run on, as it cannot be looked for: %s", job_id, error)
        return
    # There is none where it was left before the file was there as a whole.
    for job in found:
        _cancel(job)


def _cancel(job: Any) -> None:
    try:
        job.cancel(retry=None, timeout=_WITHIN_S)
    except Exception as error:  # noqa: BLE001 - told by the log; what is under way says more
        _LOG.warning("The job %s may run on, as it could not be cancelled: %s", job.job_id, error)
        return
    _tell_what_stays(job)


def _tell_what_stays(job: Any) -> None:
    """Say of a job that had ended before it was cancelled that what it wrote is there."""
    if job.job_type == "load" and job.state == "DONE" and job.error_result is None:
        _LOG.warning(
            "The load %s had ended before it could be cancelled: its rows are in the table.",
            job.job_id,
        )
