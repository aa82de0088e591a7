"""`FROM (SELECT AS STRUCT …)`: a table of structs, whose columns are the fields."""

from __future__ import annotations

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
        if select.args.get("kind") == "STRUCT" and select.parent is not None:
            _name_rows(select)


def _name_rows(select: exp.Select) -> None:
    """`SELECT AS STRUCT *` as the rows of the query without AS STRUCT, each a struct."""
    if not any(item.is_star for item in select.expressions):
        return
    inner = exp.Select(**select.args)
    inner.set("kind", None)
    rows = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(_ROW)))
    select.args = {}
    select.set("expressions", [exp.column(_ROW)])
    select.set("from_", exp.From(this=rows))


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
