"""What a GROUP BY groups by, and that it is no constant but the place of a column."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.places import place_of

_LISTS = (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple)
_LITERALS = (exp.Literal, exp.RawString, exp.ByteString, exp.Boolean, exp.Null)


def grouping_keys(node: exp.Expr) -> list[exp.Expr]:
    """The keys of the clause, also those within ROLLUP, CUBE and GROUPING SETS."""
    found: list[exp.Expr] = []
    for part in node.expressions:
        inner = part.this if isinstance(part, exp.Paren) else part
        found += grouping_keys(inner) if isinstance(inner, _LISTS) else [inner]
    return found


def check_keys(group: exp.Group) -> None:
    """Nothing, when no key is written as a constant.

    Raises BigQueryError: for the first that is.
    """
    for key in grouping_keys(group):
        unsigned = key.this if isinstance(key, exp.Neg) else key
        if _is_whole(key):
            continue
        if _is_whole(unsigned):
            raise invalid_query(
                f"GROUP BY is out of SELECT column number range: {key.sql()}{place_of(key)}"
            )
        if is_literal(unsigned):
            raise invalid_query(f"Cannot GROUP BY literal values{place_of(key)}")


def _is_whole(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and str(node.this).isdecimal()


def is_literal(node: exp.Expr) -> bool:
    """Whether the node is a constant, or an array or a struct of such, as it is written."""
    is_struct = isinstance(node, exp.Anonymous) and node.name.upper() == "STRUCT"
    if is_struct or (isinstance(node, exp.Array) and not node.find(exp.Query)):
        return all(is_literal(item.unalias()) for item in node.expressions)
    return isinstance(node, _LITERALS)
