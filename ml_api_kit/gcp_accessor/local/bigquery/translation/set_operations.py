"""UNION, INTERSECT and EXCEPT: columns of one type, by place or by name.

DuckDB would join structs by the names of their fields, take a number for the last digits of a
BIGNUMERIC, and make text of a date beside a constant. Here each arm is given the types that
BigQuery finds for all of them. What type a column has only DuckDB knows, so this is done where
the database is.

1. the arms of a chain                          `a UNION ALL b UNION ALL c`
2. their columns                                `SELECT 1 AS x`: x INT64
3. the type of each column in all arms          `supertypes.py`
4. each arm with the types it lacks             `SELECT CAST(x AS FLOAT64) FROM (…)`
5. constants only: one table                    `VALUES (1), (2)`, which keeps their order
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.supertype import Typed, supertype
from ml_api_kit.gcp_accessor.local.bigquery.translation.constant_rows import (
    as_values,
    has_plain_types,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call
from ml_api_kit.gcp_accessor.local.bigquery.translation.recursion import recursive_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import columns_within
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_arms import (
    Arm,
    bare_query,
    column_names,
    plain_items,
    select_from,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_by_name import matched_by_name
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import to_sql, visible_ctes
from ml_api_kit.gcp_accessor.local.bigquery.translation.supertypes import (
    coerced,
    is_constant,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.typed_places import UNGROUPED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb.sqltypes import DuckDBPyType


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
        arms = [_described(query, with_clauses, cursor) for query in queries]
    except (duckdb.BinderException, duckdb.CatalogException):
        found = _correlated(node, queries, cursor)
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
    before, operator = visible_ctes(node.this), _operator(node)
    try:
        arms = [_described(query, before, cursor) for query in queries[:-1]]
        targets = [_INT64 if kind.name == "NULL" else kind for kind in _targets(operator, arms)]
        _rebuilt(node, [*(_in_types(arm, targets).query for arm in arms), queries[-1]])
        base = f"{to_sql(exp.to_identifier(recursive.alias))} AS ({to_sql(node.this)})"
        term = _described(
            node.expression, f"{before or 'WITH'}{',' * bool(before)} {base} ", cursor
        )
    except (duckdb.BinderException, duckdb.CatalogException):
        # What is wrong in an arm, DuckDB says later.
        return node
    _check_count([len(targets), len(term.kinds)], operator)
    for place, (kind, target) in enumerate(zip(term.kinds, targets, strict=True)):
        if supertype([Typed(target, False), _typed(term, place)]) != target:
            raise _uncoercible(place + 1, kind, target)
    node.set("expression", _in_types(term, targets).query)
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
    _retype(_operator(node), arms)
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


def _operator(node: exp.SetOperation) -> str:
    return f"{node.key.upper()} {'DISTINCT' if node.args.get('distinct') else 'ALL'}"


def _described(query: exp.Expr, with_clauses: str, cursor: DuckDBPyConnection) -> Arm:
    relation = cursor.sql(f"{with_clauses}SELECT * FROM ({to_sql(bare_query(query))}) AS arm")
    return _arm(query, relation.columns, relation.types)


def _correlated(
    node: exp.SetOperation, queries: list[exp.Expr], cursor: DuckDBPyConnection
) -> list[Arm] | None:
    """The arms that read the queries around them, or None where DuckDB does not bind them there."""
    arms = []
    for query in queries:
        columns = columns_within(node, bare_query(query), cursor)
        if columns is None:
            return None
        arms.append(_arm(query, [name for name, _ in columns], [kind for _, kind in columns]))
    return arms


def _arm(query: exp.Expr, names: Sequence[str], types: Sequence[DuckDBPyType]) -> Arm:
    try:
        kinds = tuple(kind_of(str(kind), has_geography=True) for kind in types)
    except Refusal as refusal:
        raise invalid_query(str(refusal)) from None
    items = plain_items(query) or ()
    if items:
        # A bare NULL has no type yet, though DuckDB gives it one.
        kinds = tuple(
            Kind("NULL") if isinstance(item.unalias(), exp.Null) else kind
            for item, kind in zip(items, kinds, strict=True)
        )
    return Arm(query, tuple(column_names(query) or names), kinds)


def _retype(operator: str, arms: list[Arm]) -> None:
    """Put each arm into the types of all, where they differ."""
    targets = _targets(operator, arms)
    for position, arm in enumerate(arms):
        arms[position] = _in_types(arm, targets)


def _targets(operator: str, arms: list[Arm]) -> list[Kind]:
    _check_count([len(arm.kinds) for arm in arms], operator)
    targets = [_target(operator, arms, place) for place in range(len(arms[0].kinds))]
    for position, target in enumerate(targets, start=1):
        if operator.endswith("DISTINCT") and target.name in UNGROUPED:
            raise invalid_query(
                f"Column {position} in {operator} has type that does not support set operation "
                f"comparisons: {target.spelled()}"
            )
    return targets


def _check_count(counts: list[int], operator: str) -> None:
    for position, count in enumerate(counts, start=1):
        if count != counts[0]:
            raise invalid_query(
                f"Queries in {operator} have mismatched column count; query 1 has "
                f"{_columns(counts[0])}, query {position} has {_columns(count)}"
            )


def _columns(count: int) -> str:
    return f"{count} column{'' if count == 1 else 's'}"


def _target(operator: str, arms: list[Arm], place: int) -> Kind:
    found = supertype([_typed(arm, place) for arm in arms])
    if found is None:
        kinds = ", ".join(dict.fromkeys(arm.kinds[place].spelled() for arm in arms))
        raise invalid_query(f"Column {place + 1} in {operator} has incompatible types: {kinds}")
    return found


def _typed(arm: Arm, place: int) -> Typed:
    items = plain_items(arm.query)
    return Typed(arm.kinds[place], items is not None and is_constant(items[place].unalias()))


def _is_kept(query: exp.Expr) -> bool:
    """Whether no column is changed in its place: it may be a key, or be taken for its alias."""
    is_correlated = query.args.get("from_") is None and query.find(exp.Column) is not None
    return is_correlated or bool(query.args.get("group"))


def _in_types(arm: Arm, targets: list[Kind]) -> Arm:
    changed = {p for p, (kind, target) in enumerate(zip(arm.kinds, targets, strict=True))
               if kind != target and target.name != "NULL"}  # fmt: skip
    if not changed:
        return arm
    items = plain_items(arm.query)
    if items is not None and not _is_kept(bare_query(arm.query)):
        for place in changed:
            value = items[place].unalias()
            retyped = coerced(value.copy(), arm.kinds[place], targets[place])
            value.replace(retyped) if value is not items[place] else items[place].replace(
                exp.alias_(retyped, arm.names[place], quoted=True)
            )
        return arm
    columns: list[exp.Expr] = []
    for place, name in enumerate(arm.names):
        column: exp.Expr = exp.column(f"column_{place}")
        if place in changed:
            column = coerced(column, arm.kinds[place], targets[place])
        columns.append(exp.alias_(column, name, quoted=True))
    return replace(arm, query=select_from(arm, columns))
