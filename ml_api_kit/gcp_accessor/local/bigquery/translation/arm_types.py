"""The types of the columns of a set operation's arms, as DuckDB and BigQuery find them.

1. the columns of an arm            `SELECT 1 AS x`: x INT64
2. the type of each in all arms     INT64 and FLOAT64: FLOAT64
3. an arm with the types it lacks   `SELECT CAST(x AS FLOAT64) FROM (…)`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.supertype import Typed, supertype
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import columns_within
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_arms import (
    Arm,
    bare_query,
    column_names,
    plain_items,
    select_from,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import to_sql
from ml_api_kit.gcp_accessor.local.bigquery.translation.supertypes import coerced, is_constant
from ml_api_kit.gcp_accessor.local.bigquery.translation.typed_places import UNGROUPED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb.sqltypes import DuckDBPyType


def described_arm(query: exp.Expr, with_clauses: str, cursor: DuckDBPyConnection) -> Arm:
    """The query as an arm, by itself behind these WITH clauses.

    Raises duckdb.Error: when DuckDB does not bind it.
    Raises BigQueryError: when a column is of a type that is not known here.
    """
    relation = cursor.sql(f"{with_clauses}SELECT * FROM ({to_sql(bare_query(query))}) AS arm")
    return _arm(query, relation.columns, relation.types)


def correlated_arms(
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


def operator_name(node: exp.SetOperation) -> str:
    """The operation as messages name it, such as `UNION ALL`."""
    return f"{node.key.upper()} {'DISTINCT' if node.args.get('distinct') else 'ALL'}"


def column_targets(operator: str, arms: list[Arm]) -> list[Kind]:
    """The type of each column for all arms.

    Raises BigQueryError: when they have other numbers of columns, or one has no type for all.
    """
    check_count([len(arm.kinds) for arm in arms], operator)
    targets = [_target(operator, arms, place) for place in range(len(arms[0].kinds))]
    for position, target in enumerate(targets, start=1):
        if operator.endswith("DISTINCT") and target.name in UNGROUPED:
            raise invalid_query(
                f"Column {position} in {operator} has type that does not support set operation "
                f"comparisons: {target.spelled()}"
            )
    return targets


def check_count(counts: list[int], operator: str) -> None:
    """Nothing, when all counts of columns are the same.

    Raises BigQueryError: for the first query with another one.
    """
    for position, count in enumerate(counts, start=1):
        if count != counts[0]:
            raise invalid_query(
                f"Queries in {operator} have mismatched column count; query 1 has "
                f"{_columns(counts[0])}, query {position} has {_columns(count)}"
            )


def _columns(count: int) -> str:
    return f"{count} column{'' if count == 1 else 's'}"


def _target(operator: str, arms: list[Arm], place: int) -> Kind:
    found = supertype([typed_column(arm, place) for arm in arms])
    if found is None:
        kinds = ", ".join(dict.fromkeys(arm.kinds[place].spelled() for arm in arms))
        raise invalid_query(f"Column {place + 1} in {operator} has incompatible types: {kinds}")
    return found


def typed_column(arm: Arm, place: int) -> Typed:
    """The type of a column, and whether it is a constant in the query itself."""
    items = plain_items(arm.query)
    return Typed(arm.kinds[place], items is not None and is_constant(items[place].unalias()))


def _is_kept(query: exp.Expr) -> bool:
    """Whether no column is changed in its place: it may be a key, or be taken for its alias."""
    is_correlated = query.args.get("from_") is None and query.find(exp.Column) is not None
    return is_correlated or bool(query.args.get("group"))


def in_types(arm: Arm, targets: list[Kind]) -> Arm:
    """The arm with its columns in these types, changed in their places where that can be."""
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
