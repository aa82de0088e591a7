"""What of BigQuery's SQL is known to be answered right, node by node of sqlglot's tree.

A statement is refused when its tree has a node that is not listed here, or a listed node with an
argument that is not listed with it. A call of a function is looked at by the rewrite of calls: what
has no macro and no function in Python is refused there.
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported

_ALLOWED_TEXT = """
Select distinct expressions from_ group having joins kind limit offset order qualify where windows
Select with_
Distinct expressions
Star except_ replace rename
Column table this db catalog
Dot this expression
Limit expression this
Offset expression
From this
Join kind on side this using
Where this
Group expressions rollup cube grouping_sets all
Having this
Qualify this
Window alias over order partition_by spec this first
WindowSpec end end_side kind start start_side
Order expressions this
Ordered desc nulls_first this
With expressions recursive
CTE alias this
TableAlias columns this
Alias alias this
Identifier quoted this
Literal is_string this
RawString this
ByteString this is_bytes
Boolean this
Null
Table alias catalog db this pivots joins
Pivot alias columns prefixed_pivot_columns pivot_column_naming expressions fields unpivot
Pivot include_nulls
PivotAlias alias this
Unnest alias explode_array expressions offset
Subquery this alias with_ pivots joins
Paren this
Tuple expressions
Union distinct expression this limit order offset with_ by_name side kind on
Except distinct expression this limit order offset with_ by_name side kind on
Intersect distinct expression this limit order offset with_ by_name side kind on
EQ expression this
NEQ expression this
GT expression this
GTE expression this
LT expression this
LTE expression this
NullSafeEQ expression this
NullSafeNEQ expression this
And expression this
Or expression this
Not this
Neg this
Add expression this
Sub expression this
Mul expression this
Div expression this safe typed
Mod expression this
BitwiseAnd expression this
BitwiseOr expression this
BitwiseXor expression this
BitwiseLeftShift expression this
BitwiseRightShift expression this
BitwiseNot this
Between high low this
In expressions query this unnest
Is expression this
Exists this
Like expression negate this
Any this
All this
Case default ifs this
If false this true
DPipe expression safe this
Concat expressions safe coalesce
Cast this to format
TryCast this to safe format
DataType expressions nested this
DataTypeParam this expression
ColumnDef constraints kind this
Anonymous expressions this
SafeFunc this
NetFunc this
Kwarg expression this
IgnoreNulls this
RespectNulls this
HavingMax expression max this
AtTimeZone this zone
Array expressions struct_name_inheritance value_constructor bracket_notation
Struct expressions
PropertyEQ expression this
Bracket expressions offset safe this
Var this
Variable this slot duckdb_type
Coercion this to
Interval this unit
IntervalSpan expression this
ParseJSON this is_literal expression
HexString this is_integer
CurrentDate this
CurrentTimestamp this
CurrentDatetime this
CurrentTime this
Extract expression this
Rollup expressions
Cube expressions
GroupingSets expressions
Insert expression this
Values expressions
Schema expressions this
Update expressions from_ this where
Merge this using on whens using_cond
Whens expressions
When matched source condition then
Delete this where tables
"""

_JOIN_KINDS = ("INNER", "CROSS", "OUTER")

_ALLOWED: dict[str, frozenset[str]] = {}
for _line in _ALLOWED_TEXT.strip().splitlines():
    _name, *_arguments = _line.split()
    _ALLOWED[_name] = _ALLOWED.get(_name, frozenset()) | frozenset(_arguments)


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
    if isinstance(node, (exp.Except, exp.Intersect)) and not node.args.get("distinct"):
        raise unsupported(f"{node.key.upper()} ALL")
    if isinstance(node, exp.Unnest) and not isinstance(parent, (exp.From, exp.Join, exp.In)):
        raise unsupported("UNNEST outside of FROM, JOIN and IN")


def _spelling(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return f"the function {node.name.upper()}"
    if isinstance(node, exp.Func):
        return f"the function {node.sql('bigquery').split('(')[0]}"
    text = node.sql("bigquery")
    return text if len(text) <= 60 else f"{text[:57]}..."
