"""`GROUP BY ROLLUP(a)`, `CUBE(a)` and `GROUPING SETS` over no rows give no rows in BigQuery.

DuckDB gives the one of the grand total: `HAVING COUNT(*) > 0` leaves it out, and nothing else.
"""

from __future__ import annotations

from sqlglot import exp


def drop_empty_totals(tree: exp.Expr) -> None:
    """Leave out the grand totals over no rows of every SELECT in the tree."""
    for group in tree.find_all(exp.Group):
        if group.find(exp.Rollup, exp.Cube, exp.GroupingSets) and _has_key(group):
            _ask_for_rows(group.parent_select)


def _has_key(group: exp.Group) -> bool:
    return group.find(exp.Column, exp.Literal) is not None


def _ask_for_rows(select: exp.Select | None) -> None:
    if select is None:
        return
    count = exp.Anonymous(this="COUNT", expressions=[exp.Star()])
    is_filled = exp.GT(this=count, expression=exp.Literal.number(0))
    select.having(is_filled, copy=False)
