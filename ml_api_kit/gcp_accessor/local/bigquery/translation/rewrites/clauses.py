"""`WHERE c`, `HAVING c`, `QUALIFY c`, `ON c`, `c AND d`, `NOT c`: conditions are of type BOOL."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.conditions import as_condition

_OPERATORS = (exp.And, exp.Or)
NODES = (exp.Where, exp.Having, exp.Qualify, exp.Join, *_OPERATORS)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The clause or operator with its conditions checked."""
    keys = ("this", "expression") if isinstance(node, _OPERATORS) else ("this",)
    for key in ("on",) if isinstance(node, exp.Join) else keys:
        condition = node.args.get(key)
        if isinstance(condition, exp.Expr):
            checked = as_condition(condition)
            if checked is not condition:
                node.set(key, checked.copy())
    return node
