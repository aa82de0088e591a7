"""Conditions: BigQuery takes a BOOL and nothing else, where DuckDB casts."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call

_BOOLEANS = (
    exp.Boolean, exp.Null, exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Exists, exp.Like,
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between,
)  # fmt: skip
_COMPARISONS = frozenset(
    f"{prefix}bq_{name}{suffix}"
    for prefix in ("", "w_")
    for name in ("eq", "lt", "lte", "gt", "gte")
    for suffix in ("", "_text")
)


def as_condition(node: exp.Expr) -> exp.Expr:
    """The node, checked to be of type BOOL unless it is so by what is written."""
    inner = node.unnest()
    if isinstance(inner, (*_BOOLEANS, exp.Query)):
        return node
    if isinstance(inner, exp.Anonymous) and inner.name.lower() in _COMPARISONS:
        return node
    return call("bq_condition", node)
