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

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import typed_value
from ml_api_kit.gcp_accessor.local.bigquery.translation.standalone import (
    in_place_of,
    to_sql,
    visible_ctes,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation
    from duckdb.sqltypes import DuckDBPyType

_INNER = '"@inner"'


def types_here(
    select: exp.Select, items: Sequence[exp.Expr], cursor: DuckDBPyConnection
) -> list[str] | None:
    """DuckDB's types of the items in a SELECT; None where it does not bind them.

    An item that is a `*` has those of all its columns. Aggregates are asked for by what has their
    type.
    """
    found = _planned(_queries(select, [typed_value(item) for item in items]), cursor)
    return None if found is None else [str(kind) for kind in found.types]


def columns_here(select: exp.Select, star: exp.Expr, cursor: DuckDBPyConnection) -> list[str]:
    """The names of the columns of a `*` in a SELECT; none where DuckDB does not bind it."""
    found = _planned(_queries(select, [star]), cursor)
    return [] if found is None else list(found.columns)


def columns_within(
    node: exp.Expr, query: exp.Expr, cursor: DuckDBPyConnection
) -> list[tuple[str, DuckDBPyType]] | None:
    """The columns of a query in the place of a node; None where DuckDB does not bind it."""
    arm = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("arm")))
    rows = in_place_of(node, exp.Select(from_=exp.From(this=arm)))
    found = _planned(_queries(rows, [exp.Star()]), cursor)
    return None if found is None else list(zip(found.columns, found.types, strict=True))


def each_types_here(
    select: exp.Select, items: Sequence[exp.Expr], cursor: DuckDBPyConnection
) -> list[list[str]]:
    """DuckDB's types of each item: one, those of all columns of a `*`, none if it is not known."""
    if not any(item.is_star for item in items):
        types = types_here(select, items, cursor) if items else []
        if types is not None or len(items) == 1:
            return [[kind] for kind in types] if types is not None else [[]]
    # One that DuckDB does not bind there, such as the name of another column, hides no other.
    return [types_here(select, [item], cursor) or [] for item in items]


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
    current: exp.Expr = select
    yield f"{visible_ctes(current)}{query} LIMIT 0"
    for around, rows, joins in _around(select):
        lateral = f"LATERAL ({visible_ctes(current, around)}{query}) AS {_INNER}"
        query = f"SELECT {_INNER}.*{_rows(rows, joins)}, {lateral}"
        current = around
        yield f"{visible_ctes(current)}{query} LIMIT 0"


def _item_sql(item: exp.Expr) -> str:
    return f"({to_sql(item)})" if isinstance(item, exp.Query) else to_sql(item)


def _around(select: exp.Select) -> Iterator[tuple[exp.Expr, exp.Select, list[exp.Expr]]]:
    """What is around a SELECT whose rows it may read, with those rows and the joins before it."""
    path: list[exp.Expr] = [select]
    while (node := path[-1].parent) is not None:
        if isinstance(node, exp.Select) and node.args.get("from_") is not None:
            joins = _joins_before(node, path)
            if joins is not None:
                yield node, node, joins
        elif isinstance(node, (exp.Update, exp.Delete, exp.Merge)):
            rows = _changed_rows(node)
            yield node, rows, _joins(rows)
        path.append(node)


def _changed_rows(node: exp.Expr) -> exp.Select:
    """A SELECT from the table that a statement changes, and from the one that it takes rows of."""
    given = node.args.get("from_")
    source = node.args.get("using") or (given.this if given is not None else None)
    joins = [] if source is None else [exp.Join(this=source.copy(), kind="CROSS")]
    return exp.Select(from_=exp.From(this=node.this.copy()), joins=joins)


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
