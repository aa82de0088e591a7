"""`GROUP BY ROLLUP(a)`, `CUBE(a)` and `GROUPING SETS` over no rows give no rows in BigQuery.

DuckDB gives the one of the grand total: `HAVING COUNT(*) > 0` leaves it out, and nothing else.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported


def drop_empty_totals(tree: exp.Expr) -> None:
    """Leave out the grand totals over no rows of every SELECT in the tree."""
    for group in tree.find_all(exp.Group):
        if group.find(exp.Rollup, exp.Cube, exp.GroupingSets) and _has_key(group):
            _check_keys(group)
            _ask_for_rows(group.parent_select)


def _check_keys(group: exp.Group) -> None:
    """Refuse keys that are made of other keys, which BigQuery may compute from those."""
    keys = [key for key in group.walk() if _is_key(key)]
    plain = {key.sql() for key in keys if isinstance(key, exp.Column)}
    for key in keys:
        if not isinstance(key, exp.Column) and any(
            column.sql() in plain for column in key.find_all(exp.Column)
        ):
            raise unsupported("a key of GROUPING SETS, ROLLUP or CUBE that is made of another")


def _is_key(node: exp.Expr) -> bool:
    """Whether the node is grouped by, alone or in a list."""
    lists = (exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple, exp.Paren)
    is_listed = isinstance(node.parent, lists) and not isinstance(node, lists)
    return is_listed and not isinstance(node, exp.Identifier)


def _has_key(group: exp.Group) -> bool:
    return group.find(exp.Column, exp.Literal) is not None


def _ask_for_rows(select: exp.Select | None) -> None:
    if select is None:
        return
    count = exp.Anonymous(this="COUNT", expressions=[exp.Star()])
    is_filled = exp.GT(this=count, expression=exp.Literal.number(0))
    select.having(is_filled, copy=False)
