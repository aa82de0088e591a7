"""`ORDER BY x`: what DuckDB has behind all others and BigQuery before them, such as NaN.

1. `SELECT a FROM t ORDER BY b`                `… ORDER BY order_key(b), b`
2. `SELECT SUM(a) AS s … ORDER BY s`           `SELECT * FROM (…) ORDER BY order_key(#1), #1`
3. `a UNION ALL b ORDER BY x`, `DISTINCT`      likewise
4. `f(x) OVER (ORDER BY x)`, `f(x ORDER BY x)` `… ORDER BY order_key(x), x`
5. where one key alone may stand               `no_nan(x)`, which fails for NaN

A key has a macro that is constant for all types but FLOAT64 and RANGE; what cannot hold one of
these has no such key, see `reordered.py`.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import NAMES as AGGREGATES
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import TypedCall
from ml_api_kit.gcp_accessor.local.bigquery.translation.reordered import Reordered


def put_sort_keys(tree: exp.Expr, reordered: Reordered) -> exp.Expr:
    """The tree with BigQuery's order in each of its orders."""
    for order in reversed(list(tree.find_all(exp.Order)) if reordered.is_possible else []):
        parent, distinct = order.parent, order.find(exp.Distinct)
        if not any(reordered.may_hold(ordered.this) for ordered in order.expressions):
            continue
        if isinstance(parent, (exp.Select, exp.SetOperation)):
            changed = _ordered_query(parent, order)
            tree = changed if parent is tree else tree
        elif isinstance(parent, exp.Window) and _has_offsets(parent):
            _forbid_nan(order.expressions)
        elif isinstance(order.this, exp.Expr) and distinct is not None:
            _forbid_nan([*order.expressions, distinct])
        else:
            _put_keys(order)
    return tree


def _put_keys(order: exp.Order) -> None:
    """Put a key before each by which NaN is first."""
    keys: list[exp.Expr] = []
    for ordered in order.expressions:
        if not isinstance(ordered.this, exp.Literal):
            keys.append(_key(ordered, ordered.this))
        keys.append(ordered.copy())
    order.set("expressions", keys)


def _key(ordered: exp.Expr, meant: exp.Expr) -> exp.Expr:
    flags = {name: ordered.args.get(name) for name in ("desc", "nulls_first")}
    return exp.Ordered(this=TypedCall(this=meant.copy(), function="bq_order_key"), **flags)


def _forbid_nan(places: list[exp.Expr]) -> None:
    for place in places:
        values = place.expressions if isinstance(place, exp.Distinct) else [place.this]
        for value in values:
            value.replace(TypedCall(this=value.copy(), function="bq_no_nan"))


def _has_offsets(window: exp.Window) -> bool:
    """Whether the frame counts in values of the one key."""
    spec = window.args.get("spec")
    if spec is None or str(spec.args.get("kind")).upper() != "RANGE":
        return False
    return any(isinstance(spec.args.get(end), exp.Expr) for end in ("start", "end"))


def _ordered_query(query: exp.Expr, order: exp.Order) -> exp.Expr:
    places = [_place(query, ordered.this) for ordered in order.expressions]
    is_distinct = bool(query.args.get("distinct"))
    if isinstance(query, exp.Select) and not is_distinct and not _needs_answer(query, places):
        _put_keys_of_items(query, order, places)
        return query
    if any(place is None for place in places) or query.args.get("kind"):
        return query
    outer = exp.Select(expressions=[exp.Star()], order=_by_places(order, places))
    for clause in ("limit", "offset"):
        outer.set(clause, query.args.get(clause))
        query.set(clause, None)
    query.set("order", None)
    inner = query.copy()
    if query.parent is not None:
        query.replace(outer)
    alias = exp.TableAlias(this=exp.to_identifier("ordered", quoted=True))
    outer.set("from_", exp.From(this=exp.Subquery(this=inner, alias=alias)))
    return outer


def _by_places(order: exp.Order, places: list[exp.Expr | None]) -> exp.Order:
    keys: list[exp.Expr] = []
    for ordered, place in zip(order.expressions, places, strict=True):
        assert place is not None
        plain = ordered.copy()
        plain.set("this", place.copy())
        keys += [_key(ordered, place), plain]
    return exp.Order(expressions=keys)


def _place(query: exp.Expr, key: exp.Expr) -> exp.Expr | None:
    """The column of the answer that a key is, as a query around it names it."""
    first = query
    while isinstance(first, (exp.SetOperation, exp.Subquery)):
        first = first.this
    has_star = any(item.is_star for item in first.expressions)
    if isinstance(key, exp.Literal):
        return None if has_star else _column(int(str(key.this)))
    if isinstance(key, exp.Column) and not key.table:
        for number, item in enumerate([] if has_star else first.expressions, start=1):
            if item.alias_or_name.lower() == key.name.lower():
                return _column(number)
        return key if has_star else None
    for number, item in enumerate([] if has_star else first.expressions, start=1):
        if item.unalias() == key:
            return _column(number)
    return None


def _column(number: int) -> exp.Expr:
    # DuckDB's name of a column by its place: several may have one name.
    place = exp.Var(this=f"#{number}")
    place.meta["is_duckdb"] = True
    return place


def _needs_answer(select: exp.Expr, places: list[exp.Expr | None]) -> bool:
    """Whether all keys are columns of the answer, one of which cannot be computed again."""
    if any(place is None for place in places) or select.args.get("kind"):
        return False
    items = [
        select.expressions[int(place.name[1:]) - 1]
        for place in places
        if isinstance(place, exp.Var) and int(place.name[1:]) <= len(select.expressions)
    ]
    return any(_is_of_all_rows(item) for item in items)


def _is_of_all_rows(item: exp.Expr) -> bool:
    return item.find(exp.Window, exp.Query) is not None or any(
        call.name.upper() in AGGREGATES for call in item.find_all(exp.Anonymous)
    )


def _put_keys_of_items(select: exp.Select, order: exp.Order, places: list[exp.Expr | None]) -> None:
    """Put keys before those of the order; one that is a column of the answer is written out."""
    keys: list[exp.Expr] = []
    for ordered, place in zip(order.expressions, places, strict=True):
        meant = ordered.this
        number = int(place.name[1:]) if isinstance(place, exp.Var) else 0
        if 0 < number <= len(select.expressions):
            meant = select.expressions[number - 1].unalias()
        if not isinstance(meant, exp.Literal):
            keys.append(_key(ordered, meant))
        keys.append(ordered.copy())
    order.set("expressions", keys)
