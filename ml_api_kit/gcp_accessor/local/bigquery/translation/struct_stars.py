"""`SELECT f(x).*`: the fields of a struct that is computed, as columns.

`SELECT a, f(x).* EXCEPT (k) FROM …` becomes
`SELECT a, item_1.* EXCEPT (k) FROM (SELECT a, f(x) AS item_1 FROM …)`, and one more query
around it where it is ordered: DuckDB does not order by such a field.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.aliases import has_aggregate_call

_OUTER = ("with_", "kind", "distinct", "order", "limit", "offset")


def expand_struct_stars(tree: exp.Expr) -> None:
    """Give each SELECT of a computed struct's fields a query in FROM that computes it.

    Raises BigQueryError: when it stands beside another star, or is ordered by an expression.
    """
    for select in list(tree.find_all(exp.Select)):
        for item in list(select.expressions):
            _point_path(item, select)
        if any(_is_struct_star(item) for item in select.expressions):
            _check(select)
            _expand(select)


def _is_struct_star(item: exp.Expr) -> bool:
    return isinstance(item, exp.Dot) and isinstance(item.expression, exp.Star)


def _point_path(item: exp.Expr, select: exp.Select) -> None:
    """Make `t.s.*` the fields of the column `s`, where `t` is a table of the query."""
    if not isinstance(item, exp.Column) or not item.is_star or not item.db:
        return
    places = [select.args.get("from_"), *(select.args.get("joins") or [])]
    sources = {place.this.alias_or_name.lower() for place in places if place is not None}
    path = [item.args[part].copy() for part in ("catalog", "db", "table") if item.args.get(part)]
    if path[-1].name.lower() in sources:
        return
    is_source = path[0].name.lower() in sources
    whole: exp.Expr = exp.column(path[1], table=path[0]) if is_source else exp.column(path[0])
    for step in path[2 if is_source else 1 :]:
        whole = exp.Dot(this=whole, expression=step)
    item.replace(exp.Dot(this=whole, expression=item.this.copy()))


def _check(select: exp.Select) -> None:
    if select.args.get("group") is not None:
        for item in select.expressions:
            if _is_struct_star(item) and not has_aggregate_call(item.this):
                raise invalid_query(
                    f"Star expansion expression {item.sql('bigquery')} references a column which "
                    "is neither grouped nor aggregated"
                )
    stars = [item for item in select.expressions if item.is_star and not _is_struct_star(item)]
    if stars:
        raise unsupported("the fields of a computed struct beside another *")
    order = select.args.get("order")
    keys = [key.this for key in order.expressions] if order is not None else []
    if not all(isinstance(key, exp.Column) and not key.table for key in keys):
        raise unsupported("the fields of a computed struct, ordered by more than a column's name")


def _expand(select: exp.Select) -> None:
    inner, outer = [], []
    for place, item in enumerate(select.expressions):
        name = f"item_{place}"
        if _is_struct_star(item):
            inner.append(exp.alias_(item.this.copy(), name, quoted=True))
            outer.append(exp.Column(this=item.expression.copy(), table=exp.to_identifier(name)))
            continue
        # The name of a constant is what it says, in sqlglot's tree.
        is_named = isinstance(item, (exp.Alias, exp.Column, exp.Dot)) or item.alias
        spelled = item.alias_or_name if is_named else f"_field_{place + 1}"
        inner.append(exp.alias_(item.unalias().copy(), spelled, quoted=True))
        outer.append(exp.column(spelled, quoted=True))
    computed = select.copy()
    for clause in _OUTER:
        computed.set(clause, None)
    computed.set("expressions", inner)
    for clause in [clause for clause in select.args if clause not in _OUTER]:
        select.set(clause, None)
    fields = exp.Select(expressions=outer, from_=_source(computed))
    if select.args.get("order") is not None:
        fields = exp.Select(expressions=[exp.Star()], from_=_source(fields))
    for clause in ("expressions", "from_"):
        select.set(clause, fields.args[clause])


def _source(query: exp.Select) -> exp.From:
    alias = exp.TableAlias(this=exp.to_identifier("computed", quoted=True))
    return exp.From(this=exp.Subquery(this=query, alias=alias))
