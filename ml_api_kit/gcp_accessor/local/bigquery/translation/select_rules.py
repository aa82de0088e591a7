"""What DuckDB accepts in a SELECT and BigQuery does not, as far as the text alone tells it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import NAMES as AGGREGATES
from ml_api_kit.gcp_accessor.local.bigquery.translation.grouping_keys import check_keys
from ml_api_kit.gcp_accessor.local.bigquery.translation.places import place_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.recursion import check_recursion
from ml_api_kit.gcp_accessor.local.bigquery.translation.table_names import check_table_names

_CLAUSES = {"where": "a WHERE", "group": "a GROUP BY", "having": "a HAVING", "order": "an ORDER BY"}
_ORDERED = frozenset(
    ["CUME_DIST", "DENSE_RANK", "FIRST_VALUE", "LAG", "LAST_VALUE", "LEAD", "NTH_VALUE", "NTILE",
     "PERCENT_RANK", "RANK"]
)  # fmt: skip
_FRAMELESS = _ORDERED - {"FIRST_VALUE", "LAST_VALUE", "NTH_VALUE"} | {"ROW_NUMBER"}
_UNORDERED = frozenset(["PERCENTILE_CONT", "PERCENTILE_DISC"])


def check_selects(tree: exp.Expr) -> None:
    """Nothing, when the queries of a statement keep to these rules.

    Raises BigQueryError: for the first part that does not.
    """
    for node in tree.walk():
        if isinstance(node, exp.With):
            check_recursion(node)
        if isinstance(node, (exp.Select, exp.Update, exp.Merge)):
            check_table_names(node)
        if isinstance(node, exp.Select):
            _check_select(node)
        elif isinstance(node, exp.SetOperation):
            _check_grouping(node)
        elif isinstance(node, exp.Window) and isinstance(node.this, exp.Expr):
            _check_window(node)
        elif isinstance(node, exp.Group):
            check_keys(node)
        elif isinstance(node, (exp.Limit, exp.Offset)):
            _check_count(node)
        elif isinstance(node, exp.In) and node.args.get("query") is not None:
            _check_columns(node.args["query"])


def _check_select(select: exp.Select) -> None:
    _check_repeated_names(select)
    if select.args.get("from_") is None:
        _check_without_from(select)
    elif select.args.get("distinct"):
        _check_distinct_order(select)


def _check_repeated_names(select: exp.Select) -> None:
    """No name may be read of a query in FROM or WITH that two of its columns have."""
    within = select.parent
    if not isinstance(within, (exp.CTE, exp.Subquery)) or select.args.get("kind"):
        return
    if isinstance(within, exp.Subquery) and not isinstance(within.parent, (exp.From, exp.Join)):
        return
    names = [item.alias_or_name.lower() for item in select.expressions if not item.is_star]
    repeated = {name for name in names if name and names.count(name) > 1}
    for column in _columns_outside(select) if repeated else ():
        if column.name.lower() in repeated:
            place = place_of(column.parts[-1])
            raise invalid_query(f"Column name {column.name} is ambiguous{place}")


def _columns_outside(select: exp.Select) -> Iterator[exp.Column]:
    """The columns of the statement that are not within the SELECT."""
    for node in select.root().walk(prune=lambda part: part is select):
        if isinstance(node, exp.Column) and not node.is_star:
            yield node


def _check_without_from(select: exp.Select) -> None:
    if isinstance(select.parent, (exp.Insert, exp.Update, exp.Merge)):
        return
    for key, clause in _CLAUSES.items():
        if select.args.get(key) is not None:
            raise invalid_query(f"Query without FROM clause cannot have {clause} clause")
    if select.args.get("distinct"):
        raise invalid_query("Query without FROM clause cannot use SELECT DISTINCT")
    for item in select.expressions:
        for call in _own_calls(item):
            if isinstance(call.parent, exp.Window):
                raise invalid_query("Analytic function not allowed in SELECT without FROM clause")
            if call.name.upper() in AGGREGATES:
                raise invalid_query(
                    f"Aggregate function {call.name.upper()} not allowed in SELECT without FROM "
                    f"clause{place_of(call)}"
                )


def _own_calls(item: exp.Expr) -> Iterator[exp.Anonymous]:
    """The calls in an expression, outside of its subqueries."""
    for node in item.walk(prune=lambda part: isinstance(part, exp.Query)):
        if isinstance(node, exp.Anonymous):
            yield node


def _check_distinct_order(select: exp.Select) -> None:
    order = select.args.get("order")
    if order is None or any(item.is_star for item in select.expressions):
        return
    shown = {item.alias_or_name.lower() for item in select.expressions}
    for ordered in order.expressions:
        for column in ordered.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is select and not _is_shown(column, select, shown):
                raise invalid_query(
                    f"ORDER BY clause expression references {column.sql('bigquery')} which is not "
                    f"visible after SELECT DISTINCT{place_of(column.parts[0])}"
                )


def _is_shown(column: exp.Column, select: exp.Select, shown: set[str]) -> bool:
    is_name = column.parts[0].name.lower() in shown
    return is_name or any(item.unalias() == column for item in select.expressions)


def _check_grouping(node: exp.SetOperation) -> None:
    for arm in (node.this, node.expression):
        if not isinstance(arm, exp.SetOperation) or arm.meta.get("is_duckdb"):
            continue
        is_same = type(arm) is type(node)
        if not is_same or bool(arm.args.get("distinct")) != bool(node.args.get("distinct")):
            raise invalid_query(
                "Syntax error: Different set operations cannot be used in the same query without "
                "using parentheses for grouping"
            )


def _check_window(node: exp.Window) -> None:
    call = node.this
    while isinstance(call, (exp.IgnoreNulls, exp.RespectNulls)):
        call = call.this
    spec = _definition(node)
    if not isinstance(call, exp.Anonymous) or spec is None:
        return
    name = call.name.upper()
    is_distinct = any(isinstance(item, exp.Distinct) for item in call.expressions)
    if (fault := _window_fault(name, is_distinct, *spec)) is not None:
        raise _at(fault, call)


def _window_fault(name: str, is_distinct: bool, has_order: bool, has_frame: bool) -> str | None:
    function = f"analytic function {name.lower()}"
    if name in _ORDERED and not has_order:
        return f"Window ORDER BY is required for {function}"
    where = "if DISTINCT is specified" if is_distinct else f"for {function}"
    if has_order and (name in _UNORDERED or is_distinct):
        return f"Window ORDER BY is not allowed {where}"
    if has_frame and (name in _FRAMELESS or is_distinct):
        return f"Window framing clause is not allowed {where}"
    return None


def _at(message: str, call: exp.Expr) -> BigQueryError:
    return invalid_query(f"{message}{place_of(call)}")


def _definition(node: exp.Window) -> tuple[bool, bool] | None:
    """Whether a window has an order and a frame, of its own or of the one that it is named after.

    None where that one is not found.
    """
    has_order = node.args.get("order") is not None
    has_frame = node.args.get("spec") is not None
    name = node.args.get("alias")
    if name is None:
        return has_order, has_frame
    select = node.find_ancestor(exp.Select)
    for window in (select.args.get("windows") or []) if select is not None else []:
        if window.this.name.lower() == name.name.lower():
            order, frame = _named(window)
            return has_order or order, has_frame or frame
    return None


def _named(window: exp.Expr) -> tuple[bool, bool]:
    return window.args.get("order") is not None, window.args.get("spec") is not None


def _check_count(node: exp.Limit | exp.Offset) -> None:
    """LIMIT and OFFSET take a constant whole number."""
    value = node.expression.unnest()
    if isinstance(value, exp.Null):
        raise invalid_query("Limit requires non-null count and offset")
    if not isinstance(value, exp.Literal):
        return
    if value.is_string or not str(value.this).isdecimal():
        kind = "STRING" if value.is_string else "FLOAT64"
        raise invalid_query(f"LIMIT ... OFFSET ... expects INT64, got {kind}{place_of(value)}")


def _check_columns(query: exp.Expr) -> None:
    select = query
    while isinstance(select, (exp.SetOperation, exp.Subquery)):
        select = select.this
    if not isinstance(select, exp.Select) or select.args.get("kind"):
        return
    if len(select.expressions) > 1 and not any(item.is_star for item in select.expressions):
        raise invalid_query("Subquery of type IN must have only one output column")
