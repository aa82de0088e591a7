"""`SELECT DATE(t) AS t … GROUP BY t` groups by the alias in BigQuery, by the column in DuckDB."""

from __future__ import annotations

from sqlglot import exp

NODES = (exp.Group,)

_LISTS = (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The clause with each alias replaced by the place of its expression in the SELECT list."""
    select = node.parent
    if not isinstance(select, exp.Select):
        return node
    aliases = {
        item.alias.lower(): position
        for position, item in enumerate(select.expressions, start=1)
        if isinstance(item, exp.Alias)
    }
    for key in _keys(node):
        if isinstance(key, exp.Column) and not key.table and key.name.lower() in aliases:
            key.replace(exp.Literal.number(aliases[key.name.lower()]))
    return node


def _keys(node: exp.Expr) -> list[exp.Expr]:
    """What the clause groups by, also within ROLLUP, CUBE and GROUPING SETS."""
    found: list[exp.Expr] = []
    for part in node.expressions:
        inner = part.this if isinstance(part, exp.Paren) else part
        found += _keys(inner) if isinstance(inner, _LISTS) else [inner]
    return found
