"""Where a job runs: where it is told to, else where the datasets lie that it names.

Source: https://cloud.google.com/bigquery/docs/locations#specify_locations
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, not_found
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader

DEFAULT_LOCATION = "US"
# A script tells the place of the statement behind it.
_MISSING = re.compile(r"(Not found: (?:Dataset|Table) \S+)( at \[\d+:\d+\])?$")
_REFERENCES = (
    "defaultDataset", "destinationTable", "sourceTable", "sourceTables", "destinationTables"
)  # fmt: skip
_BEFORE_NAMES = (
    "FROM", "JOIN", "INTO", "INSERT", "UPDATE", "DELETE", "MERGE", "USING", "TABLE", "VIEW",
    "EXISTS", "SCHEMA", "CALL", "FUNCTION", "PROCEDURE",
)  # fmt: skip


def job_location(engine: Engine, project: str, configuration: dict[str, Any], given: Any) -> str:
    """The location that is given, else that of the first dataset that the job names."""
    if given:
        return str(given)
    away = _datasets_elsewhere(engine, DEFAULT_LOCATION)
    if away:
        for name in _named_datasets(project, configuration):
            location = _location(engine, name)
            if location is not None:
                return location
    return DEFAULT_LOCATION


def check_locations(engine: Engine, resource: dict[str, Any]) -> None:
    """Nothing, when all datasets that the job names lie where it runs.

    Raises BigQueryError: 404, naming the first that lies elsewhere.
    """
    reference = resource["jobReference"]
    if not _datasets_elsewhere(engine, reference["location"]):
        return
    for name in _named_datasets(reference["projectId"], resource["configuration"]):
        location = _location(engine, name)
        if location is not None and location.lower() != reference["location"].lower():
            raise not_found(f"Dataset {name}")


def in_location(error: BigQueryError, location: str) -> BigQueryError:
    """The error of a query, which says where a dataset or table was looked for."""
    if error.status == 404:
        where = rf"\1 was not found in location {location}\2"
        error.message = _MISSING.sub(where, error.message)
    return error


def _datasets_elsewhere(engine: Engine, location: str) -> bool:
    with engine.reading() as cursor:
        return engine.catalog.rows.has_datasets_outside(cursor, location)


def _location(engine: Engine, name: DatasetName) -> str | None:
    with engine.reading() as cursor:
        found = engine.catalog.find_dataset(cursor, name)
    return None if found is None else str(found["location"])


def _named_datasets(project: str, configuration: dict[str, Any]) -> Iterator[DatasetName]:
    for options in configuration.values():
        if not isinstance(options, dict):
            continue
        if isinstance(options.get("query"), str):
            yield from _written_datasets(project, options["query"])
        for member in _REFERENCES:
            given = options.get(member)
            for reference in given if isinstance(given, list) else [given]:
                if isinstance(reference, dict) and reference.get("datasetId"):
                    owner = str(reference.get("projectId") or project)
                    yield DatasetName(owner, str(reference["datasetId"]))


def _written_datasets(project: str, sql: str) -> Iterator[DatasetName]:
    """The datasets of the names behind words such as FROM, in their order."""
    try:
        reader = SqlReader(sql)
        while not reader.is_at_end:
            if not reader.accept_any(*_BEFORE_NAMES):
                reader.skip()
            elif reader.is_name() and not reader.is_next("IF"):
                yield from _parent(project, reader.path())
    except BigQueryError:
        # It is told, with its place, by the job that runs it.
        return


def _parent(project: str, path: list[str]) -> Iterator[DatasetName]:
    upper = [part.upper() for part in path]
    before = path[: upper.index("INFORMATION_SCHEMA")] if "INFORMATION_SCHEMA" in upper else None
    parts = path[:-1] if before is None else before
    if parts:
        yield DatasetName(parts[-2] if len(parts) > 1 else project, parts[-1])
