"""The text of a part of a rewritten statement that DuckDB can bind alone."""

from __future__ import annotations

from sqlglot import exp


def visible_ctes(node: exp.Expr, within: exp.Expr | None = None) -> str:
    """The text of the WITH clause that a query in this place would need to stand alone.

    Where a query around it is given, the clauses `within` that count, and not its own.
    """
    ctes: list[str] = []
    is_recursive = False
    inner = node
    ancestor: exp.Expr | None = node
    while ancestor is not None and ancestor is not within:
        with_clause = ancestor.args.get("with_")
        if with_clause is not None:
            known = list(with_clause.expressions)
            if inner is with_clause:
                known = _known_within(with_clause, node)
            is_recursive = is_recursive or bool(with_clause.args.get("recursive"))
            ctes = [to_sql(cte) for cte in known] + ctes
        inner, ancestor = ancestor, ancestor.parent
    return f"WITH {'RECURSIVE ' if is_recursive else ''}{', '.join(ctes)} " if ctes else ""


def _known_within(with_clause: exp.Expr, node: exp.Expr) -> list[exp.Expr]:
    """The queries of a WITH clause that a part of one of them may read: those before it.

    Where it reads itself, as in a recursive clause, that one too.
    """
    ctes = list(with_clause.expressions)
    own = next(place for place, cte in enumerate(ctes) if _is_within(node, cte))
    read = {table.name.lower() for table in node.find_all(exp.Table) if not table.db}
    is_recursive = with_clause.args.get("recursive") and ctes[own].alias.lower() in read
    return ctes[: own + 1] if is_recursive else ctes[:own]


def _is_within(node: exp.Expr, around: exp.Expr) -> bool:
    ancestor: exp.Expr | None = node
    while ancestor is not None and ancestor is not around:
        ancestor = ancestor.parent
    return ancestor is around


def to_sql(node: exp.Expr) -> str:
    """The text of the part itself."""
    return node.sql("duckdb", identify=True)


def in_place_of(query: exp.Expr, other: exp.Select) -> exp.Select:
    """The other SELECT where the query stands, from which the queries of WITH are found."""
    with_clause = query.args.get("with_")
    other.set("with_", with_clause.copy() if with_clause is not None else None)
    other.parent = query.parent
    return other
