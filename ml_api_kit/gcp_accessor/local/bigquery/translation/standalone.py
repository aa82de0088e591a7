"""The text of a part of a rewritten statement that DuckDB can bind alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def visible_ctes(node: exp.Expr) -> str:
    """The text of the WITH clause that a query in this place would need to stand alone."""
    ctes: list[str] = []
    is_recursive = False
    inner: exp.Expr | None = None
    ancestor: exp.Expr | None = node
    while ancestor is not None:
        with_clause = ancestor.args.get("with_")
        if with_clause is not None:
            before = list(with_clause.expressions)
            if inner is with_clause:
                own = next(cte for cte in before if cte is node or node in cte.walk())
                before = before[: before.index(own)]
            is_recursive = is_recursive or bool(with_clause.args.get("recursive"))
            ctes = [to_sql(cte) for cte in before] + ctes
        inner, ancestor = ancestor, ancestor.parent
    return f"WITH {'RECURSIVE ' if is_recursive else ''}{', '.join(ctes)} " if ctes else ""


def to_sql(node: exp.Expr) -> str:
    """The text of the part itself."""
    return node.sql("duckdb", identify=True)


def probe_sql(select: exp.Select, items: list[exp.Expr]) -> str:
    """A query of the items from the tables of a SELECT, which gives no rows."""
    joins = [join.copy() for join in select.args.get("joins") or []]
    for join in joins:
        if join.args.get("on") is not None:
            join.set("on", exp.true())
    source = select.args["from_"].copy()
    probe = exp.Select(
        expressions=[exp.alias_(item.copy(), f"item_{n}") for n, item in enumerate(items)],
        from_=source,
        joins=joins,
    )
    return f"{visible_ctes(select)}{to_sql(probe)} LIMIT 0"


def types_from(
    select: exp.Select, items: list[exp.Expr], cursor: DuckDBPyConnection
) -> list[str] | None:
    """DuckDB's types of the items over the tables of a SELECT; None where it does not bind them."""
    try:
        return [str(kind) for kind in cursor.sql(probe_sql(select, items)).types]
    except duckdb.Error:
        return None


def types_here(
    select: exp.Select, items: list[exp.Expr], cursor: DuckDBPyConnection
) -> list[str] | None:
    """DuckDB's types of the items in a SELECT, which may have no tables.

    In a subquery they may be of the tables of the queries around it, too.
    """
    rows: exp.Select | None = select
    outer = select
    while rows is not None:
        found = _types_in(rows, items, cursor)
        around = outer.find_ancestor(exp.Select)
        if found is not None or around is None:
            return found
        rows, outer = _with_tables(rows, around), around
    return None


def _types_in(
    select: exp.Select, items: list[exp.Expr], cursor: DuckDBPyConnection
) -> list[str] | None:
    if select.args.get("from_") is not None:
        return types_from(select, items, cursor)
    bare = exp.Select(expressions=[exp.alias_(item.copy(), f"item_{n}") for n, item in
                                   enumerate(items)])  # fmt: skip
    try:
        return [str(kind) for kind in cursor.sql(to_sql(bare)).types]
    except duckdb.Error:
        return None


def _with_tables(select: exp.Select, around: exp.Select) -> exp.Select:
    """A SELECT from the tables of both, in the place of the first."""
    sources = [source for source in (around.args.get("from_"), *(around.args.get("joins") or []))
               if source is not None]  # fmt: skip
    added = [exp.Join(this=source.this.copy(), kind="CROSS") for source in sources]
    own = select.args.get("from_")
    if own is None and added:
        own = exp.From(this=added.pop(0).this)
    joins = [join.copy() for join in select.args.get("joins") or []]
    both = exp.Select(from_=own.copy() if own is not None else None, joins=[*joins, *added])
    return in_place_of(select, both)


def in_place_of(select: exp.Select, other: exp.Select) -> exp.Select:
    """The other SELECT where the first stands, from which the queries of WITH are found."""
    with_clause = select.args.get("with_")
    other.set("with_", with_clause.copy() if with_clause is not None else None)
    other.parent = select.parent
    return other
