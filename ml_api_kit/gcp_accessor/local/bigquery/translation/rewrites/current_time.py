"""`CURRENT_DATE` and its like without parentheses."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call

_MACROS: dict[type[exp.Expr], str] = {
    exp.CurrentDate: "bq_current_date",
    exp.CurrentDatetime: "bq_current_datetime",
    exp.CurrentTime: "bq_current_time",
    exp.CurrentTimestamp: "bq_current_timestamp",
}

NODES = tuple(_MACROS)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro."""
    return call(_MACROS[type(node)], *([node.this] if node.this is not None else []))
