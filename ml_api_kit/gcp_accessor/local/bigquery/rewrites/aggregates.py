"""Aggregate functions, each as an expression over DuckDB's aggregates.

No file of its own calls this by node: `calls.py` finds an aggregate by its BigQuery name. A DuckDB
aggregate within the expression is marked, so that `windows.py` can give each its OVER.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import (
    call,
    cast,
    has_aggregate,
    number,
    text,
    with_witness,
    witness,
)

NODES: tuple[type[exp.Expr], ...] = ()


@dataclass(frozen=True, slots=True)
class Clauses:
    """What stands in the parentheses of an aggregate's call."""

    arguments: tuple[exp.Expr, ...]
    order: exp.Order | None = None
    limit: exp.Expr | None = None
    is_distinct: bool = False
    has_nulls: bool | None = None
    having: exp.HavingMax | None = None


Build = Callable[[Clauses], exp.Expr]


def aggregate(name: str, node: exp.Expr, arguments: list[exp.Expr]) -> exp.Expr:
    """The expression for a call of the aggregate function of this name.

    Raises BigQueryError: when the call has a clause that is not supported with it.
    """
    clauses = _clauses(arguments)
    build, allowed = _AGGREGATES[name]
    if clauses.is_distinct and "distinct" not in allowed:
        raise unsupported(f"DISTINCT in {name}")
    if (clauses.order is not None or clauses.limit is not None) and "order" not in allowed:
        raise unsupported(f"ORDER BY or LIMIT in {name}")
    if clauses.has_nulls is not None and "nulls" not in allowed:
        raise unsupported(f"IGNORE NULLS or RESPECT NULLS in {name}")
    if clauses.having is not None and "having" not in allowed:
        raise unsupported(f"HAVING in {name}")
    if isinstance(node.parent, exp.Window) and clauses.is_distinct and clauses.order is not None:
        raise unsupported(f"DISTINCT with ORDER BY in {name} OVER")
    result = build(clauses)
    if result.meta.get("witness") is None:
        raise AssertionError(f"{name} has no witness")
    return result


def _clauses(arguments: list[exp.Expr]) -> Clauses:
    # The tree hangs ORDER BY on the last argument, DISTINCT on all before.
    found = Clauses(())
    plain: list[exp.Expr] = []
    for argument in arguments:
        value = argument
        while True:
            if isinstance(value, exp.Limit):
                found = replace(found, limit=value.expression)
            elif isinstance(value, exp.Order):
                found = replace(found, order=exp.Order(expressions=value.expressions))
            elif isinstance(value, (exp.IgnoreNulls, exp.RespectNulls)):
                found = replace(found, has_nulls=isinstance(value, exp.RespectNulls))
            elif isinstance(value, exp.HavingMax):
                found = replace(found, having=value)
            elif isinstance(value, exp.Distinct):
                found = replace(found, is_distinct=True)
                plain.extend(value.expressions)
                break
            else:
                plain.append(value)
                break
            value = value.this
    return replace(found, arguments=tuple(plain))


def _agg(function: str, *arguments: exp.Expr, clauses: Clauses | None = None) -> exp.Expr:
    """DuckDB's aggregate with DISTINCT and ORDER BY as in the clauses, marked as an aggregate."""
    values: list[exp.Expr] = [argument.copy() for argument in arguments]
    if clauses is not None and clauses.is_distinct:
        values = [exp.Distinct(expressions=values)]
    if clauses is not None and clauses.order is not None:
        values[-1] = exp.Order(this=values[-1], expressions=clauses.order.copy().expressions)
    return _marked(_raw(function, *values))


def _raw(function: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=function, expressions=list(arguments))


def _of_type(duckdb_type: str) -> exp.Expr:
    return cast(exp.null(), duckdb_type)


def _list_of(value: exp.Expr) -> exp.Expr:
    return exp.Array(expressions=[value.copy()])


def _kind(value: exp.Expr) -> exp.Expr:
    """What a macro takes the type of the value from."""
    return witness(value) if has_aggregate(value) else value.copy()


def _marked(node: exp.Expr) -> exp.Expr:
    node.meta["is_aggregate"] = True
    return node


def _where(aggregate_call: exp.Expr, condition: exp.Expr) -> exp.Expr:
    aggregate_call.meta.pop("is_aggregate", None)
    return _marked(exp.Filter(this=aggregate_call, expression=exp.Where(this=condition)))


def _not_null(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))


def _plain(function: str, duckdb_type: str = "") -> Build:
    def build(clauses: Clauses) -> exp.Expr:
        other = _of_type(duckdb_type) if duckdb_type else clauses.arguments[0].copy()
        return with_witness(_agg(function, *clauses.arguments, clauses=clauses), other)

    return build


def _floats(function: str) -> Build:
    """An aggregate that BigQuery computes in FLOAT64."""

    def build(clauses: Clauses) -> exp.Expr:
        values = [call("bq_finite_argument", a.copy()) for a in clauses.arguments]
        return with_witness(_agg(function, *values, clauses=clauses), _of_type("DOUBLE"))

    return build


