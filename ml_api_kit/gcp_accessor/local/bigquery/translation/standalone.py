"""The text of a part of a rewritten statement that DuckDB can bind alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import duckdb
from sqlglot import exp

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb.sqltypes import DuckDBPyType


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
    return f"{visible_ctes(select)}{to_sql(_probe(select, items))} LIMIT 0"


def _probe(select: exp.Expr, items: list[exp.Expr]) -> exp.Select:
    joins = [join.copy() for join in select.args.get("joins") or []]
    for join in joins:
        if join.args.get("on") is not None:
            join.set("on", exp.true())
    return exp.Select(
        expressions=[exp.alias_(item.copy(), f"item_{n}") for n, item in enumerate(items)],
        from_=select.args["from_"].copy(),
        joins=joins,
    )


def columns_within(
    node: exp.Expr, query: exp.Expr, cursor: DuckDBPyConnection
) -> list[tuple[str, DuckDBPyType]] | None:
    """The columns of a query in the place of the node, which reads the queries around it.

    None, where DuckDB does not bind it in any of them.
    """
    row = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("inner_row")))
    probe = exp.Select(expressions=[exp.column("inner_row")], from_=exp.From(this=row))
    around = node.parent
    while around is not None:
        rows = _rows_of(around)
        if rows is not None:
            probe = _probe(rows, [exp.Subquery(this=probe.limit(1))])
            try:
                found = cursor.sql(f"{visible_ctes(around)}{to_sql(probe)} LIMIT 0").types[0]
            except duckdb.Error:
                if around.args.get("with_") is not None:
                    probe.set("with_", around.args["with_"].copy())
            else:
                return cast("list[tuple[str, DuckDBPyType]]", found.children)
        around = around.parent
    return None


def _rows_of(node: exp.Expr) -> exp.Expr | None:
    """A SELECT from the rows that the values in a SELECT or a DML statement are of."""
    if isinstance(node, exp.Select):
        return node if node.args.get("from_") is not None else None
    if not isinstance(node, (exp.Update, exp.Delete, exp.Merge)):
        return None
    given = node.args.get("from_")
    source = node.args.get("using") or (given.this if given is not None else None)
    joins = [] if source is None else [exp.Join(this=source.copy(), kind="CROSS")]
    return exp.Select(from_=exp.From(this=node.this.copy()), joins=joins)


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
