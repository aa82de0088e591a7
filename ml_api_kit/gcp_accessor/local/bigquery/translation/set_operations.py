"""UNION, INTERSECT and EXCEPT: columns of one type, by place or by name.

DuckDB would join structs by the names of their fields, take a number for the last digits of a
BIGNUMERIC, and make text of a date beside a constant. Here each arm is given the types that
BigQuery finds for all of them. What type a column has only DuckDB knows, so this is done where
the database is.

1. the arms of a chain                          `a UNION ALL b UNION ALL c`
2. their columns                                `SELECT 1 AS x`: x INT64
3. the type of each column in all arms          `arm_types.py`
4. each arm with the types it lacks             `SELECT CAST(x AS FLOAT64) FROM (…)`
5. constants only: one table                    `VALUES (1), (2)`, which keeps their order
"""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.supertype import Typed, supertype
from ml_api_kit.gcp_accessor.local.bigquery.translation.arm_types import (
    check_count,
    column_targets,
    correlated_arms,
    described_arm,
    in_types,
    operator_name,
    typed_column,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.constant_rows import (
    as_values,
    has_plain_types,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call
from ml_api_kit.gcp_accessor.local.bigquery.translation.recursion import recursive_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_arms import (
    Arm,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_by_name import matched_by_name
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import to_sql, visible_ctes

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# What a column of bare NULLs is, which all that follows must be too.
_INT64 = Kind("INT64")


def has_set_operation(tree: exp.Expr) -> bool:
    """Whether there is a UNION, INTERSECT or EXCEPT in the tree."""
    return tree.find(exp.SetOperation) is not None


def reconcile(tree: exp.Expr, cursor: DuckDBPyConnection) -> exp.Expr:
    """The rewritten tree with each arm of its set operations in the types of all.

    Raises BigQueryError: when there is no type for all, or a column is missing.
    """
    for node in _innermost_first(tree):
        replacement = _reconciled(node, cursor)
        if replacement is node:
            continue
        if node is tree:
            tree = replacement
        else:
            node.replace(replacement)
    return tree


def _innermost_first(tree: exp.Expr) -> list[exp.SetOperation]:
    """The set operations, each behind those that its own arms read; a chain is its last one."""
    found: list[exp.SetOperation] = []

    def visit(node: exp.Expr) -> None:
        with_clause = node.args.get("with_")
        if with_clause is not None:
            visit(with_clause)
        for child in node.iter_expressions():
            if child is not with_clause:
                visit(child)
        if isinstance(node, exp.SetOperation) and not _is_inner_link(node):
            found.append(node)

    visit(tree)
    return found


def _is_inner_link(node: exp.SetOperation) -> bool:
    parent = node.parent
    return isinstance(parent, exp.SetOperation) and parent.this is node and _is_link(parent, node)


def _is_link(node: exp.SetOperation, inner: exp.Expr) -> bool:
    return (
        type(inner) is type(node)
        and isinstance(node, exp.Union)
        and bool(inner.args.get("distinct")) == bool(node.args.get("distinct"))
        and not node.args.get("by_name")
        and not any(inner.args.get(key) for key in ("limit", "offset", "order", "with_", "by_name"))
    )


def _chain(node: exp.SetOperation) -> list[exp.Expr]:
    arms: list[exp.Expr] = [node.expression]
    first = node.this
    while isinstance(first, exp.SetOperation) and _is_link(node, first):
        arms.append(first.expression)
        first = first.this
    return [first, *reversed(arms)]


def _reconciled(node: exp.SetOperation, cursor: DuckDBPyConnection) -> exp.Expr:
    queries = _chain(node)
    recursive = recursive_query(node)
    if recursive is not None:
        return _in_types_of_base(node, queries, recursive, cursor)
    if not node.args.get("by_name") and has_plain_types(queries):
        return as_values(node, queries)
    with_clauses = visible_ctes(node)
    try:
        arms = [described_arm(query, with_clauses, cursor) for query in queries]
    except (duckdb.BinderException, duckdb.CatalogException):
        found = correlated_arms(node, queries, cursor)
        if found is None:
            # What is wrong in an arm, DuckDB says later.
            return node
        return _rebuilt_in_place(node, found)
    queries = _retyped(node, arms)
    return as_values(_rebuilt(node, queries), queries)


def _in_types_of_base(
    node: exp.SetOperation, queries: list[exp.Expr], recursive: exp.Expr, cursor: DuckDBPyConnection
) -> exp.SetOperation:
    """The recursive query with its last arm in the types of those before it."""
    if node.args.get("by_name"):
        raise unsupported("BY NAME in a recursive query")
    before, operator = visible_ctes(node.this), operator_name(node)
    try:
        arms = [described_arm(query, before, cursor) for query in queries[:-1]]
        targets = [
            _INT64 if kind.name == "NULL" else kind for kind in column_targets(operator, arms)
        ]
        _rebuilt(node, [*(in_types(arm, targets).query for arm in arms), queries[-1]])
        base = f"{to_sql(exp.to_identifier(recursive.alias))} AS ({to_sql(node.this)})"
        term = described_arm(
            node.expression, f"{before or 'WITH'}{',' * bool(before)} {base} ", cursor
        )
    except (duckdb.BinderException, duckdb.CatalogException):
        # What is wrong in an arm, DuckDB says later.
        return node
    check_count([len(targets), len(term.kinds)], operator)
    for place, (kind, target) in enumerate(zip(term.kinds, targets, strict=True)):
        if supertype([Typed(target, False), typed_column(term, place)]) != target:
            raise _uncoercible(place + 1, kind, target)
    node.set("expression", in_types(term, targets).query)
    return node


def _uncoercible(place: int, kind: Kind, target: Kind) -> BigQueryError:
    return invalid_query(
        f"Cannot coerce type ({kind.spelled()}) of column {place} in the recursive term to type "
        f"({target.spelled()}) of column {place} in non-recursive term"
    )


def _retyped(node: exp.SetOperation, arms: list[Arm]) -> list[exp.Expr]:
    """The queries of the arms, with columns of one type and by place."""
    if node.args.get("by_name"):
        arms = matched_by_name(node, arms)
    _retype(operator_name(node), arms)
    return [arm.query for arm in arms]


def _rebuilt_in_place(node: exp.SetOperation, arms: list[Arm]) -> exp.SetOperation:
    """The operation over rows of other queries; an array of it has its arms behind each other."""
    _rebuilt(node, _retyped(node, arms))
    is_plain = isinstance(node, exp.Union) and not any(
        node.args.get(key) for key in ("distinct", "order", "limit", "offset", "with_")
    )
    if is_plain and isinstance(node.parent, exp.Array):
        # DuckDB would give the rows of a correlated UNION in any order.
        arrays: list[exp.Expr] = [exp.Array(expressions=[query.copy()]) for query in _chain(node)]
        node.parent.replace(reduce(partial(call, "list_concat"), arrays))
    return node


def _rebuilt(node: exp.SetOperation, queries: list[exp.Expr]) -> exp.SetOperation:
    """The operation with these arms, by place."""
    is_distinct = node.args.get("distinct")
    first = queries[0]
    for query in queries[1:-1]:
        first = type(node)(this=first.copy(), expression=query.copy(), distinct=is_distinct)
    node.set("this", first.copy())
    node.set("expression", queries[-1].copy())
    for key in ("by_name", "side", "kind", "on"):
        node.set(key, None)
    return node


def _retype(operator: str, arms: list[Arm]) -> None:
    """Put each arm into the types of all, where they differ."""
    targets = column_targets(operator, arms)
    for position, arm in enumerate(arms):
        arms[position] = in_types(arm, targets)
