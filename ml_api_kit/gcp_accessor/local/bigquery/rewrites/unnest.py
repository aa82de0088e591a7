"""`UNNEST(a) AS x WITH OFFSET AS o` counts from zero; an array of structs gives their fields."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call

NODES = (exp.Unnest,)

_SCALAR_ARRAYS = (
    "generate_series", "py_int_array", "bq_generate_array", "bq_split", "bq_regexp_extract_all",
    "bq_generate_date_array", "bq_generate_timestamp_array", "bq_json_query_array",
    "bq_json_value_array", "bq_to_code_points",
)  # fmt: skip


def rewrite(node: exp.Expr) -> exp.Expr:
    """The array as a table in FROM, with the columns that BigQuery gives it."""
    if not isinstance(node.parent, (exp.From, exp.Join)):
        return node
    array = node.expressions[0]
    if isinstance(node.parent, exp.Join) and node.parent.side and not node.parent.args.get("on"):
        # BigQuery needs no condition here; without one, sqlglot would write an inner join.
        node.parent.set("on", exp.true())
    alias, offset = _alias(node), node.args.get("offset") or None
    has_fields = _has_fields(node, array, alias)
    if not has_fields:
        _refuse_star(node)
    values: exp.Expr
    if has_fields:
        depth = exp.PropertyEQ(this=exp.var("max_depth"), expression=exp.Literal.number(2))
        values = call("unnest", array, depth)
    else:
        values = exp.alias_(call("unnest", array), alias or "f0_", quoted=True)
    columns = [values]
    if offset is not None:
        subscripts = call("generate_subscripts", array.copy(), exp.Literal.number(1))
        index = exp.Sub(this=subscripts, expression=exp.Literal.number(1))
        name = offset.name if isinstance(offset, exp.Expr) else "offset"
        columns.append(exp.alias_(index, name, quoted=True))
    table = alias if alias and has_fields else f"unnest_{alias or 'f0_'}"
    return exp.Lateral(
        this=exp.Subquery(this=exp.Select(expressions=columns)),
        alias=exp.TableAlias(this=exp.to_identifier(table, quoted=True)),
    )


def _alias(node: exp.Expr) -> str | None:
    alias = node.args.get("alias")
    if alias is None:
        return None
    return str(alias.columns[0].name if alias.columns else alias.name) or None


def _has_fields(node: exp.Expr, array: exp.Expr, alias: str | None) -> bool:
    """Whether the elements are structs, as far as the statement says."""
    if isinstance(array, exp.Array):
        return bool(array.expressions) and isinstance(array.expressions[0], exp.Struct)
    if isinstance(array, exp.Cast):
        return array.to.is_type("array") and bool(array.to.find(exp.ColumnDef))
    if isinstance(array, exp.Anonymous) and array.name.lower() in _SCALAR_ARRAYS:
        return False
    if alias is None:
        return True
    select = node.find_ancestor(exp.Select)
    columns = select.find_all(exp.Column) if select is not None else ()
    return any(
        column.table.lower() == alias.lower() and not column.find_ancestor(exp.Unnest)
        for column in columns
    )


def _refuse_star(node: exp.Expr) -> None:
    # Whether `*` gives one column or the fields of a struct depends on what the array holds.
    select = node.find_ancestor(exp.Select)
    array = node.expressions[0]
    is_plain = array.name.lower() in _SCALAR_ARRAYS if isinstance(array, exp.Anonymous) else False
    if isinstance(array, exp.Array):
        is_plain = array.find(exp.Struct, exp.Tuple, exp.Column) is None
    if select is not None and not is_plain and any(item.is_star for item in select.expressions):
        raise unsupported("* over UNNEST of a column; name the columns")
