"""`SELECT -x AS x … QUALIFY f(x)`: a name means the SELECT list's alias before it means a column.

DuckDB takes the column. So each alias in QUALIFY, HAVING and the expressions of ORDER BY becomes
what it is the alias of; a key of ORDER BY that is an alias as it stands, DuckDB finds itself. In a
subquery there a name means a column of the subquery's own tables before all that.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import NAMES as AGGREGATES
from ml_api_kit.gcp_accessor.local.bigquery.translation.outer_names import (
    Fields,
    TableFields,
    columns_outside,
)

_VOLATILE = ("RAND", "GENERATE_UUID")


def expand_aliases(tree: exp.Expr, table_fields: TableFields) -> None:
    """Write out the aliases in the clauses behind each SELECT list.

    Raises BigQueryError: when an aggregate would be within another, or a name in a subquery means
        what cannot be written there.
    """
    for select in list(tree.find_all(exp.Select)):
        aliases = {
            item.alias.lower(): item.this
            for item in select.expressions
            if isinstance(item, exp.Alias)
        }
        if not aliases:
            continue
        for column in list(_clause_columns(select)):
            meant = aliases.get(column.name.lower())
            if meant is not None and not column.table and not _is_group(column, select):
                _check_nesting(column, meant, select)
                column.replace(exp.Paren(this=meant.copy()))
        for column in _subquery_columns(select, dict.fromkeys(aliases), table_fields):
            meant = aliases[column.parts[0].name.lower()]
            if select.args.get("group") or has_aggregate_call(meant) or meant.find(exp.Window):
                raise unsupported(
                    f"the alias {column.parts[0].name} of a group, an aggregate or a window "
                    "function in a subquery of HAVING, QUALIFY or ORDER BY"
                )
            column.replace(_aliased(column, meant))


def _clauses(select: exp.Select) -> Iterator[exp.Expr]:
    """QUALIFY, HAVING and the expressions of ORDER BY that are more than a name."""
    yield from (select.args[name] for name in ("qualify", "having") if select.args.get(name))
    order = select.args.get("order")
    if order is not None and not select.args.get("distinct") and not _is_volatile(select):
        yield from (key for key in order.expressions if not isinstance(key.this, exp.Column))


def _clause_columns(select: exp.Select) -> Iterator[exp.Column]:
    """The columns in these clauses, outside of subqueries."""
    for clause in _clauses(select):
        for column in clause.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is select:
                yield column


def _subquery_columns(
    select: exp.Select, names: Fields, table_fields: TableFields
) -> list[exp.Column]:
    """The columns in subqueries of these clauses that mean the SELECT list around them."""
    found = list[exp.Column]()
    for clause in _clauses(select):
        for query in clause.find_all(exp.Select):
            if query.parent_select is select:
                found += columns_outside(query, select, names, table_fields)
    return found


def _aliased(column: exp.Column, meant: exp.Expr) -> exp.Expr:
    """What an alias is the alias of, with the fields of it that the column names."""
    result: exp.Expr = exp.Paren(this=meant.copy())
    for part in column.parts[1:]:
        result = exp.Dot(this=result, expression=part.copy())
    return result


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
    if not has_aggregate_call(meant):
        return
    ancestor = column.parent
    while ancestor is not None and ancestor is not select:
        inner = ancestor
        if _is_aggregate(inner) and not isinstance(inner.parent, exp.Window):
            raise invalid_query("Aggregations of aggregations are not allowed")
        ancestor = ancestor.parent


def has_aggregate_call(node: exp.Expr) -> bool:
    """Whether the expression calls an aggregate function that is no window."""
    calls = node.find_all(exp.Anonymous)
    return any(_is_aggregate(call) and not isinstance(call.parent, exp.Window) for call in calls)


def _is_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.upper() in AGGREGATES
