"""`1.5` is FLOAT64 in BigQuery and DECIMAL in DuckDB; a whole number is INT64 and not 32 bits."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.nodes import cast

NODES = (exp.Literal,)

_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv, exp.SafeDivide, exp.Neg)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The number with its type; text and whole numbers outside of arithmetic as they are."""
    if node.args.get("is_string") or isinstance(node.parent, exp.DataTypeParam):
        return node
    if not str(node.this).isdecimal():
        return cast(node.copy(), "DOUBLE")
    return cast(node.copy(), "BIGINT") if isinstance(node.parent, _ARITHMETIC) else node
