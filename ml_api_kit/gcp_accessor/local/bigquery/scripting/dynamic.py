"""`EXECUTE IMMEDIATE`: the text of a statement, and the values that it is given."""

from __future__ import annotations

from dataclasses import replace

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptVariable
from ml_api_kit.gcp_accessor.local.bigquery.scripting import variables
from ml_api_kit.gcp_accessor.local.bigquery.scripting.nodes import ExecuteImmediate
from ml_api_kit.gcp_accessor.local.bigquery.scripting.steps import Steps

_MAX_DEPTH = 50


def prepare(context: Context, steps: Steps, node: ExecuteImmediate) -> Context:
    """The context of the statement: it sees what USING gives it, and no variable of the script.

    Raises BigQueryError: when there is no text, or USING mixes values with and without names.
    """
    names = [alias for _, alias in node.using]
    if any(names) and not all(names):
        raise invalid_query(
            "EXECUTE IMMEDIATE USING parameters must be all positional or all named."
        )
    lowered = [name.lower() for name in names if name]
    for name in lowered:
        if lowered.count(name) > 1:
            raise invalid_query(
                "EXECUTE IMMEDIATE USING parameters must have unique names, found duplicate name: "
                f"{name}"
            )
    sql = variables.text(context, node.sql)
    if sql is None:
        raise invalid_query("EXECUTE IMMEDIATE sql string cannot be NULL")
    if context.state.depth >= _MAX_DEPTH:
        raise invalid_query("Out of stack space due to deeply-nested execute immediate call")
    state = context.state.for_procedure()
    inner = replace(context, request=replace(context.request, sql=sql, parameters=[]), state=state)
    given: list[tuple[str | None, ScriptVariable]] = []
    for position, (value, alias) in enumerate(node.using):
        found = variables.evaluate(context, steps, value, None)
        variable = variables.put(inner, f"@using{position}", found)
        given.append((alias.lower() if alias else None, variable))
    state.variables.clear()
    state.using = tuple(given)
    return inner
