"""DuckDB's types of expressions in their place within a rewritten statement.

1. over the tables of their SELECT               `SELECT a.kind FROM elements AS a LIMIT 0`
2. where it reads the rows of queries around it, each row of what is left of these beside it

    SELECT (SELECT MAX(a.x) FROM UNNEST(t.items) AS a WHERE a.kind = t.kind) FROM t
    SELECT inner.* FROM t, LATERAL (SELECT a.kind, t.kind FROM UNNEST(t.items) AS a) AS inner
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import has_aggregate, witness
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import to_sql, visible_ctes

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_INNER = '"@inner"'


def types_here(
    select: exp.Select, items: Sequence[exp.Expr], cursor: DuckDBPyConnection
) -> list[str] | None:
    """DuckDB's types of the items in a SELECT; None where it does not bind them.

    An item that is a `*` has those of all its columns.
    """
    found = _planned(_queries(select, items), cursor)
    return None if found is None else [str(kind) for kind in found.types]


def columns_here(select: exp.Select, star: exp.Expr, cursor: DuckDBPyConnection) -> list[str]:
    """The names of the columns of a `*` in a SELECT; none where DuckDB does not bind it."""
    found = _planned(_queries(select, [star]), cursor)
    return [] if found is None else list(found.columns)


def each_types_here(
    select: exp.Select, items: Sequence[exp.Expr], cursor: DuckDBPyConnection
) -> list[list[str]]:
    """DuckDB's types of each item: one, those of all columns of a `*`, none if it is not known.

    Aggregates are asked for by what has their type.
    """
    asked = [witness(item) if has_aggregate(item) else item for item in items]
    if not any(item.is_star for item in asked):
        types = types_here(select, asked, cursor) if asked else []
        if types is not None or len(asked) == 1:
            return [[kind] for kind in types] if types is not None else [[]]
    # One that DuckDB does not bind there, such as the name of another column, hides no other.
    return [types_here(select, [item], cursor) or [] for item in asked]


def types_from(
    select: exp.Select, items: Sequence[exp.Expr], cursor: DuckDBPyConnection
) -> list[str] | None:
    """The same of items that read nothing but the tables of the SELECT itself."""
    found = _planned(islice(_queries(select, items), 1), cursor)
    return None if found is None else [str(kind) for kind in found.types]


def _planned(queries: Iterable[str], cursor: DuckDBPyConnection) -> DuckDBPyRelation | None:
    """The first of the queries that DuckDB binds; None where it binds none."""
    for query in queries:
        try:
            return cursor.sql(query)
        except duckdb.Error:
            continue
    return None


def _queries(select: exp.Select, items: Sequence[exp.Expr]) -> Iterator[str]:
    """Queries of the items that give no rows: first alone, then within more and more others."""
    listed = ", ".join(map(_item_sql, items))
    query = f"SELECT {listed}{_rows(select, _joins(select))}"
    current = select
    yield f"{visible_ctes(current)}{query} LIMIT 0"
    for around, joins in _around(select):
        lateral = f"LATERAL ({visible_ctes(current, around)}{query}) AS {_INNER}"
        query = f"SELECT {_INNER}.*{_rows(around, joins)}, {lateral}"
        current = around
        yield f"{visible_ctes(current)}{query} LIMIT 0"


def _item_sql(item: exp.Expr) -> str:
    return f"({to_sql(item)})" if isinstance(item, exp.Query) else to_sql(item)


def _around(select: exp.Select) -> Iterator[tuple[exp.Select, list[exp.Expr]]]:
    """The queries whose rows a SELECT may read, with those of their joins that come before it."""
    path: list[exp.Expr] = [select]
    while (node := path[-1].parent) is not None:
        if isinstance(node, exp.Select) and node.args.get("from_") is not None:
            joins = _joins_before(node, path)
            if joins is not None:
                yield node, joins
        path.append(node)


def _joins_before(select: exp.Select, path: list[exp.Expr]) -> list[exp.Expr] | None:
    """The joins before the part of a query that the path leads to; None in its first table."""
    part, joins = path[-1], _joins(select)
    if isinstance(part, (exp.From, exp.With)):
        return None
    if not isinstance(part, exp.Join):
        return joins
    place = next(place for place, join in enumerate(joins) if join is part)
    is_condition = path[-2] is part.args.get("on")
    return joins[: place + 1] if is_condition else joins[:place]


def _joins(select: exp.Select) -> list[exp.Expr]:
    return list(select.args.get("joins") or [])


def _rows(select: exp.Select, joins: list[exp.Expr]) -> str:
    """The text of FROM with these joins, whose conditions tell nothing of types."""
    source = select.args.get("from_")
    if source is None:
        return ""
    copied = [join.copy() for join in joins]
    for join in copied:
        if join.args.get("on") is not None:
            join.set("on", exp.true())
    return to_sql(exp.Select(from_=source.copy(), joins=copied)).removeprefix("SELECT")
