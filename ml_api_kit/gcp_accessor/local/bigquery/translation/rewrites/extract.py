"""`EXTRACT(part FROM x AT TIME ZONE z)`: a macro for each part, chosen by the type of `x`."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, text
from ml_api_kit.gcp_accessor.local.bigquery.translation.rewrites.calls import date_part

NODES = (exp.Extract, exp.AtTimeZone)

_NUMBERS = [
    "DATE",
    "TIME",
    "DATETIME",
    "MICROSECOND",
    "MILLISECOND",
    "SECOND",
    "MINUTE",
    "HOUR",
    "DAYOFWEEK",
    "DAY",
    "DAYOFYEAR",
    "WEEK",
    "ISOWEEK",
    "MONTH",
    "QUARTER",
    "YEAR",
    "ISOYEAR",
]


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call of the macro of the part."""
    if isinstance(node, exp.AtTimeZone):
        if not isinstance(node.parent, (exp.Extract, exp.Cast, exp.TryCast)):
            raise unsupported("AT TIME ZONE outside of EXTRACT and CAST")
        return node
    part = date_part(node.this)
    value = node.expression
    if isinstance(value, exp.AtTimeZone):
        value = call("bq_datetime", value.this.copy(), value.args["zone"].copy())
    if part.startswith("WEEK("):
        return call("bq_extract_week", value, text(part))
    if part not in _NUMBERS:
        raise unsupported(f"EXTRACT({part})")
    return call(f"bq_extract_{part.lower()}", value)
