"""`GROUP BY ALL` by the places of what it means: what is no constant, and holds no aggregate.

DuckDB's own takes no QUALIFY beside it, and groups by nothing at all where all are constants.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import NAMES as AGGREGATES


def expand_group_all(tree: exp.Expr) -> None:
    """Name the keys of each such clause whose SELECT list is written out."""
    for group in list(tree.find_all(exp.Group)):
        select = group.parent
        if not group.args.get("all") or not isinstance(select, exp.Select):
            continue
        items = select.expressions
        if any(item.is_star or item.find(exp.Star) for item in items if not _is_of_rows(item)):
            continue
        places = [place for place, item in enumerate(items, start=1) if _is_key(item)]
        keys: list[exp.Expr] = [exp.Literal.number(place) for place in places]
        group.replace(exp.Group(expressions=keys or [exp.Tuple(expressions=[])]))


def _is_key(item: exp.Expr) -> bool:
    return not _is_of_rows(item) and item.find(exp.Column) is not None


def _is_of_rows(item: exp.Expr) -> bool:
    """Whether an aggregate or a window is within the expression, outside of its subqueries."""
    parts = item.walk(prune=lambda part: isinstance(part, exp.Query))
    return any(
        isinstance(part, exp.Window)
        or (isinstance(part, exp.Anonymous) and part.name.upper() in AGGREGATES)
        for part in parts
    )
