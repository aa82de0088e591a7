"""`SELECT DATE(t) AS t … GROUP BY t` groups by the alias in BigQuery, by the column in DuckDB."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.grouping_keys import grouping_keys

NODES = (exp.Group,)


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
    for key in grouping_keys(node):
        if isinstance(key, exp.Column) and not key.table and key.name.lower() in aliases:
            key.replace(exp.Literal.number(aliases[key.name.lower()]))
    return node
