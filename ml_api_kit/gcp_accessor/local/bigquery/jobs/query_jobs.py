"""Query jobs: a statement, where its answer goes, and what is told about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.jobs.session_options import (
    open_session,
    session_statistics,
)
from ml_api_kit.gcp_accessor.local.bigquery.jobs.table_definitions import defined_tables
from ml_api_kit.gcp_accessor.local.bigquery.members import list_member
from ml_api_kit.gcp_accessor.local.bigquery.names import (
    ANSWERS,
    TEMPORARY,
    DatasetName,
    TableName,
    dataset_from_json,
)
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest, QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import target_from_json
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_options import ENCRYPTION, storage_options

_OPTIONS = frozenset(
    {
        "query", "queryParameters", "parameterMode", "defaultDataset", "useLegacySql",
        "maximumBytesBilled", "destinationTable", "writeDisposition", "createDisposition",
        "useQueryCache", "priority", "allowLargeResults", "flattenResults", "schemaUpdateOptions",
        "timePartitioning", "rangePartitioning", "clustering", "maximumBillingTier",
        "createSession", "connectionProperties", "tableDefinitions", ENCRYPTION,
    }
)  # fmt: skip
_DML_COUNTS = {
    "INSERT": "insertedRowCount",
    "UPDATE": "updatedRowCount",
    "DELETE": "deletedRowCount",
}


def run_query(
    engine: Engine, project: str, resource: dict[str, Any], configuration: dict[str, Any]
) -> QueryResult:
    """What the statement of the configuration gives; its statistics are put into the resource.

    Raises BigQueryError: when it is wrong, not supported, or would read too much.
    """
    options = configuration["query"]
    options.setdefault("priority", "INTERACTIVE")
    request = query_request(project, options)
    limit = options.get("maximumBytesBilled")
    is_dry = bool(configuration.get("dryRun"))
    session_id = open_session(engine, project, options)
    told = session_statistics(engine, project, session_id)
    resource["statistics"] |= told
    if "transactionInfo" in told and options.get("tableDefinitions"):
        # The transaction would not see them, which are made beside it.
        raise unsupported("table_definitions within an open transaction of a session")
    with defined_tables(engine, project, options) as tables:
        request = replace(request, session_id=session_id, tables=tables)
        if is_dry or limit is not None:
            planned = engine.dry_run(request)
            _check_limit(limit, planned.size_bytes)
        result = planned if is_dry else engine.run(request)
    _tell(resource, result, request, is_dry=is_dry)
    return result


def query_request(project: str, options: dict[str, Any]) -> QueryRequest:
    """The statement that a `JobConfigurationQuery` describes.

    Raises BigQueryError: when it holds no statement, or an option that is not supported.
    """
    sql = options.get("query")
    if not isinstance(sql, str):
        raise BigQueryError("Required parameter is missing: query")
    if options.get("useLegacySql"):
        raise unsupported("legacy SQL")
    unknown = [key for key, value in options.items() if key not in _OPTIONS and value]
    if unknown:
        raise unsupported(f"the query option {unknown[0]}")
    parameters = options.get("queryParameters") or []
    if not isinstance(parameters, list):
        raise BigQueryError("queryParameters must be a list")
    default, target = options.get("defaultDataset"), options.get("destinationTable")
    dataset: DatasetName | None = dataset_from_json(default, project=project) if default else None
    name, partition = target_from_json(target, project=project) if target else (None, None)
    return QueryRequest(
        sql=sql,
        parameters=parameters,
        project=project,
        default_dataset=dataset,
        destination=name,
        partition=partition,
        storage=storage_options(options),
        write_disposition=str(options.get("writeDisposition") or "WRITE_EMPTY"),
        create_disposition=str(options.get("createDisposition") or "CREATE_IF_NEEDED"),
        schema_updates=frozenset(map(str, list_member(options, "schemaUpdateOptions"))),
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


def _tell(
    resource: dict[str, Any], result: QueryResult, request: QueryRequest, *, is_dry: bool
) -> None:
    resource["statistics"] |= query_statistics(result, is_dry=is_dry)
    if result.steps:
        resource["statistics"]["numChildJobs"] = str(len(result.steps))
    if request.destination is None and result.table_sql is not None:
        job_id = resource["jobReference"]["jobId"]
        answer = TableName(request.project, ANSWERS, job_id)
        resource["configuration"]["query"]["destinationTable"] = answer.to_json()


def query_statistics(result: QueryResult, *, is_dry: bool) -> dict[str, Any]:
    """The members of a query job's `statistics` that say what its statement has done."""
    query: dict[str, Any] = {
        "statementType": result.kind,
        "totalBytesProcessed": str(result.size_bytes),
        "totalBytesBilled": "0" if is_dry else str(result.size_bytes),
        "totalBytesProcessedAccuracy": "PRECISE",
        "totalSlotMs": "0",
        "billingTier": 0 if is_dry else 1,
        "cacheHit": False,
        "schema": {"fields": result.fields},
        "referencedTables": [
            name.to_json() for name in result.tables if not name.dataset.startswith(TEMPORARY)
        ],
        **_changes(result),
    }
    return {
        "query": query,
        "totalBytesProcessed": str(result.size_bytes),
        "totalSlotMs": "0",
    }


def _changes(result: QueryResult) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if result.affected_row_count is not None:
        told["numDmlAffectedRows"] = str(result.affected_row_count)
    if result.affected_row_count is not None or result.dml_counts:
        told["dmlStats"] = {
            member: str(result.dml_counts[kind])
            for kind, member in _DML_COUNTS.items()
            if result.dml_counts.get(kind)
        } or {_DML_COUNTS.get(result.kind, "insertedRowCount"): "0"}
    targets = {
        "ddlTargetTable": result.ddl_target,
        "ddlTargetDataset": result.ddl_dataset,
        "ddlTargetRoutine": result.ddl_routine,
    }
    told |= {member: name.to_json() for member, name in targets.items() if name is not None}
    if result.ddl_operation:
        told["ddlOperationPerformed"] = result.ddl_operation
    if result.exported_row_count is not None:
        told["exportDataStatistics"] = {
            "fileCount": "1",
            "rowCount": str(result.exported_row_count),
        }
    return told
