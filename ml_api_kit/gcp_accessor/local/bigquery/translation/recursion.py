"""Queries of WITH RECURSIVE: their order, the form that they must have, and an end of each.

1. each behind those that it reads       `a AS (SELECT * FROM b), b AS (SELECT 1 AS n)`
2. the form of one that reads itself     `(SELECT 1 AS n) UNION ALL (SELECT n + 1 FROM t)`
3. its iterations are counted            `… WHERE n < 3 AND (SELECT py_count_iteration(…))`
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import NAMES as AGGREGATES
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, number

_FORM = (
    "Recursive query does not have the form <non-recursive-term> UNION [ALL|DISTINCT] "
    "<recursive-term>"
)
_QUERY = "A query containing a recursive reference must not"
_SUBQUERY = "A subquery containing a recursive reference must not"
_PLACES = (exp.From, exp.Join, exp.Subquery, exp.SetOperation)


def order_queries(tree: exp.Expr) -> None:
    """Put the queries of each recursive clause behind those that they read.

    Raises BigQueryError: when they read each other in a circle.
    """
    for clause in tree.find_all(exp.With):
        if clause.args.get("recursive"):
            clause.set("expressions", _in_order(list(clause.expressions)))


def check_recursion(clause: exp.With) -> None:
    """Nothing, when the queries of the clause read themselves where they may.

    Raises BigQueryError: for the first that does not.
    """
    if not clause.args.get("recursive"):
        return
    for query in clause.expressions:
        own = list(_references(query, query.alias))
        if own:
            _check_form(query, own)


def count_iterations(tree: exp.Expr) -> None:
    """Let each recursive query of a rewritten tree fail after the iterations that BigQuery allows.

    DuckDB would go on until there is no memory left.
    """
    for clause in tree.find_all(exp.With):
        for query in clause.expressions if clause.args.get("recursive") else ():
            for table in _references(query, query.alias):
                select = table.find_ancestor(exp.Select)
                if select is not None:
                    select.where(exp.Subquery(this=exp.Select(expressions=[_count()])), copy=False)


def _count() -> exp.Expr:
    # Two queries of one text may run at once, and one of a view again.
    place = number(uuid.uuid4().int >> 66)
    return call("py_count_iteration", place, call("current_query_id"))


def recursive_query(union: exp.SetOperation) -> exp.Expr | None:
    """The query of WITH RECURSIVE whose form the union is, and which reads itself; or None."""
    around = union.parent
    while isinstance(around, exp.Subquery):
        around = around.parent
    clause = around.parent if isinstance(around, exp.CTE) else None
    if around is None or clause is None or not clause.args.get("recursive"):
        return None
    return around if any(_references(around, around.alias)) else None


def _references(query: exp.Expr, name: str) -> Iterator[exp.Table]:
    """The tables within the query of WITH that mean the name."""
    for table in query.find_all(exp.Table):
        is_named = table.name.lower() == name.lower() and table.args.get("db") is None
        if is_named and not _is_hidden(table, query, name):
            yield table


def _is_hidden(table: exp.Table, query: exp.Expr, name: str) -> bool:
    """Whether a WITH within the query gives the name to another one."""
    around = table.parent
    while around is not None and around is not query:
        clause = around.args.get("with_")
        inner = clause.expressions if clause is not None else ()
        if any(other.alias.lower() == name.lower() for other in inner):
            return True
        around = around.parent
    return False


def _in_order(queries: list[exp.Expr]) -> list[exp.Expr]:
    found: list[exp.Expr] = []

    def add(query: exp.Expr, readers: list[exp.Expr]) -> None:
        if query in readers:
            path = [*readers[readers.index(query) :], query]
            names = " => ".join(item.alias for item in path)
            raise invalid_query(f"Unsupported WITH entry dependency cycle: {names}")
        if not any(query is item for item in found):
            for other in queries:
                if other is not query and any(_references(query, other.alias)):
                    add(other, [*readers, query])
            found.append(query)

    for query in queries:
        add(query, [])
    return found


def _check_form(query: exp.Expr, own: list[exp.Table]) -> None:
    union = query.this
    while isinstance(union, exp.Subquery):
        union = union.this
    if not isinstance(union, exp.Union):
        raise invalid_query(_FORM)
    for key in ("order", "limit"):
        if union.args.get(key) is not None:
            word = "ORDER BY" if key == "order" else "LIMIT"
            raise invalid_query(f"A recursive query may not use {word}")
    term = union.expression
    if any(not _is_within(table, term) for table in own):
        raise invalid_query("Recursive reference is not allowed in non-recursive UNION term")
    if len(own) > 1:
        raise invalid_query(
            f"Multiple recursive references to table '{query.alias}' are not allowed"
        )
    _check_place(own[0], term, query.alias)


def _is_within(table: exp.Expr, term: exp.Expr) -> bool:
    around: exp.Expr | None = table
    while around is not None and around is not term:
        around = around.parent
    return around is term


def _check_place(node: exp.Expr, term: exp.Expr, name: str) -> None:
    """Nothing, when the rows of the node go through no clause that a recursion may not have."""
    while node is not term:
        parent = node.parent
        assert parent is not None
        if isinstance(node, (exp.Query, exp.Subquery)) and not isinstance(parent, _PLACES):
            if isinstance(parent, exp.CTE):
                raise invalid_query(
                    f"Table '{name}' must not be recursively referenced from inside an inner "
                    "recursive query"
                )
            raise invalid_query(
                "A recursive reference from inside an expression subquery is not allowed"
            )
        if isinstance(parent, (exp.From, exp.Join)):
            _check_joins(parent)
        if isinstance(parent, exp.Select):
            _check_select(parent)
        node = parent
    if isinstance(node, exp.SetOperation):
        raise invalid_query(f"{_SUBQUERY} be a set operation")


def _check_joins(place: exp.From | exp.Join) -> None:
    joins = list(place.parent.args.get("joins") or []) if place.parent is not None else []
    behind = joins
    if isinstance(place, exp.Join):
        _check_side(place, "LEFT", "right")
        behind = joins[[join is place for join in joins].index(True) + 1 :]
    for join in behind:
        _check_side(join, "RIGHT", "left")


def _check_side(join: exp.Join, outer: str, operand: str) -> None:
    side = (join.side or "").upper()
    if side == "FULL":
        raise invalid_query(f"{_QUERY} be used as an operand of a FULL OUTER JOIN")
    if side == outer:
        raise invalid_query(f"{_QUERY} be used as the {operand} operand of a {outer} JOIN")


def _check_select(select: exp.Select) -> None:
    if select.args.get("limit") is not None or select.args.get("offset") is not None:
        raise invalid_query(f"{_QUERY} use a LIMIT clause")
    if select.args.get("order") is not None:
        raise invalid_query(f"{_SUBQUERY} contain an ORDER BY clause")
    calls = list(_own_calls(select))
    if any(isinstance(node, exp.Window) for node in calls):
        raise invalid_query(f"{_SUBQUERY} use an analytic function")
    is_grouped = select.args.get("distinct") or select.args.get("group")
    if is_grouped or any(node.name.upper() in AGGREGATES for node in calls):
        raise _grouped()


def _own_calls(select: exp.Select) -> Iterator[exp.Expr]:
    parts = [*select.expressions, select.args.get("having"), select.args.get("qualify")]
    for part in filter(None, parts):
        for node in part.walk(prune=lambda inner: isinstance(inner, exp.Query)):
            if isinstance(node, (exp.Window, exp.Anonymous)):
                yield node


def _grouped() -> BigQueryError:
    return invalid_query(f"{_SUBQUERY} use DISTINCT, GROUP BY, or any aggregate function")
