"""DATE_ADD, TIMESTAMP_SUB and their like: the answer has the type of the argument."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast, literal_text, text

_KINDS: dict[type[exp.Expr], tuple[str, str, bool]] = {
    exp.DateAdd: ("date", "DATE", False),
    exp.DateSub: ("date", "DATE", True),
    exp.TimestampAdd: ("timestamp", "TIMESTAMPTZ", False),
    exp.TimestampSub: ("timestamp", "TIMESTAMPTZ", True),
    exp.DatetimeAdd: ("datetime", "TIMESTAMP", False),
    exp.DatetimeSub: ("datetime", "TIMESTAMP", True),
}
NODES = tuple(_KINDS)

_CLOCK_UNITS = ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY")
_CALENDAR_UNITS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_UNITS = {
    "date": _CALENDAR_UNITS,
    "timestamp": _CLOCK_UNITS,
    "datetime": _CLOCK_UNITS + _CALENDAR_UNITS[1:],
}


def rewrite(node: exp.Expr) -> exp.Expr:
    """The sum of the checked date and an interval, in the type of the date."""
    kind, duckdb_type, is_negative = _KINDS[type(node)]
    unit = node.args["unit"].name.upper() if node.args.get("unit") is not None else ""
    if unit not in _UNITS[kind]:
        raise unsupported(f"{type(node).__name__} with the part {unit or node.expression}")
    name = text(type(node).__name__)
    amount = node.expression
    if (constant := literal_text(amount)) is not None:
        amount = exp.Literal.number(constant)
    if is_negative:
        amount = exp.Neg(this=exp.Paren(this=amount))
    number_type = "BIGINT" if unit in _CLOCK_UNITS[:-1] else "INTEGER"
    interval = call(f"to_{unit.lower()}s", cast(amount, number_type))
    moment = call(f"bq_{kind}", _date_constant(node.this, duckdb_type), name)
    total = cast(exp.Paren(this=exp.Add(this=moment, expression=interval)), duckdb_type)
    return call("bq_in_range", total)


def _date_constant(value: exp.Expr, duckdb_type: str) -> exp.Expr:
    if literal_text(value) is None:
        return value
    kind = {"DATE": "date", "TIMESTAMPTZ": "timestamp", "TIMESTAMP": "datetime"}[duckdb_type]
    return call(f"bq_cast_{kind}", value)
