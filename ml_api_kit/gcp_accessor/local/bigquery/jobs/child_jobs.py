"""The jobs of a script's statements, as children of the script's own job."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.jobs.query_jobs import query_statistics
from ml_api_kit.gcp_accessor.local.bigquery.names import ANSWERS, TableName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult, ScriptStep

Child = tuple[dict[str, Any], QueryResult | None, BigQueryError | None]


def child_jobs(parent: Mapping[str, Any], steps: tuple[ScriptStep, ...]) -> Iterator[Child]:
    """The resource of each step's job, with its answer or its error, in the order they ran.

    Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#ScriptStatistics
    """
    project = parent["jobReference"]["projectId"]
    for number, step in enumerate(steps):
        job_id = f"script_job_{uuid.uuid4().hex}_{number}"
        result = step.result
        if result is None and step.error is None:
            result = QueryResult("SCRIPT")
        statistics = {
            "creationTime": step.start_ms,
            "startTime": step.start_ms,
            "endTime": step.end_ms,
            "parentJobId": parent["jobReference"]["jobId"],
            "scriptStatistics": {
                "evaluationKind": step.evaluation,
                "stackFrames": [dict(frame) for frame in step.frames],
            },
        }
        if "sessionInfo" in parent["statistics"]:
            statistics["sessionInfo"] = parent["statistics"]["sessionInfo"]
        if step.transaction_id is not None:
            statistics["transactionInfo"] = {"transactionId": step.transaction_id}
        status: dict[str, Any] = {"state": "DONE"}
        query: dict[str, Any] = {"query": step.sql, "useLegacySql": False}
        if result is not None:
            statistics |= query_statistics(result, is_dry=False)
            if result.table_sql is not None:
                query["destinationTable"] = TableName(project, ANSWERS, job_id).to_json()
        if step.error is not None:
            proto = step.error.to_proto()
            status |= {"errorResult": proto, "errors": [proto]}
        resource = {
            **{key: parent[key] for key in ("kind", "user_email")},
            "id": f"{project}:US.{job_id}",
            "etag": job_id,
            "jobReference": {"projectId": project, "jobId": job_id, "location": "US"},
            "configuration": {"jobType": "QUERY", "query": query},
            "status": status,
            "statistics": statistics,
        }
        yield resource, result, step.error


def steps_of(result: QueryResult | None, error: BigQueryError | None) -> tuple[ScriptStep, ...]:
    """The steps of the script that a job has run, also where it has failed."""
    if result is not None:
        return result.steps
    found: tuple[ScriptStep, ...] = getattr(error, "steps", ())
    return found