def _corr(clauses: Clauses) -> exp.Expr:
    # Of one pair BigQuery's answer is NULL, DuckDB's NaN.
    values = [call("bq_finite_argument", a.copy()) for a in clauses.arguments]
    pairs = _agg("regr_count", *values)
    is_one = exp.LT(this=pairs, expression=number(2))
    corr = exp.Case(ifs=[exp.If(this=is_one, true=exp.null())], default=_agg("corr", *values))
    return with_witness(corr, _of_type("DOUBLE"))


def _count(clauses: Clauses) -> exp.Expr:
    if len(clauses.arguments) != 1:
        raise unsupported("COUNT of several values")
    value = clauses.arguments[0]
    is_star = isinstance(value, exp.Star)
    counted = _agg("count", value, clauses=None if is_star else clauses)
    return with_witness(counted, _of_type("BIGINT"))


def _count_if(clauses: Clauses) -> exp.Expr:
    # DuckDB's COUNT_IF answers NULL over nothing.
    condition = call("bq_condition", clauses.arguments[0])
    counted = exp.Case(ifs=[exp.If(this=condition, true=exp.true())])
    return with_witness(_agg("count", counted, clauses=clauses), _of_type("BIGINT"))


def _sum(clauses: Clauses) -> exp.Expr:
    value = call("bq_summable", *[a.copy() for a in clauses.arguments])
    total = _raw("bq_sum", _kind(value), _agg("sum", value, clauses=clauses))
    return with_witness(total, value)


def _avg(clauses: Clauses) -> exp.Expr:
    value = call("bq_summable", *[a.copy() for a in clauses.arguments])
    total, count = _agg("sum", value, clauses=clauses), _agg("count", value, clauses=clauses)
    average = _raw("bq_average", _kind(value), total, count)
    return with_witness(average, call("bq_divide", value.copy(), cast(number(1), "BIGINT")))


def _extreme(function: str) -> Build:
    def build(clauses: Clauses) -> exp.Expr:
        value = clauses.arguments[0]
        has_nan = _agg("bool_or", call("bq_has_nan", value.copy()))
        extreme = _agg(function, call("bq_ordered_value", value.copy()))
        result = _raw("bq_extreme", _kind(value), extreme, has_nan)
        return with_witness(result, value.copy())

    return build


def _any_value(clauses: Clauses) -> exp.Expr:
    value = clauses.arguments[0]
    if clauses.having is None:
        return with_witness(_agg("any_value", value), value.copy())
    is_greatest = clauses.having.args.get("max")
    key = _sort_value(clauses.having.expression, f"HAVING {'MAX' if is_greatest else 'MIN'}")
    function = "arg_max_null" if is_greatest else "arg_min_null"
    return with_witness(_agg(function, value, key), value.copy())


def _sort_value(value: exp.Expr, place: str) -> exp.Expr:
    """The value as what DuckDB orders as BigQuery does; NaN is refused in the place."""
    return call("bq_no_nan_in", call("bq_ordered_value", value.copy()), text(place))


def _array_agg(clauses: Clauses) -> exp.Expr:
    values = _agg("list", *clauses.arguments, clauses=clauses)
    if clauses.has_nulls is False:
        values = _where(values, _not_null(clauses.arguments[0]))
    return with_witness(_limited(values, clauses), _list_of(clauses.arguments[0]))


def _limited(values: exp.Expr, clauses: Clauses) -> exp.Expr:
    if clauses.limit is None:
        return values
    return _raw("list_slice", values, number(1), clauses.limit.copy())


def _array_concat_agg(clauses: Clauses) -> exp.Expr:
    lists = _where(
        _agg("list", *clauses.arguments, clauses=clauses), _not_null(clauses.arguments[0])
    )
    return with_witness(_raw("flatten", _limited(lists, clauses)), clauses.arguments[0].copy())


def _string_agg(clauses: Clauses) -> exp.Expr:
    value = clauses.arguments[0]
    separator = clauses.arguments[1] if len(clauses.arguments) > 1 else text(",")
    clauses = replace(clauses, arguments=(value,))
    values = _where(_agg("list", value, clauses=clauses), _not_null(value))
    joined = _raw("bq_join_list", _kind(value), _limited(values, clauses), separator.copy())
    return with_witness(joined, value.copy())


def _quantiles(clauses: Clauses) -> exp.Expr:
    value, parts = clauses.arguments
    keys = [call("bq_order_key", value.copy()), value.copy()]
    ordered = exp.Order(expressions=[exp.Ordered(this=key, nulls_first=True) for key in keys])
    values = _agg("list", value, clauses=replace(clauses, order=ordered))
    if not clauses.has_nulls:
        values = _where(values, _not_null(value))
    return with_witness(_raw("bq_quantiles", values, parts.copy()), _list_of(value))


def _top_count(clauses: Clauses) -> exp.Expr:
    value, limit = clauses.arguments
    nulls = exp.Sub(this=_agg("count", exp.Star()), expression=_agg("count", value))
    top = _raw("bq_top_count", _agg("histogram", value), nulls, limit.copy())
    return with_witness(top, _list_of(_pair(value, cast(number(1), "BIGINT"), "count")))


