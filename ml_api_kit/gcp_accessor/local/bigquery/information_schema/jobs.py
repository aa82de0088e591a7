"""JOBS and its like: the jobs that the server has run.

Source: https://cloud.google.com/bigquery/docs/information-schema-jobs
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.information_schema.view import Place, Row, View


def _jobs(place: Place) -> Iterator[Row]:
    for job in place.database.job_resources(place.project):
        statistics = job["statistics"]
        query = statistics.get("query") or {}
        settings: dict[str, Any] = job["configuration"].get("query") or {}
        yield [
            int(statistics["creationTime"]),
            place.project,
            job.get("user_email"),
            job["jobReference"]["jobId"],
            job["configuration"].get("jobType"),
            query.get("statementType"),
            settings.get("priority") or "INTERACTIVE",
            int(statistics["startTime"]),
            _whole(statistics.get("endTime")),
            settings.get("query"),
            job["status"]["state"],
            _whole(query.get("totalBytesProcessed")),
            _whole(query.get("totalSlotMs")),
            query.get("cacheHit"),
            _whole(query.get("totalBytesBilled")),
            (statistics.get("transactionInfo") or {}).get("transactionId"),
            statistics.get("parentJobId"),
        ]


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


_VIEW = View(
    "creation_time TIMESTAMP,project_id,user_email,job_id,job_type,statement_type,priority,"
    "start_time TIMESTAMP,end_time TIMESTAMP,query,state,total_bytes_processed INT64,"
    "total_slot_ms INT64,cache_hit BOOL,total_bytes_billed INT64,transaction_id,parent_job_id",
    _jobs,
    lacks="error_result destination_table referenced_tables labels timeline job_stages "
    "reservation_id session_info dml_statistics bi_engine_statistics project_number "
    "total_modified_partitions query_info transferred_bytes materialized_view_statistics",
    is_of_project=True,
)

VIEWS = {"JOBS": _VIEW, "JOBS_BY_PROJECT": _VIEW, "JOBS_BY_USER": _VIEW}
