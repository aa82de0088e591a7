"""`UNNEST(a) AS x WITH OFFSET AS o` counts from zero; an array of structs gives their fields."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call

NODES = (exp.Unnest,)

_SCALAR_ARRAYS = ("generate_series", "string_split", "regexp_extract_all")


def rewrite(node: exp.Expr) -> exp.Expr:
    """The array as a table in FROM, with the columns that BigQuery gives it."""
    if not isinstance(node.parent, (exp.From, exp.Join)):
        return node
    array = node.expressions[0]
    if isinstance(node.parent, exp.Join) and node.parent.side and not node.parent.args.get("on"):
        # BigQuery needs no condition here; without one, sqlglot would write an inner join.
        node.parent.set("on", exp.true())
    column, offset = _column(node), node.args.get("offset") or None
    if _is_struct_array(array):
        if offset is not None:
            raise unsupported("WITH OFFSET over a constant array of structs")
        depth = exp.PropertyEQ(this=exp.var("max_depth"), expression=exp.Literal.number(2))
        unnested = call("unnest", array, depth)
        return exp.Subquery(
            this=exp.Select(expressions=[unnested]),
            alias=exp.TableAlias(this=exp.to_identifier(column, quoted=True)),
        )
    _refuse_star(node)
    values = exp.alias_(call("unnest", array), column, quoted=True)
    columns = [values]
    if offset is not None:
        subscripts = call("generate_subscripts", array.copy(), exp.Literal.number(1))
        index = exp.Sub(this=subscripts, expression=exp.Literal.number(1))
        columns.append(exp.alias_(index, offset.name, quoted=True))
    return exp.Lateral(
        this=exp.Subquery(this=exp.Select(expressions=columns)),
        alias=exp.TableAlias(this=exp.to_identifier(f"unnest_{column}", quoted=True)),
    )


def _column(node: exp.Expr) -> str:
    alias = node.args.get("alias")
    if alias is None:
        return "f0_"
    return str(alias.columns[0].name if alias.columns else alias.name)


def _is_struct_array(array: exp.Expr) -> bool:
    if not isinstance(array, exp.Array) or not array.expressions:
        return False
    return all(isinstance(item, exp.Struct) for item in array.expressions)


def _refuse_star(node: exp.Expr) -> None:
    # Whether `*` gives one column or the fields of a struct depends on what the array holds.
    select = node.find_ancestor(exp.Select)
    array = node.expressions[0]
    is_plain = array.name in _SCALAR_ARRAYS if isinstance(array, exp.Anonymous) else False
    if isinstance(array, exp.Array):
        is_plain = array.find(exp.Struct, exp.Tuple, exp.Column) is None
    if select is not None and not is_plain and any(item.is_star for item in select.expressions):
        raise unsupported("* over UNNEST of a column; name the columns")
