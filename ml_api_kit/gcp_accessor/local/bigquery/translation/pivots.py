"""`t PIVOT(SUM(v) FOR k IN ('a'))` as a query with a column for each aggregate of each value."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import NAMES as AGGREGATES

# A NULL in place of a value would count for these, or they have no value to put it in the place of.
_OF_NULLS = ("APPROX_TOP_COUNT", "APPROX_TOP_SUM", "GROUPING", "MAX_BY", "MIN_BY")
_VOLATILE = ("GENERATE_UUID", "RAND")
_CLAUSES = (exp.Order, exp.Limit, exp.IgnoreNulls, exp.RespectNulls, exp.HavingMax)
# What leads a number or a date where nothing else does.
_LEAD = "\0"
_WHOLE = (exp.DataType.Type.DATE, exp.DataType.Type.DECIMAL, exp.DataType.Type.BIGDECIMAL)


def pivoted(table: exp.Expr, pivot: exp.Expr) -> exp.Select:
    """The query of the table's rows, grouped by all columns that the clause does not name.

    Raises BigQueryError: when it is not supported, or a column would have no name.
    """
    fields = pivot.args["fields"]
    if len(fields) != 1 or not isinstance(fields[0], exp.In):
        raise unsupported("a PIVOT of this form")
    key = fields[0].this
    used = [column.name for part in (key, *pivot.expressions) for column in _columns(part)]
    columns = [
        exp.alias_(_where(aggregate, key, constant), name, quoted=True)
        for constant, spelled in _values(fields[0])
        for aggregate, name in _named(pivot.expressions, spelled)
    ]
    star = exp.Star(except_=[exp.to_identifier(name) for name in dict.fromkeys(used)])
    source = exp.From(this=without_pivots(table))
    return exp.Select(expressions=[star, *columns], from_=source, group=exp.Group(all=True))


def without_pivots(table: exp.Expr) -> exp.Expr:
    """The table alone."""
    copied = table.copy()
    copied.set("pivots", None)
    return copied


def _columns(part: exp.Expr) -> list[exp.Column]:
    return list(part.find_all(exp.Column))


def _values(choice: exp.In) -> Iterator[tuple[exp.Expr, str]]:
    """The values, each with its alias or what stands for it in the names of columns."""
    for value in choice.expressions:
        is_named = isinstance(value, (exp.PivotAlias, exp.Alias))
        yield (value.this, value.args["alias"].name) if is_named else (value, _spelled(value))


def _named(aggregates: list[exp.Expr], spelled: str) -> Iterator[tuple[exp.Expr, str]]:
    for aggregate in aggregates:
        if isinstance(aggregate, exp.Alias):
            yield aggregate.this, f"{aggregate.alias}_{spelled.removeprefix(_LEAD)}"
        elif len(aggregates) > 1:
            raise invalid_query(
                "PIVOT expression must specify an alias unless it is the only pivot expression in "
                "the PIVOT clause"
            )
        else:
            yield aggregate, spelled.replace(_LEAD, "_")


def _spelled(value: exp.Expr) -> str:
    if isinstance(value, exp.Null):
        return "NULL"
    if isinstance(value, exp.Boolean):
        return value.sql("bigquery").lower()
    if isinstance(value, exp.Cast) and value.to.this in _WHOLE:
        return _of_number(value.this.name.replace("/", "-"), is_date=value.to.this is _WHOLE[0])
    sign = "-" if isinstance(value, exp.Neg) else ""
    number = value.this if sign else value
    if not isinstance(number, exp.Literal):
        raise unsupported("PIVOT over a value that has no alias")
    if number.is_string:
        return number.name
    if not number.name.isdecimal():
        raise invalid_query("PIVOT values of type FLOAT64 must specify an alias")
    return _of_number(sign + number.name, is_date=False)


def _of_number(text: str, *, is_date: bool) -> str:
    if is_date:
        return _LEAD + text.replace("-", "_")
    named = text.replace("-", "minus_").replace(".", "_point_")
    return named if text.startswith("-") else _LEAD + named


def _where(aggregate: exp.Expr, key: exp.Expr, constant: exp.Expr) -> exp.Expr:
    """The aggregate over the rows in which the key is the constant."""
    name = str(aggregate.this).upper() if isinstance(aggregate, exp.Anonymous) else ""
    if name not in AGGREGATES or not aggregate.expressions:
        raise invalid_query("PIVOT expression must be an aggregate function call")
    is_same: exp.Expr = exp.EQ(this=key.copy(), expression=constant.copy())
    if isinstance(constant, exp.Null):
        is_same = exp.Is(this=key.copy(), expression=exp.null())
    if isinstance(aggregate.expressions[0], exp.Star):
        return exp.Anonymous(this="COUNTIF", expressions=[is_same])
    if aggregate.find(exp.Query) is not None or any(
        part.name.upper() in _VOLATILE for part in aggregate.find_all(exp.Anonymous)
    ):
        raise unsupported("PIVOT of a subquery, or of a value that differs each time")
    keeps_nulls = name == "ARRAY_AGG" and aggregate.find(exp.IgnoreNulls) is None
    if name in _OF_NULLS or keeps_nulls:
        raise unsupported(f"PIVOT of {name}")
    copied = aggregate.copy()
    value = _first_value(copied)
    value.replace(exp.If(this=is_same, true=value.copy(), false=exp.null()))
    return copied


def _first_value(aggregate: exp.Expr) -> exp.Expr:
    """The first argument, without the clauses that the tree hangs around it."""
    value: exp.Expr = aggregate.expressions[0]
    while isinstance(value, (*_CLAUSES, exp.Distinct)):
        value = value.expressions[0] if isinstance(value, exp.Distinct) else value.this
    return value
