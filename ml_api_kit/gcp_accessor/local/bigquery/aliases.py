"""`SELECT -x AS x … QUALIFY f(x)`: a name means the SELECT list's alias before it means a column.

DuckDB takes the column. So each alias in QUALIFY, HAVING and the expressions of ORDER BY becomes
what it is the alias of; a key of ORDER BY that is an alias as it stands, DuckDB finds itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.aggregates import NAMES as AGGREGATES
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query

_VOLATILE = ("RAND", "GENERATE_UUID")


def expand_aliases(tree: exp.Expr) -> None:
    """Write out the aliases in the clauses behind each SELECT list.

    Raises BigQueryError: when an aggregate would be within another.
    """
    for select in list(tree.find_all(exp.Select)):
        aliases = {
            item.alias.lower(): item.this
            for item in select.expressions
            if isinstance(item, exp.Alias)
        }
        for column in list(_clause_columns(select)) if aliases else []:
            meant = aliases.get(column.name.lower())
            if meant is not None and not column.table and not _is_group(column, select):
                _check_nesting(column, meant, select)
                column.replace(exp.Paren(this=meant.copy()))


def _clause_columns(select: exp.Select) -> Iterator[exp.Column]:
    """The columns in QUALIFY, HAVING and the expressions of ORDER BY, outside of subqueries."""
    places = [select.args[clause] for clause in ("qualify", "having") if select.args.get(clause)]
    order = select.args.get("order")
    if order is not None and not select.args.get("distinct") and not _is_volatile(select):
        places += [key for key in order.expressions if not isinstance(key.this, exp.Column)]
    for place in places:
        for column in place.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is select:
                yield column


def _is_group(column: exp.Column, select: exp.Select) -> bool:
    """Whether it is an alias in HAVING that is grouped by: DuckDB knows it there, and only it."""
    group = select.args.get("group")
    if group is None or column.find_ancestor(exp.Having) is None:
        return False
    return any(
        isinstance(key, exp.Column) and not key.table and key.name.lower() == column.name.lower()
        for key in group.expressions
    )


def _is_volatile(select: exp.Select) -> bool:
    """Whether a column of the answer would be another one when it is computed again."""
    calls = (call for item in select.expressions for call in item.find_all(exp.Anonymous))
    return any(call.name.upper() in _VOLATILE for call in calls)


def _check_nesting(column: exp.Column, meant: exp.Expr, select: exp.Select) -> None:
    if not _has_aggregate(meant):
        return
    ancestor = column.parent
    while ancestor is not None and ancestor is not select:
        inner = ancestor
        if _is_aggregate(inner) and not isinstance(inner.parent, exp.Window):
            raise invalid_query("Aggregations of aggregations are not allowed")
        ancestor = ancestor.parent


def _has_aggregate(node: exp.Expr) -> bool:
    calls = node.find_all(exp.Anonymous)
    return any(_is_aggregate(call) and not isinstance(call.parent, exp.Window) for call in calls)


def _is_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.upper() in AGGREGATES
