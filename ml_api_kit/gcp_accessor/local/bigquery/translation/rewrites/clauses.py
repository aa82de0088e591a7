"""`WHERE c`, `HAVING c`, `QUALIFY c`, `ON c`, `WHEN … AND c`, `c AND d`: conditions are BOOL."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.conditions import as_condition

_OPERATORS = (exp.And, exp.Or)
_KEYS: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.Join: ("on",),
    exp.Merge: ("on",),
    exp.When: ("condition",),
    **dict.fromkeys(_OPERATORS, ("this", "expression")),
}
NODES = (exp.Where, exp.Having, exp.Qualify, *_KEYS)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The clause or operator with its conditions checked."""
    for key in _KEYS.get(type(node), ("this",)):
        condition = node.args.get(key)
        if isinstance(condition, exp.Expr):
            checked = as_condition(condition)
            if checked is not condition:
                node.set(key, checked.copy())
    return node
