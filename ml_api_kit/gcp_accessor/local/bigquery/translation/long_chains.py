"""`a + b + …` and `a || b || …` of hundreds of terms, which would be as deep as they are long.

1. `a || b || c || d`   `(a || b) || (c || d)`, which is the same
2. `a + b + c + d`      `list_reduce([a, b, c, d], lambda x, y: bq_add(x, y))`, where all terms, or
                        the first two, have the type of the sum
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, own_nodes
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import types_here

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LONG = 150
_SUM = "is_long_sum"
_WIDER = {"BIGINT": (), "DECIMAL(38,9)": ("BIGINT",), "DOUBLE": ("BIGINT", "DECIMAL(38,9)")}
"""The types that become another one in a sum."""


def shorten_chains(tree: exp.Expr) -> None:
    """Change the chains of a statement that are long."""
    for node in list(tree.find_all(exp.Add, exp.DPipe)):
        if isinstance(node.parent, type(node)) and node.arg_key == "this":
            continue
        terms = _terms(node)
        if len(terms) < _LONG:
            continue
        node.replace(_sum(terms) if isinstance(node, exp.Add) else balanced(terms))


def _terms(node: exp.Expr) -> list[exp.Expr]:
    terms: list[exp.Expr] = []
    left: exp.Expr = node
    while isinstance(left, type(node)):
        terms.append(left.expression)
        left = left.this
    return [left, *reversed(terms)]


def balanced(terms: list[exp.Expr]) -> exp.Expr:
    """The terms put together by `||`, halves first."""
    if len(terms) == 1:
        return terms[0].copy()
    half = len(terms) // 2
    return exp.DPipe(this=balanced(terms[:half]), expression=balanced(terms[half:]))


def _sum(terms: list[exp.Expr]) -> exp.Expr:
    if any(isinstance(term, exp.Null) for term in terms):
        raise invalid_query("Operands of + cannot be literal NULL")
    names = [exp.to_identifier(name) for name in ("x", "y")]
    columns = [exp.Column(this=name.copy()) for name in names]
    each = exp.Lambda(this=call("bq_add", *columns), expressions=names)
    values = exp.Array(expressions=[term.copy() for term in terms])
    reduced = call("list_reduce", values, each)
    for node in (values, reduced, each.this):
        node.meta["is_duckdb"] = True
    reduced.meta[_SUM] = True
    return reduced


def has_long_sum(tree: exp.Expr) -> bool:
    """Whether there is anything for `check_long_sums`."""
    return any(node.meta.get(_SUM) for node in tree.find_all(exp.Anonymous))


def check_long_sums(select: exp.Select, cursor: DuckDBPyConnection) -> None:
    """Nothing, when the long sums of a SELECT have the answer that they have term by term.

    Raises BigQueryError: for one of several types, which become one another on the way.
    """
    for node in own_nodes(select):
        if node.meta.get(_SUM):
            terms = node.expressions[0].expressions
            types = types_here(select, terms, cursor) or []
            widest = next((kind for kind in types[:2] if set(types) <= {kind, *_under(kind)}), None)
            if widest is None:
                raise unsupported("a sum of so many terms of several types")


def _under(kind: str) -> tuple[str, ...]:
    return _WIDER.get(kind, ())
