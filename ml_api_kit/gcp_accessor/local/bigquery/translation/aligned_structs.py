"""Structs of which one is chosen or a list is made, with the names of the first of them.

BigQuery puts them together by the places of their fields, DuckDB by their names. Where a statement
is planned, the types of such values are asked for, and those with other names are made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.supertype import (
    Typed,
    have_same_names,
    supertype,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.matched_types import check_membership
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    has_aggregate,
    number,
    own_nodes,
    text,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites.membership import in_rows
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import types_here
from ml_api_kit.gcp_accessor.local.bigquery.translation.supertypes import (
    coerced,
    duckdb_type,
    is_constant,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.widening import chosen_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHECK = "py_check_alike"


def aligned(tree: exp.Expr, cursor: DuckDBPyConnection) -> exp.Expr | None:
    """The rewritten query with such structs alike; None where there are none."""
    if not any(_has_structs(select, cursor) for select in tree.find_all(exp.Select)):
        return None
    copied = tree.copy()
    # From the leaves up: a choice may be of choices.
    selects = reversed(list(copied.find_all(exp.Select)))
    changes = [_align_choices(select, cursor) for select in selects]
    return copied if any(changes) else None


def _has_structs(select: exp.Select, cursor: DuckDBPyConnection) -> bool:
    asked = [value for choice in _own_choices(select) for value in _values(choice)]
    asked += [node.this for node in _own_memberships(select)]
    return _are_structs(asked, select, cursor)


def _are_structs(values: list[exp.Expr], select: exp.Select, cursor: DuckDBPyConnection) -> bool:
    types = types_here(select, values, cursor) if values else None
    return any("STRUCT(" in kind for kind in types or ())


def _align_choices(select: exp.Select, cursor: DuckDBPyConnection) -> bool:
    choices = list(_own_choices(select))
    changes = [_align(choice, select, cursor) for choice in reversed(choices)]
    for node in list(_own_memberships(select)):
        if _are_structs([node.this], select, cursor):
            check_membership(node, select, cursor)
            node.replace(in_rows(node, node.this))
            changes.append(True)
    return any(changes)


def _own_memberships(select: exp.Select) -> Iterator[exp.In]:
    """Each `x IN (SELECT …)` and `x IN UNNEST(…)` in a SELECT, whose value it has at once."""
    for node in own_nodes(select):
        is_lambda = node.find_ancestor(exp.Lambda) is not None
        if (
            isinstance(node, exp.In)
            and not (is_lambda or node.expressions)
            and _is_of_row(node.this)
        ):
            yield node


def _is_of_row(value: exp.Expr) -> bool:
    is_aggregate = any(part.meta.get("witness") is not None for part in value.walk())
    return not is_aggregate and not has_aggregate(value) and value.find(exp.Query) is None


def _own_choices(select: exp.Select) -> Iterator[exp.Expr]:
    """The choices of several values in a SELECT, outside of its subqueries."""
    for node in own_nodes(select):
        is_join = isinstance(node, exp.Anonymous) and node.name.lower() == "bq_join"
        is_choice = is_join or isinstance(node, (exp.Case, exp.If, exp.Coalesce, exp.Array))
        # What is within a lambda is of no row of the tables.
        if is_choice and node.find_ancestor(exp.Lambda) is None and len(_values(node)) > 1:
            yield node


def _values(choice: exp.Expr) -> list[exp.Expr]:
    """The values, of which the first has the names."""
    if isinstance(choice, exp.Anonymous):
        return list(choice.expressions)
    values = [value for value in chosen_values(choice) if not isinstance(value, exp.Null)]
    return values[::-1] if choice.meta.get("is_nullif") else values


def _align(choice: exp.Expr, select: exp.Select, cursor: DuckDBPyConnection) -> bool:
    values = _values(choice)
    types = types_here(select, values, cursor)
    try:
        kinds = [kind_of(spelled, has_geography=True) for spelled in types or ()]
    except Refusal:
        return False
    if not kinds or have_same_names(kinds):
        return False
    typed = [Typed(kind, is_constant(v)) for kind, v in zip(kinds, values, strict=True)]
    target = supertype(typed)
    if target is None:
        return False
    for value, kind in zip(values, kinds, strict=True):
        if kind != target:
            _note_type(choice, value, target)
            value.replace(_by_place(value, kind, target))
    return True


def _by_place(value: exp.Expr, kind: Kind, target: Kind) -> exp.Expr:
    """The value in the other type; it stands once in the statement, as it may be long."""
    if isinstance(value, (exp.Column, exp.Struct)):
        return coerced(value.copy(), kind, target)
    given = exp.to_identifier("given")
    each = exp.Lambda(this=coerced(exp.column("given"), kind, target), expressions=[given])
    values = call("list_transform", exp.Array(expressions=[value.copy()]), each)
    return call("list_extract", values, number(1))


def _note_type(choice: exp.Expr, value: exp.Expr, target: Kind) -> None:
    """Let the check of the types beside the choice see the one that the value will have."""
    around = choice.find_ancestor(exp.Case) or choice
    for check in [*choice.find_all(exp.Anonymous), *around.find_all(exp.Anonymous)]:
        if check.name.lower() != _CHECK:
            continue
        for asked in list(check.expressions[0].expressions):
            if isinstance(asked, exp.Anonymous) and asked.expressions[0] == value:
                asked.replace(text(duckdb_type(target)))
