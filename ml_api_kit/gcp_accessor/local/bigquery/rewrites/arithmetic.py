"""`+ - * /`, DIV, MOD and SAFE_DIVIDE: types and division by zero as in BigQuery."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.nodes import call

_MACROS: dict[type[exp.Expr], str] = {
    exp.Add: "bq_add",
    exp.Sub: "bq_subtract",
    exp.Mul: "bq_multiply",
    exp.Div: "bq_divide",
    exp.IntDiv: "bq_div",
    exp.Mod: "bq_mod",
    exp.SafeDivide: "bq_safe_divide",
}
NODES = tuple(_MACROS)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro that checks the types and computes.

    With a whole number on one side, `+`, `-` and `*` need no check: this keeps long sums short.
    """
    sides = (node.this, node.args["expression"])
    is_plain = isinstance(node, (exp.Add, exp.Sub, exp.Mul))
    if is_plain and any(isinstance(side, exp.Cast) and side.to.is_type("bigint") for side in sides):
        return node
    return call(_MACROS[type(node)], *sides)
