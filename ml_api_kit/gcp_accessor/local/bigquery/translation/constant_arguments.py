"""Arguments that BigQuery takes as constants alone, such as the number of groups of NTILE."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query


def check_filled(value: exp.Expr, what: str) -> None:
    """Nothing, when the argument is not written as NULL.

    Raises BigQueryError: when it is.
    """
    if _is_null(value.unnest()):
        raise invalid_query(f"{what} must be non-NULL")


def check_at_least_one(value: exp.Expr, what: str) -> None:
    """Nothing, when the argument is no constant below one, and not NULL.

    Raises BigQueryError: when it is.
    """
    check_filled(value, what)
    number = constant_number(value)
    if number is not None and number < 1:
        raise invalid_query(f"{what} must be at least 1")


def constant_number(value: exp.Expr) -> int | None:
    """The whole number that is written there, in parentheses or not; None for anything else."""
    spelled = value.unnest().meta.get("number")
    return int(spelled) if spelled is not None and value.unnest().meta.get("is_whole") else None


def _is_null(value: exp.Expr) -> bool:
    if isinstance(value, exp.Anonymous) and value.name.lower().startswith("bq_cast_"):
        value = value.expressions[0]
    return isinstance(value.this if isinstance(value, exp.Cast) else value, exp.Null)
