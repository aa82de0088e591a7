"""ROUTINES and PARAMETERS.

Source: https://cloud.google.com/bigquery/docs/information-schema-routines
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.information_schema.view import (
    Place,
    Resource,
    Row,
    View,
)
from ml_api_kit.gcp_accessor.local.bigquery.standard_types import type_text
from ml_api_kit.gcp_accessor.local.bigquery.translation.table_parameters import ANY, FIXED

_KINDS = {
    "SCALAR_FUNCTION": "FUNCTION",
    "AGGREGATE_FUNCTION": "AGGREGATE FUNCTION",
    "TABLE_VALUED_FUNCTION": "TABLE FUNCTION",
    "PROCEDURE": "PROCEDURE",
}


def _names(routine: Resource) -> Row:
    reference = routine["routineReference"]
    return [reference["projectId"], reference["datasetId"], reference["routineId"]]


def _returned(routine: Resource) -> str | None:
    return type_text(routine["returnType"]) if routine.get("returnType") else None


def _routines(place: Place) -> Iterator[Row]:
    for routine in place.routines():
        language = str(routine.get("language") or "SQL")
        yield [
            *_names(routine),
            *_names(routine),
            _KINDS[routine["routineType"]],
            _returned(routine),
            "SQL" if language == "SQL" else "EXTERNAL",
            routine.get("definitionBody"),
            None if language == "SQL" else language,
            None,
            None,
            int(routine["creationTime"]),
            int(routine["lastModifiedTime"]),
        ]


def _parameters(place: Place) -> Iterator[Row]:
    for routine in place.routines():
        if returned := _returned(routine):
            yield [*_names(routine), 0, None, "YES", None, returned, None, None]
        for position, argument in enumerate(routine.get("arguments") or [], start=1):
            is_procedure = routine["routineType"] == "PROCEDURE"
            mode = argument.get("mode") or "IN" if is_procedure else None
            kind = _parameter_type(argument)
            yield [*_names(routine), position, mode, "NO", argument["name"], kind, None, None]


def _parameter_type(argument: Mapping[str, Any]) -> str:
    if argument.get("argumentKind") == FIXED:
        columns = argument["tableType"]["columns"]
        listed = (f"{column['name']} {type_text(column['type'])}" for column in columns)
        return f"TABLE<{', '.join(listed)}>"
    if argument.get("argumentKind") == ANY:
        return "ANY TABLE"
    return type_text(argument["dataType"]) if argument.get("dataType") else "ANY TYPE"


_SPECIFIC = "specific_catalog,specific_schema,specific_name"

VIEWS = {
    "ROUTINES": View(
        f"{_SPECIFIC},routine_catalog,routine_schema,routine_name,routine_type,data_type,"
        "routine_body,routine_definition,external_language,is_deterministic,security_type,"
        "created TIMESTAMP,last_altered TIMESTAMP",
        _routines,
        lacks="ddl connection",
    ),
    "PARAMETERS": View(
        f"{_SPECIFIC},ordinal_position INT64,parameter_mode,is_result,parameter_name,data_type,"
        "parameter_default,is_aggregate",
        _parameters,
    ),
}
