"""`UNNEST(a) AS x WITH OFFSET AS o` counts from zero; an array of structs gives their fields."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import plain_call
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call
from ml_api_kit.gcp_accessor.local.bigquery.translation.unnested_elements import STRUCT, elements_of

NODES = (exp.Unnest,)

_GIVEN = "given"

_SCALAR_ARRAYS = (
    "generate_series", "py_int_array", "bq_generate_array", "bq_split", "bq_regexp_extract_all",
    "bq_generate_date_array", "bq_generate_timestamp_array", "bq_json_query_array",
    "bq_json_value_array", "bq_to_code_points",
)  # fmt: skip


def rewrite(node: exp.Expr) -> exp.Expr:
    """The array as a table in FROM, with the columns that BigQuery gives it."""
    if not isinstance(node.parent, (exp.From, exp.Join)):
        return node
    if len(node.expressions) > 1:
        raise unsupported("UNNEST of several arrays")
    array = node.expressions[0]
    alias, offset = _alias(node), node.args.get("offset") or None
    has_fields = _has_fields(node, array, alias)
    array, given = _apart(array)
    is_outer = _is_outer(node.parent)
    shown = _or_one_null(array) if is_outer else array
    values: exp.Expr
    if has_fields:
        depth = exp.PropertyEQ(this=exp.var("max_depth"), expression=exp.Literal.number(2))
        values = call("unnest", shown, depth)
    else:
        values = exp.alias_(call("unnest", shown), alias or "_field_1", quoted=True)
    columns = [values]
    if has_fields and alias:
        columns += _whole_elements(node, alias, offset, shown)
    if offset is not None:
        subscripts = call("generate_subscripts", array.copy(), exp.Literal.number(1))
        index: exp.Expr = exp.Sub(this=subscripts, expression=exp.Literal.number(1))
        index = exp.Case(ifs=[exp.If(this=_is_filled(array), true=index)]) if is_outer else index
        name = offset.name if isinstance(offset, exp.Expr) else "offset"
        columns.append(exp.alias_(index, name, quoted=True))
    table = alias if alias and has_fields else f"unnest_{alias or '_field_1'}"
    return exp.Lateral(
        this=exp.Subquery(this=exp.Select(expressions=columns, from_=given)),
        alias=exp.TableAlias(this=exp.to_identifier(table, quoted=True)),
    )


def _whole_elements(
    node: exp.Expr, alias: str, offset: exp.Expr | bool | None, array: exp.Expr
) -> list[exp.Expr]:
    """The column that `x` means where it is the element itself, if anything asks for it.

    The table of the fields has the offset too, which is kept out of `x.*`, and a row of NULLs where
    the element is NULL.
    """
    select = node.find_ancestor(exp.Select)
    columns = list(select.find_all(exp.Column)) if select is not None else []
    wholes = [c for c in columns if len(c.parts) == 1 and c.name.lower() == alias.lower()]
    whole = f"{alias}@"
    hidden = [whole] * bool(wholes)
    bare = [item for item in select.expressions if isinstance(item, exp.Star)] if select else []
    for star in bare:
        _leave_out(star, hidden)
    if offset is not None:
        hidden.append(offset.name if isinstance(offset, exp.Expr) else "offset")
    for column in columns:
        if column.is_star and column.table.lower() == alias.lower():
            _leave_out(column.this, hidden)
    for column in wholes:
        column.replace(exp.column(whole, table=alias, quoted=True))
    return [exp.alias_(call("unnest", array.copy()), whole, quoted=True)] if wholes else []


def _leave_out(star: exp.Expr, names: list[str]) -> None:
    if names:
        known = star.args.get("except_") or []
        star.set("except_", [*known, *(exp.to_identifier(name, quoted=True) for name in names)])


def _is_outer(join: exp.Expr) -> bool:
    """Whether rows stay whose array is empty; such a join is then made a cross join.

    DuckDB would give the rows of an outer one in another order than they have.
    """
    if not isinstance(join, exp.Join) or not join.side:
        return False
    condition = join.args.get("on")
    if join.side.upper() == "LEFT" and condition in (None, exp.true()):
        join.set("side", None)
        join.set("on", None)
        join.set("kind", "CROSS")
        return True
    if condition is None:
        # BigQuery needs no condition here; without one, sqlglot would write an inner join.
        join.set("on", exp.true())
    return False


def _is_filled(array: exp.Expr) -> exp.Expr:
    return exp.GT(this=call("len", array.copy()), expression=exp.Literal.number(0))


def _or_one_null(array: exp.Expr) -> exp.Expr:
    """The array, or one of a single NULL where it is empty or NULL."""
    null = exp.Array(expressions=[exp.null()])
    return exp.Case(ifs=[exp.If(this=_is_filled(array), true=array.copy())], default=null)


def _apart(array: exp.Expr) -> tuple[exp.Expr, exp.From | None]:
    """The array over columns of a table of its own, and that; None where it is one as it stands.

    DuckDB finds no column of the other side of a join within the arguments of a typed macro.
    """
    if isinstance(array, exp.Column) or array.find(exp.Query):
        return array, None
    found: dict[str, exp.Expr] = {}
    array = array.copy()
    for column in list(array.find_all(exp.Column)):
        name = f"column_{len(found)}"
        name = found.setdefault(column.sql(), exp.alias_(column.copy(), name, quoted=True)).alias
        column.replace(exp.column(name, table=_GIVEN, quoted=True))
    if not found:
        return array, None
    table = exp.Subquery(
        this=exp.Select(expressions=list(found.values())),
        alias=exp.TableAlias(this=exp.to_identifier(_GIVEN, quoted=True)),
    )
    return array, exp.From(this=table)


def _alias(node: exp.Expr) -> str | None:
    alias = node.args.get("alias")
    if alias is None:
        return None
    return str(alias.columns[0].name if alias.columns else alias.name) or None


def _is_scalar_array(array: exp.Expr) -> bool:
    return isinstance(array, exp.Anonymous) and plain_call(array).name.lower() in _SCALAR_ARRAYS


def _has_fields(node: exp.Expr, array: exp.Expr, alias: str | None) -> bool:
    """Whether the elements become their fields, for which they must be structs."""
    if _is_starred(node):
        return _are_structs(node, array)
    if isinstance(array, exp.Array):
        return bool(array.expressions) and isinstance(array.expressions[0], exp.Struct)
    if isinstance(array, exp.Cast):
        return array.to.is_type("array") and bool(array.to.find(exp.ColumnDef))
    if _is_scalar_array(array):
        return False
    if alias is None:
        return True
    select = node.find_ancestor(exp.Select)
    columns = select.find_all(exp.Column) if select is not None else ()
    return any(
        column.table.lower() == alias.lower() and not column.find_ancestor(exp.Unnest)
        for column in columns
    )


def _is_starred(node: exp.Expr) -> bool:
    """Whether a `*` shows the elements; one within EXISTS shows nothing."""
    select = node.find_ancestor(exp.Select)
    if select is None or isinstance(select.parent, exp.Exists):
        return False
    return any(isinstance(item, exp.Star) for item in select.expressions)


def _are_structs(node: exp.Expr, array: exp.Expr) -> bool:
    if (known := elements_of(node)) is not None:
        return known == STRUCT
    if isinstance(array, exp.Array) and array.find(exp.Struct, exp.Tuple, exp.Column) is None:
        return False
    is_struct = isinstance(array, exp.Array) and isinstance(array.expressions[0], exp.Struct)
    if is_struct or _alias(node) is None:
        return True
    raise unsupported("* over UNNEST of a column; name the columns")
