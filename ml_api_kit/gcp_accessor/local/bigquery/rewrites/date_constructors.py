"""DATE(y, m, d), TIMESTAMP(x), DATETIME(x), TIMESTAMP_SECONDS(n), CURRENT_DATETIME()."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast, number

NODES = (
    exp.DateFromParts,
    exp.Timestamp,
    exp.TsOrDsToDatetime,
    exp.UnixToTime,
    exp.CurrentDatetime,
    exp.CurrentTimestamp,
)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The moment in the type that BigQuery gives it."""
    if isinstance(node, exp.DateFromParts):
        parts = [node.args[name] for name in ("year", "month", "day")]
        return call("make_date", *[cast(part, "BIGINT") for part in parts])
    if isinstance(node, exp.Timestamp):
        return call("bq_cast_timestamp", node.this)
    if isinstance(node, exp.TsOrDsToDatetime):
        return (
            node if isinstance(node.parent, exp.TimeToStr) else call("bq_cast_datetime", node.this)
        )
    if isinstance(node, exp.UnixToTime):
        return _from_unix(node)
    return cast(
        call("now"), "TIMESTAMP" if isinstance(node, exp.CurrentDatetime) else "TIMESTAMPTZ"
    )


def _from_unix(node: exp.Expr) -> exp.Expr:
    scale = node.args.get("scale")
    digits = 0 if scale is None else int(str(scale.this))
    if digits not in (0, 3, 6):
        raise unsupported("a timestamp of this scale")
    micros = exp.Mul(
        this=exp.Paren(this=node.this), expression=cast(number(10 ** (6 - digits)), "BIGINT")
    )
    return call("make_timestamptz", micros)
