"""Lists jobs: by state, time and parent, in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.job import Job
from ml_api_kit.gcp_accessor.local.bigquery.web import whole_number

_PAGE_JOBS = 50
_FAR_MS = 1 << 62


def job_list(jobs: Sequence[Job], arguments: Any) -> dict[str, Any]:
    """The page of `jobs`, newest first, that the arguments of the request ask for.

    Raises BigQueryError: 400, when one of them is no whole number.
    """
    resources = [job.resource for job in jobs]
    found = [resource for resource in resources if _is_wanted(resource, arguments)]
    count = whole_number(arguments.get("maxResults"), "maxResults", _PAGE_JOBS)
    start = whole_number(arguments.get("pageToken"), "pageToken", 0)
    listed = [_entry(resource) for resource in found[start : start + count]]
    answer: dict[str, Any] = {"kind": "bigquery#jobList", "etag": str(len(found)), "jobs": listed}
    if start + count < len(found):
        answer["nextPageToken"] = str(start + count)
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


def _entry(resource: Mapping[str, Any]) -> dict[str, Any]:
    entry = {**resource, "state": resource["status"]["state"]}
    if "errorResult" in resource["status"]:
        entry["errorResult"] = resource["status"]["errorResult"]
    return entry
