"""ARRAY_AGG, ARRAY_CONCAT_AGG and STRING_AGG."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.clauses import Clauses
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates.pieces import (
    agg,
    kind,
    list_of,
    not_null,
    of_type,
    raw,
    where,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.constant_arguments import check_filled
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import number, text, with_witness


def array_agg(clauses: Clauses) -> exp.Expr:
    """ARRAY_AGG."""
    values = agg("list", *clauses.arguments, clauses=clauses)
    if clauses.has_nulls is False:
        values = where(values, not_null(clauses.arguments[0]))
    values = _first_seen(values, clauses)
    return with_witness(_limited(values, clauses), list_of(clauses.arguments[0]))


def _first_seen(values: exp.Expr, clauses: Clauses) -> exp.Expr:
    """Distinct values in the order in which they were first seen, where no other is asked for."""
    if not clauses.is_distinct or clauses.order is not None:
        return values
    return raw("bq_first_seen", values, agg("list", clauses.arguments[0]))


def _limited(values: exp.Expr, clauses: Clauses) -> exp.Expr:
    if clauses.limit is None:
        return values
    return raw("list_slice", values, number(1), clauses.limit.copy())


def array_concat_agg(clauses: Clauses) -> exp.Expr:
    """ARRAY_CONCAT_AGG."""
    if isinstance(clauses.arguments[0], exp.Null):
        raise invalid_query("The argument to ARRAY_CONCAT_AGG must be an array type but was NULL")
    lists = where(agg("list", *clauses.arguments, clauses=clauses), not_null(clauses.arguments[0]))
    return with_witness(raw("flatten", _limited(lists, clauses)), clauses.arguments[0].copy())


def string_agg(clauses: Clauses) -> exp.Expr:
    """STRING_AGG."""
    value = clauses.arguments[0]
    if isinstance(value, exp.Null):
        value = of_type("VARCHAR")
    separator = clauses.arguments[1] if len(clauses.arguments) > 1 else text(",")
    check_filled(separator, "Argument 2 to STRING_AGG")
    clauses = replace(clauses, arguments=(value,))
    values = where(agg("list", value, clauses=clauses), not_null(value))
    values = _limited(_first_seen(values, clauses), clauses)
    joined = raw("bq_join_list", kind(value), values, separator.copy())
    return with_witness(joined, value.copy())
