"""JSON_VALUE: NULL for an object or array, where DuckDB would give its text."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, text

NODES = (exp.JSONExtractScalar,)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro with the path as text."""
    path = node.expression
    steps = path.expressions if isinstance(path, exp.JSONPath) else []
    spelled = "$" + "".join(_step(step) for step in steps)
    return call("bq_json_value", node.this, text(spelled))


def _step(step: exp.Expr) -> str:
    if isinstance(step, exp.JSONPathSubscript):
        # DuckDB counts a negative place from the end, where BigQuery finds nothing.
        if not str(step.this).isdecimal():
            raise unsupported(f"[{step.this}] in a JSON path")
        return f"[{step.this}]"
    if isinstance(step, exp.JSONPathKey):
        return '."' + str(step.this).replace('"', '\\"') + '"'
    return ""
