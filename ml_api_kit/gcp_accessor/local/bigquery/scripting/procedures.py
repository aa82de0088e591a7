"""`CALL` of a procedure: its arguments on their way in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import Columns, read_type
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, not_found, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptVariable
from ml_api_kit.gcp_accessor.local.bigquery.scripting import variables
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import Call, Node
from ml_api_kit.gcp_accessor.local.bigquery.scripting.reader import read_block
from ml_api_kit.gcp_accessor.local.bigquery.scripting.steps import Steps
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.standard_types import type_text

_MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Called:
    """A procedure that is called: its own context, its body, and where its answers go."""

    name: str
    context: Context
    statements: tuple[Node, ...]
    outputs: tuple[tuple[str, ScriptVariable], ...]


def prepare(context: Context, steps: Steps, node: Call) -> Called:
    """The procedure with its arguments in variables of its own.

    Raises BigQueryError: when there is none, or it takes other arguments.
    """
    name = context.routine(list(node.path))
    with context.database.reading() as cursor:
        found = context.database.catalog.routines.find(cursor, name)
    if found is None or found.get("routineType") != "PROCEDURE":
        raise not_found(f"Procedure is not found: {'.'.join(node.path)}")
    if str(found.get("language") or "SQL").upper() != "SQL":
        raise unsupported("procedures that are not in SQL")
    if context.state.depth >= _MAX_DEPTH:
        raise invalid_query(
            f"Out of stack space due to deeply-nested procedure call to {'.'.join(node.path)}"
        )
    parameters = found.get("arguments") or []
    if len(parameters) != len(node.arguments):
        raise invalid_query(
            f"Number of arguments does not match for procedure {'.'.join(node.path)}; expected "
            f"{len(parameters)}, got {len(node.arguments)}"
        )
    inner = replace(context, state=context.state.for_procedure())
    outputs = [
        given
        for parameter, value in zip(parameters, node.arguments, strict=True)
        if (given := _pass_in(context, inner, steps, parameter, value)) is not None
    ]
    spelled = f"{name.project}.{name.dataset}.{name.routine}"
    return Called(spelled, inner, (read_block(str(found["definitionBody"])),), tuple(outputs))


def _pass_in(
    context: Context, inner: Context, steps: Steps, parameter: Mapping[str, Any], value: Fragment
) -> tuple[str, ScriptVariable] | None:
    name, mode = str(parameter["name"]), str(parameter.get("mode") or "IN")
    field = _field(parameter, name)
    target = _variable(context, value) if mode in ("OUT", "INOUT") else None
    if mode in ("OUT", "INOUT") and target is None:
        raise invalid_query("Procedure OUT/INOUT argument must be a variable")
    if mode == "OUT" and target is not None:
        given = variables.null_of(field or target.field)
    else:
        given = variables.evaluate(context, steps, value, field)
    variables.put(inner, name, given)
    return None if target is None else (name, target)


def _field(parameter: Mapping[str, Any], name: str) -> Field | None:
    if parameter.get("argumentKind") == "ANY_TYPE" or "dataType" not in parameter:
        return None
    return read_type(SqlReader(type_text(parameter["dataType"])), name, Columns())


def _variable(context: Context, value: Fragment) -> ScriptVariable | None:
    tree = context.parse_expression(value)
    if not isinstance(tree, exp.Column) or len(tree.parts) > 1:
        return None
    return context.state.variables.get(tree.name.lower())


def finish(context: Context, called: Called) -> None:
    """Give the caller's variables what the procedure has put into its own."""
    for name, target in called.outputs:
        source = called.context.state.variables[name.lower()]
        variables.pass_value(context, source, target, name)
