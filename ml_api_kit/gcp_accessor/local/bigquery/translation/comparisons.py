"""Comparisons, in the macros for the types of what is compared."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, literal_text

_TURNED = {"eq": "eq", "lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}


def compared(name: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """The comparison `eq`, `lt`, `lte`, `gt` or `gte`, for which a text constant may be a date."""
    if literal_text(right) is not None and literal_text(left) is None:
        return call(f"bq_{name}_text", left, right)
    if literal_text(left) is not None and literal_text(right) is None:
        return call(f"bq_{_TURNED[name]}_text", right, left)
    return call(f"bq_{name}", left, right)
