"""FORMAT_DATE, PARSE_DATE and their like, with the format elements that both know alike."""

from __future__ import annotations

import re

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, cast, literal_text, text

NODES = (exp.TimeToStr, exp.StrToDate, exp.StrToTime)

_LONG_FORMS = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S"}
_ELEMENT = re.compile(r"%(E\*S|E\dS|E4Y|Ez|-?.)", re.DOTALL)
_FORMATS = frozenset("YmdHMSjybBaApI%")
_PARSES = frozenset("YmdHMSbB%")
# A DATE has no time of day: BigQuery leaves its elements as they stand.
_CLOCK = frozenset("HMSpI")
_GUARDS: dict[type[exp.Expr], str] = {
    exp.TsOrDsToDate: "date",
    exp.TsOrDsToTimestamp: "timestamp",
    exp.TsOrDsToDatetime: "datetime",
}


def rewrite(node: exp.Expr) -> exp.Expr:
    """The text of the date, or the date in the text."""
    pattern = literal_text(node.args.get("format"))
    if pattern is None:
        raise unsupported("a date format that is not a constant")
    if isinstance(node, exp.TimeToStr):
        is_date = isinstance(node.this, exp.TsOrDsToDate)
        return _format(node, _checked(pattern, _FORMATS - _CLOCK if is_date else _FORMATS))
    is_date = isinstance(node, exp.StrToDate)
    checked = _checked(pattern, _PARSES - _CLOCK if is_date else _PARSES)
    # What the text leaves out is filled from 1970 in BigQuery and from 1900 in DuckDB.
    if not all(element in checked for element in ("%Y", "%d")) or not re.search("%[mbB]", checked):
        raise unsupported(f"PARSE with the format {pattern!r}, which lacks year, month or day")
    moment = call("strptime", node.this, text(checked))
    return cast(moment, "DATE" if isinstance(node, exp.StrToDate) else "TIMESTAMPTZ")


def _format(node: exp.Expr, pattern: str) -> exp.Expr:
    guard = _GUARDS.get(type(node.this))
    if guard is None:
        raise unsupported("FORMAT of this value; use FORMAT_DATE or FORMAT_TIMESTAMP")
    moment = call(f"bq_{guard}", node.this.this, text("FORMAT"))
    return call("strftime", moment, text(pattern))


def _checked(pattern: str, known: frozenset[str]) -> str:
    for short, long in _LONG_FORMS.items():
        pattern = pattern.replace(short, long)
    for element in _ELEMENT.findall(pattern):
        if element not in known:
            raise unsupported(f"the format element %{element}")
    return pattern
