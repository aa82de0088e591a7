"""What of BigQuery's SQL is known to be answered right, node by node of sqlglot's tree.

A statement is refused when its tree has a node that is not listed here, or a listed node with an
argument that is not listed with it. Functions that only change their name on the way to DuckDB are
in `functions.py`; what needs more has a rewrite of its own in the folder `rewrites`.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.functions import CALLS

_ALLOWED_TEXT = """
Select distinct expressions from_ group having joins limit offset order qualify where with_
Distinct expressions
Star except_ replace
Column table this db catalog
Dot this expression
Limit expression this
Offset expression
From this
Join kind on side this using
Where this
Group expressions
Having this
Qualify this
Window over order partition_by spec this
WindowSpec end end_side kind start start_side
Order expressions this
Ordered desc nulls_first this
With expressions
CTE alias this
TableAlias columns this
Alias alias this
Identifier quoted this
Literal is_string this
RawString this
ByteString this is_bytes
Boolean this
Null
Table alias catalog db this
Unnest alias explode_array expressions offset
Subquery this alias with_
Paren this
Tuple expressions
Union distinct expression this limit order offset with_
Except distinct expression this limit order offset with_
Intersect distinct expression this limit order offset with_
EQ expression this
NEQ expression this
GT expression this
GTE expression this
LT expression this
LTE expression this
And expression this
Or expression this
Not this
Neg this
Add expression this
Sub expression this
Mul expression this
Div expression this safe typed
Mod expression this
IntDiv expression this
SafeDivide expression this
Between high low this
In expressions query this unnest
Is expression this
Exists this
Like expression negate this
Case default ifs this
If false this true
Coalesce expressions this
Nullif expression this
DPipe expression safe this
Concat expressions safe coalesce
Cast this to
TryCast this to safe
DataType expressions nested this
DataTypeParam this expression
ColumnDef constraints kind this
Count big_int this expressions
CountIf this
Sum this
Avg this
Min this
Max this
AnyValue this
ArrayAgg this
GroupConcat separator this
IgnoreNulls this
ApproxDistinct this
RowNumber
Rank
DenseRank
PercentRank
CumeDist
Ntile this
Lag this default offset
Lead this default offset
FirstValue this
LastValue this
Array expressions struct_name_inheritance
Struct expressions
PropertyEQ expression this
Bracket expressions offset safe this
Var this
WeekStart this
Interval this unit
Trim expression position this
Length binary this
Substring length start this
Pad expression fill_pattern is_left this
RegexpExtract expression group null_if_no_match null_if_pos_overflow this
RegexpExtractAll expression group this
RegexpReplace expression replacement this
JSONExtractScalar expression scalar_only this
JSONPath expressions
JSONPathRoot
JSONPathKey this
JSONPathSubscript this
Log expression this
Round decimals this
CurrentDate
CurrentTimestamp
CurrentDatetime
DateFromParts day month year
DateAdd expression this unit
DateSub expression this unit
DateDiff date_part_boundary expression this unit
DateTrunc this unit
TimestampAdd expression this unit
TimestampSub expression this unit
TimestampDiff expression this unit
TimestampTrunc this unit
DatetimeAdd expression this unit
DatetimeSub expression this unit
DatetimeDiff date_part_boundary expression this unit
DatetimeTrunc this unit
Extract expression this
TimeToStr format this
StrToDate default_year format this
StrToTime default_year format this
TsOrDsToDate this
TsOrDsToTimestamp this
TsOrDsToDatetime this
Timestamp this with_tz
UnixToTime scale this
GenerateSeries end start step is_end_exclusive
Insert expression this
Values expressions
Schema expressions this
Update expressions this where
Delete this where tables
"""

_JOIN_KINDS = ("INNER", "CROSS", "OUTER")

_ALLOWED: dict[str, frozenset[str]] = {
    line.split()[0]: frozenset(line.split()[1:]) for line in _ALLOWED_TEXT.strip().splitlines()
} | {kind.__name__: frozenset(call.arguments) for kind, call in CALLS.items()}


def check_allowed(tree: exp.Expr) -> None:
    """Nothing, when every node of the statement is known to be answered right.

    Raises BigQueryError: naming the first part of the statement that is not.
    """
    for node in tree.walk():
        if node.meta.get("is_duckdb"):
            continue
        name = type(node).__name__
        if name not in _ALLOWED:
            raise unsupported(_spelling(node))
        _check_place(node)
        for argument, value in node.args.items():
            if value not in (None, False, []) and argument not in _ALLOWED[name]:
                raise unsupported(f"{argument.strip('_')} in {_spelling(node)}")


def _check_place(node: exp.Expr) -> None:
    """Refuse what DuckDB accepts, and BigQuery does not: its answers are nobody's."""
    parent = node.parent
    if isinstance(node, exp.Join) and node.args.get("kind") not in (None, "", *_JOIN_KINDS):
        raise unsupported(f"a {node.args['kind']} JOIN")
    if isinstance(node, exp.Unnest) and not isinstance(parent, (exp.From, exp.Join, exp.In)):
        raise unsupported("UNNEST outside of FROM, JOIN and IN")
    if isinstance(node, (exp.Lag, exp.Lead)):
        if isinstance(parent, exp.IgnoreNulls):
            raise unsupported(f"IGNORE NULLS in {type(node).__name__.upper()}")
        offset = node.args.get("offset")
        if offset is not None and not (isinstance(offset, exp.Literal) and not offset.is_string):
            raise unsupported("LAG or LEAD by what is no constant number of rows")


def _spelling(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return f"the function {node.name.upper()}"
    if isinstance(node, exp.Func):
        return f"the function {node.sql('bigquery').split('(')[0]}"
    text = node.sql("bigquery")
    return text if len(text) <= 60 else f"{text[:57]}..."
