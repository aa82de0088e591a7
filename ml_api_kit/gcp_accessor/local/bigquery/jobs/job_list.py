"""Lists jobs: by state, time and parent, in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job import Job
from ml_api_kit.gcp_accessor.local.bigquery.page_tokens import page_token, place_of
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import whole_number

_PAGE_JOBS = 50
_FAR_MS = 1 << 62


def job_list(jobs: Sequence[Job], arguments: Any, *, project: str) -> dict[str, Any]:
    """The page of the `jobs` of a project, newest first, that the arguments of the request ask for.

    Raises BigQueryError: 400, when one of them is no whole number, no state or no token.
    """
    _check_states(arguments.getlist("stateFilter"))
    resources = [job.resource for job in jobs]
    found = [resource for resource in resources if _is_wanted(resource, arguments)]
    count = whole_number(arguments.get("maxResults"), "maxResults", _PAGE_JOBS) or _PAGE_JOBS
    start = place_of(arguments.get("pageToken"), f"jobs of {project}")
    is_full = arguments.get("projection", "").lower() == "full"
    listed = [_entry(resource, is_full=is_full) for resource in found[start : start + count]]
    answer: dict[str, Any] = {"kind": "bigquery#jobList", "etag": str(len(found)), "jobs": listed}
    if start + count < len(found):
        answer["nextPageToken"] = page_token(f"jobs of {project}", start + count)
    return answer


def _is_wanted(resource: Mapping[str, Any], arguments: Any) -> bool:
    states = [state.lower() for state in arguments.getlist("stateFilter")]
    if states and resource["status"]["state"].lower() not in states:
        return False
    statistics = resource["statistics"]
    created_ms = int(statistics["creationTime"])
    first_ms = whole_number(arguments.get("minCreationTime"), "minCreationTime", 0)
    last_ms = whole_number(arguments.get("maxCreationTime"), "maxCreationTime", _FAR_MS)
    parent = arguments.get("parentJobId")
    return first_ms <= created_ms <= last_ms and statistics.get("parentJobId") == parent


def _check_states(states: Sequence[str]) -> None:
    for state in states:
        if state.lower() not in ("done", "pending", "running"):
            raise BigQueryError(f"Invalid value for stateFilter: {state}")


def _entry(resource: Mapping[str, Any], *, is_full: bool) -> dict[str, Any]:
    left_out = () if is_full else ("configuration", "user_email")
    kept = {key: value for key, value in resource.items() if key not in left_out}
    entry = {**kept, "state": resource["status"]["state"]}
    if "errorResult" in resource["status"]:
        entry["errorResult"] = resource["status"]["errorResult"]
    return entry
