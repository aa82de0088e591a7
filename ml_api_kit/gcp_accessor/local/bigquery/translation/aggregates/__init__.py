"""Aggregate functions, each as an expression over DuckDB's aggregates.

`rewrites/calls.py` finds an aggregate by its BigQuery name; what each is made of is in the file of
its kind.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.approximate import (
    hll_init,
    hll_merge,
    quantiles,
    top_count,
    top_sum,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.choices import (
    any_value,
    by_greatest,
    extreme,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.clauses import (
    Build,
    read_clauses,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.lists import (
    array_agg,
    array_concat_agg,
    string_agg,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.pieces import plain
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.statistics import (
    percentile,
    relation,
    spread,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.totals import (
    average,
    count,
    count_if,
    total,
)


def aggregate(name: str, node: exp.Expr, arguments: list[exp.Expr]) -> exp.Expr:
    """The expression for a call of the aggregate function of this name.

    Raises BigQueryError: when the call has a clause that is not supported with it.
    """
    clauses = read_clauses(arguments)
    build, allowed = _AGGREGATES[name]
    if len(clauses.arguments) not in _ARGUMENT_COUNTS.get(name, (1,)):
        raise invalid_query(f"No matching signature for aggregate function {name}")
    if clauses.is_distinct and "distinct" not in allowed:
        raise unsupported(f"DISTINCT in {name}")
    if (clauses.order is not None or clauses.limit is not None) and "order" not in allowed:
        raise unsupported(f"ORDER BY or LIMIT in {name}")
    if clauses.has_nulls is not None and "nulls" not in allowed:
        raise unsupported(f"IGNORE NULLS or RESPECT NULLS in {name}")
    if clauses.having is not None and "having" not in allowed:
        raise unsupported(f"HAVING in {name}")
    if clauses.having is not None and clauses.is_distinct and name != "ANY_VALUE":
        raise unsupported(f"DISTINCT with HAVING in {name}")
    if isinstance(node.parent, exp.Window) and clauses.is_distinct and clauses.order is not None:
        raise unsupported(f"DISTINCT with ORDER BY in {name} OVER")
    result = build(clauses)
    if result.meta.get("witness") is None:
        raise AssertionError(f"{name} has no witness")
    return result


_AGGREGATES: dict[str, tuple[Build, str]] = {
    "ANY_VALUE": (any_value, "distinct having"),
    "APPROX_COUNT_DISTINCT": (lambda c: count(replace(c, is_distinct=True)), ""),
    "APPROX_QUANTILES": (quantiles, "distinct nulls"),
    "APPROX_TOP_COUNT": (top_count, ""),
    "APPROX_TOP_SUM": (top_sum, ""),
    "ARRAY_AGG": (array_agg, "distinct order nulls"),
    "ARRAY_CONCAT_AGG": (array_concat_agg, "order"),
    "AVG": (average, "distinct having"),
    "BIT_AND": (plain("bit_and"), "distinct"),
    "BIT_OR": (plain("bit_or"), "distinct"),
    "BIT_XOR": (plain("bit_xor"), "distinct"),
    "CORR": (relation("corr"), ""),
    "COUNT": (count, "distinct having"),
    "COUNTIF": (count_if, "distinct"),
    "COVAR_POP": (relation("covar_pop"), ""),
    "COVAR_SAMP": (relation("covar_samp"), ""),
    "GROUPING": (plain("grouping", "BIGINT"), ""),
    "HLL_COUNT.INIT": (hll_init, ""),
    "HLL_COUNT.MERGE": (hll_merge("bq_sketch_merge_count", "BIGINT"), ""),
    "HLL_COUNT.MERGE_PARTIAL": (hll_merge("bq_sketch_merge", "BLOB"), ""),
    "LOGICAL_AND": (plain("bool_and"), "distinct"),
    "LOGICAL_OR": (plain("bool_or"), "distinct"),
    "MAX": (extreme("max"), "distinct"),
    "MAX_BY": (by_greatest("MAX_BY", "arg_max_null"), ""),
    "MIN": (extreme("min"), "distinct"),
    "MIN_BY": (by_greatest("MIN_BY", "arg_min_null"), ""),
    "PERCENTILE_CONT": (percentile("PERCENTILE_CONT", "quantile_cont"), "nulls"),
    "PERCENTILE_DISC": (percentile("PERCENTILE_DISC", "quantile_disc"), "nulls"),
    "STDDEV": (spread("stddev_samp"), "distinct"),
    "STDDEV_POP": (spread("stddev_pop"), "distinct"),
    "STDDEV_SAMP": (spread("stddev_samp"), "distinct"),
    "STRING_AGG": (string_agg, "distinct order"),
    "SUM": (total, "distinct having"),
    "VARIANCE": (spread("var_samp"), "distinct"),
    "VAR_POP": (spread("var_pop"), "distinct"),
    "VAR_SAMP": (spread("var_samp"), "distinct"),
}

_ARGUMENT_COUNTS = {
    "APPROX_QUANTILES": (2,), "APPROX_TOP_COUNT": (2,), "APPROX_TOP_SUM": (3,), "CORR": (2,),
    "COVAR_POP": (2,), "COVAR_SAMP": (2,), "HLL_COUNT.INIT": (1, 2), "MAX_BY": (2,),
    "MIN_BY": (2,), "PERCENTILE_CONT": (2,), "PERCENTILE_DISC": (2,), "STRING_AGG": (1, 2),
}  # fmt: skip
"""How many arguments those have that do not have one."""

NAMES = frozenset(_AGGREGATES)
