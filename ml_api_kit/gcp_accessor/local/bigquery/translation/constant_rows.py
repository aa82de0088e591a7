"""`SELECT 1 UNION ALL SELECT 2` as one table of constants, which keeps the order of its rows."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.set_arms import (
    bare_query,
    column_names,
    plain_items,
)

_CLAUSES = ("distinct", "group", "having", "limit", "offset", "order", "qualify", "where", "with_")


def has_plain_types(queries: list[exp.Expr]) -> bool:
    """Whether all arms have constants of the same types, which need no look at the database."""
    rows = [plain_items(query) for query in queries]
    if any(row is None or len(row) != len(rows[0] or ()) for row in rows):
        return False
    columns = zip(*(row or () for row in rows), strict=True)
    return all(len({_plain_type(item.unalias()) for item in column}) == 1
               and _plain_type(column[0].unalias()) for column in columns)  # fmt: skip


def _plain_type(node: exp.Expr) -> str:
    if node.meta.get("number") is not None:
        return "INT64" if node.meta.get("is_whole") else "FLOAT64"
    if isinstance(node, exp.Literal):
        return "STRING" if node.is_string else ""
    return "BOOL" if isinstance(node, exp.Boolean) else ""


def as_values(node: exp.SetOperation, queries: list[exp.Expr]) -> exp.Expr:
    """The rows of constants as one table; the operation as it is where an arm is more than that."""
    rows = [_row(query) for query in queries]
    if not isinstance(node, exp.Union) or node.args.get("distinct") or None in rows:
        return node
    if len({len(row or ()) for row in rows}) > 1:
        return node
    names = column_names(queries[0]) or []
    columns = [exp.to_identifier(f"column_{place}") for place in range(len(names))]
    values = exp.Values(
        expressions=[exp.Tuple(expressions=row) for row in rows if row is not None],
        alias=exp.TableAlias(this=exp.to_identifier("constants"), columns=columns),
    )
    items = [exp.alias_(exp.column(column.name), name, quoted=True)
             for column, name in zip(columns, names, strict=True)]  # fmt: skip
    clauses = {key: node.args.get(key) for key in ("order", "limit", "offset", "with_")}
    return exp.Select(expressions=items, from_=exp.From(this=values), **clauses)


def _row(query: exp.Expr) -> list[exp.Expr] | None:
    bare, items = bare_query(query), plain_items(query)
    if items is None or bare.args.get("from_") or any(bare.args.get(key) for key in _CLAUSES):
        return None
    reads = (exp.Column, exp.Query, exp.Window, exp.Filter)
    for item in items:
        if item.find(*reads) or any(part.meta.get("is_aggregate") for part in item.walk()):
            return None
    return [item.unalias().copy() for item in items]