def _top_sum(clauses: Clauses) -> exp.Expr:
    value, weight, limit = clauses.arguments
    pair = _pair(value, weight, "sum")
    top = _raw("bq_top_sum", _agg("list", pair), limit.copy())
    return with_witness(top, _list_of(pair))


def _pair(value: exp.Expr, amount: exp.Expr, name: str) -> exp.Expr:
    fields = {"value": value, name: amount}
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(field, quoted=True), expression=item.copy())
            for field, item in fields.items()
        ]
    )


def _by(name: str, function: str) -> Build:
    def build(clauses: Clauses) -> exp.Expr:
        value, key = clauses.arguments
        return with_witness(_agg(function, value, _sort_value(key, name)), value.copy())

    return build


def _percentile(name: str, function: str) -> Build:
    def build(clauses: Clauses) -> exp.Expr:
        if clauses.has_nulls:
            raise unsupported(f"RESPECT NULLS in {name}")
        value, fraction = clauses.arguments
        if fraction.name.lower().endswith("numeric"):
            raise unsupported(f"{name} by a {fraction.name[8:].upper()}")
        if name == "PERCENTILE_CONT":
            value = call("bq_float64_argument", value.copy())
        ordered = call("bq_no_nan_in", value.copy(), text(name))
        return with_witness(_agg(function, ordered, fraction), value.copy())

    return build


def _hll_init(clauses: Clauses) -> exp.Expr:
    value = clauses.arguments[0]
    if len(clauses.arguments) > 1:
        precision = clauses.arguments[1].meta.get("number")
        if precision is None or not 10 <= int(precision) <= 24:
            raise invalid_query("Argument 2 to HLL_COUNT.INIT must be between 10 and 24")
    values = _where(_agg("list", exp.Distinct(expressions=[value.copy()])), _not_null(value))
    return with_witness(_raw("bq_sketch", values), _of_type("BLOB"))


def _hll_merge(function: str, duckdb_type: str) -> Build:
    return lambda clauses: with_witness(
        _raw(function, _agg("list", *clauses.arguments)), _of_type(duckdb_type)
    )


_AGGREGATES: dict[str, tuple[Build, str]] = {
    "ANY_VALUE": (_any_value, "distinct having"),
    "APPROX_COUNT_DISTINCT": (lambda c: _count(replace(c, is_distinct=True)), ""),
    "APPROX_QUANTILES": (_quantiles, "distinct nulls"),
    "APPROX_TOP_COUNT": (_top_count, ""),
    "APPROX_TOP_SUM": (_top_sum, ""),
    "ARRAY_AGG": (_array_agg, "distinct order nulls"),
    "ARRAY_CONCAT_AGG": (_array_concat_agg, "order"),
    "AVG": (_avg, "distinct"),
    "BIT_AND": (_plain("bit_and"), "distinct"),
    "BIT_OR": (_plain("bit_or"), "distinct"),
    "BIT_XOR": (_plain("bit_xor"), "distinct"),
    "CORR": (_corr, ""),
    "COUNT": (_count, "distinct"),
    "COUNTIF": (_count_if, "distinct"),
    "COVAR_POP": (_floats("covar_pop"), ""),
    "COVAR_SAMP": (_floats("covar_samp"), ""),
    "GROUPING": (_plain("grouping", "BIGINT"), ""),
    "HLL_COUNT.INIT": (_hll_init, ""),
    "HLL_COUNT.MERGE": (_hll_merge("bq_sketch_merge_count", "BIGINT"), ""),
    "HLL_COUNT.MERGE_PARTIAL": (_hll_merge("bq_sketch_merge", "BLOB"), ""),
    "LOGICAL_AND": (_plain("bool_and"), "distinct"),
    "LOGICAL_OR": (_plain("bool_or"), "distinct"),
    "MAX": (_extreme("max"), "distinct"),
    "MAX_BY": (_by("MAX_BY", "arg_max_null"), ""),
    "MIN": (_extreme("min"), "distinct"),
    "MIN_BY": (_by("MIN_BY", "arg_min_null"), ""),
    "PERCENTILE_CONT": (_percentile("PERCENTILE_CONT", "quantile_cont"), "nulls"),
    "PERCENTILE_DISC": (_percentile("PERCENTILE_DISC", "quantile_disc"), "nulls"),
    "STDDEV": (_floats("stddev_samp"), "distinct"),
    "STDDEV_POP": (_floats("stddev_pop"), "distinct"),
    "STDDEV_SAMP": (_floats("stddev_samp"), "distinct"),
    "STRING_AGG": (_string_agg, "distinct order"),
    "SUM": (_sum, "distinct"),
    "VARIANCE": (_floats("var_samp"), "distinct"),
    "VAR_POP": (_floats("var_pop"), "distinct"),
    "VAR_SAMP": (_floats("var_samp"), "distinct"),
}

NAMES = frozenset(_AGGREGATES)
