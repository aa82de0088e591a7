"""`ORDER BY x`: NaN comes before all numbers in BigQuery, and behind them in DuckDB."""

from __future__ import annotations

import re

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.nodes import call

NODES = (exp.Order,)

# What can make a NaN in a statement; a NaN that is stored in a table is not seen here.
_MAKES_NAN = re.compile(r"nan|ieee_divide", re.IGNORECASE)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The clause with a key before each, by which NaN is first."""
    select = node.parent
    if not isinstance(select, exp.Select) or select.args.get("distinct"):
        return node
    if not _MAKES_NAN.search(node.root().sql("duckdb")):
        return node
    keys: list[exp.Expr] = []
    for key in node.expressions:
        meant = _meant(key.this, select)
        if meant is not None:
            flags = {name: key.args.get(name) for name in ("desc", "nulls_first")}
            keys.append(exp.Ordered(this=call("bq_nan_key", meant.copy()), **flags))
        keys.append(key.copy())
    return exp.Order(expressions=keys)


def _meant(key: exp.Expr, select: exp.Select) -> exp.Expr | None:
    """The expression that a key orders by; None where it is one of a star."""
    if isinstance(key, exp.Literal):
        place = int(str(key.this)) - 1
        found = select.expressions[place] if place < len(select.expressions) else None
        return None if found is None or found.is_star else found.unalias()
    if isinstance(key, exp.Column) and not key.table:
        for item in select.expressions:
            if isinstance(item, exp.Alias) and item.alias.lower() == key.name.lower():
                return item.unalias()
    return key
