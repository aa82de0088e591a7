"""`a JOIN b USING (k)`: a NaN equals nothing in BigQuery, and itself in DuckDB.

1. `a LEFT JOIN b USING (k)`   `a LEFT JOIN (SELECT * FROM b WHERE NOT has_nan(k)) AS b …`
2. `a RIGHT JOIN b USING (k)`  `a RIGHT JOIN (SELECT * REPLACE (no_nan_key(k) AS k) FROM b) AS b …`

The second fails where `b` has a NaN: its row would have to stay, and to match no other.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import TypedCall
from ml_api_kit.gcp_accessor.local.bigquery.translation.reordered import Reordered


def part_nan_keys(tree: exp.Expr, reordered: Reordered) -> None:
    """Change each join by USING so that no NaN finds another."""
    for join in list(tree.find_all(exp.Join)) if reordered.is_possible else []:
        source, names = join.this, join.args.get("using") or []
        if not any(reordered.may_hold(exp.column(name.name)) for name in names):
            continue
        if isinstance(source, (exp.Table, exp.Subquery)) and source.alias_or_name:
            join.set("this", _parted(source, join))


def _parted(source: exp.Expr, join: exp.Join) -> exp.Expr:
    keys = [column.name for column in join.args["using"]]
    star = exp.Star()
    inner = exp.Select(expressions=[star], from_=exp.From(this=source.copy()))
    if str(join.args.get("side") or "").upper() in ("RIGHT", "FULL"):
        star.set(
            "replace",
            [exp.alias_(_key("bq_no_nan_key", key), key, quoted=True) for key in keys],
        )
    else:
        has_nan = [exp.Is(this=_key("bq_has_nan", key), expression=exp.true()) for key in keys]
        conditions = [exp.Not(this=condition) for condition in has_nan]
        inner.set("where", exp.Where(this=exp.and_(*conditions, copy=False)))
    alias = exp.TableAlias(this=exp.to_identifier(source.alias_or_name, quoted=True))
    return exp.Subquery(this=inner, alias=alias)


def _key(function: str, name: str) -> exp.Expr:
    return TypedCall(this=exp.column(name, quoted=True), function=function)
