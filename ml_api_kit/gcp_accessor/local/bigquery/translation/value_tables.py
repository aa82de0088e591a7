"""`FROM (SELECT AS STRUCT …)`: a table of structs, whose columns are the fields."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported

_ROW = "row@"


def expand_value_tables(tree: exp.Expr) -> None:
    """Give each query of structs in a FROM or WITH clause the fields as its columns.

    Raises BigQueryError: when what the fields are is not written there.
    """
    for node in list(tree.find_all(exp.Subquery, exp.CTE)):
        if isinstance(node, exp.CTE) or isinstance(node.parent, (exp.From, exp.Join)):
            for select in _selects(node.this):
                _expand(select)
    for select in list(tree.find_all(exp.Select)):
        if select.args.get("kind") != "STRUCT":
            continue
        if not _has_star(select):
            if _has_keys(select):
                _pack_groups(select)
        else:
            _pack_rows(select)


def _has_star(select: exp.Select) -> bool:
    return any(item.is_star for item in select.expressions)


def _has_keys(select: exp.Select) -> bool:
    """Whether the rows are groups, or in an order, by columns of the result."""
    if select.args.get("group") or select.args.get("distinct"):
        return True
    order = select.args.get("order")
    keys = [key.this for key in order.expressions] if order is not None else []
    names = {item.alias.lower() for item in select.expressions}
    return any(
        isinstance(key, exp.Literal) or (isinstance(key, exp.Column) and key.name.lower() in names)
        for key in keys
    )


def _pack_rows(select: exp.Select) -> None:
    """`SELECT AS STRUCT *` as the rows of the query without AS STRUCT, each a struct."""
    outer = _over(select)
    outer["expressions"] = [exp.alias_(exp.column(_ROW), "_field_1", quoted=True)]
    left_out = {name.name.lower() for item in select.expressions for name in _left_out(item)}
    for key in outer["order"].expressions if outer["order"] is not None else ():
        if isinstance(key.this, exp.Literal):
            # The column in this place of the query beneath.
            key.set("this", exp.Var(this=f"#{key.this.name}"))
        for column in key.find_all(exp.Column):
            if column.name.lower() in left_out:
                raise unsupported(f"SELECT AS STRUCT * EXCEPT ({column.name}) in the order of it")
            column.set("table", None)
    _put(select, outer)


def _left_out(item: exp.Expr) -> list[exp.Expr]:
    star = item.find(exp.Star)
    return list(star.args.get("except_") or []) if star is not None else []


def _put(select: exp.Select, parts: dict[str, Any]) -> None:
    select.args = {}
    for key, value in parts.items():
        select.set(key, value)


def _pack_groups(select: exp.Select) -> None:
    """`SELECT AS STRUCT x, COUNT(*) AS n … GROUP BY x ORDER BY n` as structs of the groups."""
    names, seen = [], set[str]()
    for place, item in enumerate(list(select.expressions), start=1):
        name = shown = _own_name(item) or f"_field_{place}"
        if name.lower() in seen:
            name = f"{name}@{place}"
        seen.add(name.lower())
        names.append((name, shown))
        if name != _own_name(item):
            item.replace(exp.alias_(item.unalias().copy(), name, quoted=True))
    outer = _over(select)
    inner = outer["from_"].this.this
    for place, key in enumerate(outer["order"].expressions if outer["order"] is not None else ()):
        key.set("this", _key(key.this, inner, [name for name, _ in names], place))
    outer["kind"] = "STRUCT"
    outer["expressions"] = [
        exp.alias_(exp.column(name, table=_ROW, quoted=True), shown, quoted=True)
        for name, shown in names
    ]
    _put(select, outer)


def _own_name(item: exp.Expr) -> str:
    """The name that a column of the result has, if any."""
    is_field = isinstance(item, exp.Dot) and isinstance(item.expression, exp.Identifier)
    named = item.expression if is_field else item
    return item.alias or (named.name if is_field or isinstance(item, exp.Column) else "")


def _key(key: exp.Expr, inner: exp.Select, names: list[str], place: int) -> exp.Expr:
    """The column of the inner query that a key of an order is, which may be added to it."""
    if isinstance(key, exp.Literal) and not key.is_string and int(key.name) <= len(names):
        return exp.column(names[int(key.name) - 1], table=_ROW, quoted=True)
    known = [name for name in names if name.lower() == key.name.lower()]
    if isinstance(key, exp.Column) and not key.table and known:
        return exp.column(known[0], table=_ROW, quoted=True)
    inner.append("expressions", exp.alias_(key.copy(), f"order@{place}", quoted=True))
    return exp.column(f"order@{place}", table=_ROW, quoted=True)


def _over(select: exp.Select) -> dict[str, Any]:
    """The parts of a SELECT from the query, in the order of it: DuckDB keeps none of a subquery."""
    outer = {key: select.args.get(key) for key in ("order", "limit", "offset")}
    inner = exp.Select(**{key: value for key, value in select.args.items() if key not in outer})
    inner.set("kind", None)
    alias = exp.TableAlias(this=exp.to_identifier(_ROW))
    return {**outer, "from_": exp.From(this=exp.Subquery(this=inner, alias=alias))}


def _selects(query: exp.Expr) -> list[exp.Select]:
    if isinstance(query, exp.Select):
        return [query]
    if isinstance(query, exp.SetOperation):
        return [*_selects(query.this), *_selects(query.expression)]
    return _selects(query.this) if isinstance(query, exp.Subquery) else []


def _expand(select: exp.Select) -> None:
    kind = select.args.get("kind")
    if kind == "VALUE":
        select.set("expressions", _fields(select.expressions[0]))
    if kind in ("STRUCT", "VALUE"):
        select.set("kind", None)


def _fields(value: exp.Expr) -> list[exp.Expr]:
    inner = value.unalias()
    is_struct = isinstance(inner, exp.Anonymous) and inner.name.upper() == "STRUCT"
    if not is_struct:
        raise unsupported("SELECT AS VALUE in FROM or WITH of what is no STRUCT(…)")
    return [item.copy() for item in inner.expressions]
