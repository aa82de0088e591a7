"""`1.5` is FLOAT64 in BigQuery and DECIMAL in DuckDB; a whole number is INT64 and not 32 bits."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import cast, text

NODES = (exp.Literal, exp.HexString)

_PLACES = (exp.Limit, exp.Offset, exp.Ordered, exp.WindowSpec)
_KEYS = (exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets)
_LARGEST = 2**63


def rewrite(node: exp.Expr) -> exp.Expr:
    """The number with its type; text, ordinals and counts of rows as they are."""
    if isinstance(node, exp.HexString):
        return typed_number(str(int(str(node.this), 16)), is_whole=True)
    if node.args.get("is_string") or isinstance(node.parent, (exp.DataTypeParam, *_PLACES)):
        return node
    if _is_key(node):
        return node
    spelled = str(node.this)
    return typed_number(spelled, is_whole=spelled.isdecimal())


def _is_key(node: exp.Expr) -> bool:
    """Whether the number is a place of the SELECT list to group by, alone or in a list of such."""
    parent = node.parent
    while isinstance(parent, (exp.Tuple, exp.Paren)):
        parent = parent.parent
    return isinstance(parent, _KEYS)


def typed_number(spelled: str, *, is_whole: bool) -> exp.Expr:
    """The constant as INT64 or FLOAT64.

    Raises BigQueryError: when a whole number is too large.
    """
    if is_whole and int(spelled) > _LARGEST:
        raise invalid_query(f"Invalid integer literal: {spelled}")
    value = exp.Literal.number(spelled) if is_whole else text(spelled)
    number = cast(value, "BIGINT" if is_whole else "DOUBLE")
    number.meta.update(number=spelled, is_whole=is_whole, is_duckdb=True)
    return number
