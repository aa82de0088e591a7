"""`SELECT x FROM (SELECT NULL AS x)`: a column of NULL, which has the type INT64 in BigQuery.

DuckDB gives it no type, so that `UPPER(x)` is one of BYTES. A NULL beside other rows, in a set
operation, has their type.
"""

from __future__ import annotations

from sqlglot import exp


def type_null_columns(tree: exp.Expr) -> None:
    """Give such columns of queries in FROM and WITH their type."""
    for null in list(tree.find_all(exp.Null)):
        item = null.parent if isinstance(null.parent, exp.Alias) else null
        select = item.parent
        if isinstance(select, exp.Select) and item.arg_key == "expressions" and _is_read(select):
            to = exp.DataType.build("INT64", dialect="bigquery")
            null.replace(exp.Cast(this=exp.null(), to=to))


def _is_read(select: exp.Select) -> bool:
    """Whether the query is one whose columns another reads."""
    within = select.parent
    if isinstance(within, exp.CTE) or _is_first_of_recursion(select):
        return True
    return isinstance(within, exp.Subquery) and isinstance(
        within.parent, (exp.From, exp.Join, exp.Merge)
    )


def _is_first_of_recursion(select: exp.Select) -> bool:
    """Whether the query has the rows that a recursive one begins with, whose types hold for all."""
    union = select.parent
    if not isinstance(union, exp.Union) or select.arg_key != "this":
        return False
    cte = union.parent
    if not isinstance(cte, exp.CTE):
        return False
    name = cte.alias.lower()
    return any(table.name.lower() == name for table in union.expression.find_all(exp.Table))
