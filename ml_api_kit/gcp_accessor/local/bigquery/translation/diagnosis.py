"""What is wrong with a statement that DuckDB does not bind, in BigQuery's words and with the place.

DuckDB looks for the form of a macro by the types of its arguments, and says of a name that is not
there that no form fits. Here each name is looked for alone, then the types of the arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import macros_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import given_arguments
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import cast
from ml_api_kit.gcp_accessor.local.bigquery.translation.places import place_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import types_from, types_here

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MACRO = re.compile(r"Macro \"?((?:\w+_)?bq_\w+?)\"?\(\)")
_UNGROUPED = re.compile(r'column "([^"]+)" must appear in the GROUP BY clause or must be part')
# Files whose macros have a form for all types that BigQuery's functions take.
_OF_FUNCTIONS = ("dates.sql", "encodings.sql", "json.sql", "numbers.sql", "strings.sql")
# Other functions that have a form for all types but BIGNUMERIC.
_WITH_ALL_FORMS = ("bq_array_to_string", "bq_concat_part", "bq_generate_array")
_AMBIGUOUS = re.compile(r'Ambiguous reference to column name "([^"]+)"')
_ALIASED = (exp.Order, exp.Having, exp.Qualify, exp.Group)
_OPERATORS = {
    "bq_add": "+", "bq_subtract": "-", "bq_multiply": "*", "bq_divide": "/", "bq_negate": "-",
    "bq_eq": "=", "bq_lt": "<", "bq_lte": "<=", "bq_gt": ">", "bq_gte": ">=", "bq_like": "LIKE",
    "bq_bit_and": "&", "bq_bit_or": "|", "bq_bit_xor": "^", "bq_bit_not": "~",
    "bq_shift_left": "<<", "bq_shift_right": ">>",
}  # fmt: skip


def explained(
    tree: exp.Expr, cursor: DuckDBPyConnection, error: duckdb.Error
) -> BigQueryError | None:
    """The error that BigQuery has for what DuckDB would not bind; None where it is not known."""
    if ambiguous := _AMBIGUOUS.search(str(error)):
        return _ambiguous(tree, ambiguous[1])
    found = _unrecognized(tree, cursor)
    if found is not None:
        return found
    if ungrouped := _UNGROUPED.search(str(error)):
        return _ungrouped(tree, ungrouped[1])
    match = _MACRO.search(str(error))
    return _mismatch(tree, cursor, match[1]) if match else None


def _ambiguous(tree: exp.Expr, name: str) -> BigQueryError:
    """The error for a name that several tables have, with the first place of it that is known."""
    columns = (column for column in tree.find_all(exp.Column) if column.name == name)
    places = (_place(column) for column in columns if not column.table)
    place = next((place for place in places if place), "")
    return invalid_query(f"Column name {name} is ambiguous{place}")


def _ungrouped(tree: exp.Expr, name: str) -> BigQueryError | None:
    """The error for a column of a SELECT list that is in no group, where its place is known."""
    for select in tree.find_all(exp.Select):
        for column in (c for item in select.expressions for c in item.find_all(exp.Column)):
            if column.name == name and (place := _place(column)):
                return invalid_query(
                    f"SELECT list expression references column {column.sql('bigquery')} which is "
                    f"neither grouped nor aggregated{place}"
                )
    return None


def _unrecognized(tree: exp.Expr, cursor: DuckDBPyConnection) -> BigQueryError | None:
    for select in reversed(list(tree.find_all(exp.Select))):
        for column in _own_columns(select):
            if not _is_known(column, select, cursor):
                return _not_found(column, select, cursor)
    return None


def _own_columns(select: exp.Select) -> Iterator[exp.Column]:
    """The columns that the text of this SELECT names itself, in its order."""
    aliases = {item.alias.lower() for item in select.expressions if isinstance(item, exp.Alias)}
    for column in select.find_all(exp.Column, bfs=False):
        if column.is_star or _place(column) == "" or column.find_ancestor(exp.Select) is not select:
            continue
        if column.find_ancestor(exp.Lambda, exp.Pivot) is not None:
            continue
        is_alias = not column.table and column.name.lower() in aliases
        if not (is_alias and column.find_ancestor(*_ALIASED)):
            yield column


def _is_known(column: exp.Expr, select: exp.Select, cursor: DuckDBPyConnection) -> bool:
    """Whether a query here or around it has the column, as far as their tables are sound."""
    for scope in _scopes(select):
        if not isinstance(scope, exp.Select):
            return True
        if scope.args.get("from_") is not None:
            is_sound = types_from(scope, [exp.Literal.number(1)], cursor) is not None
            if not is_sound or types_from(scope, [column], cursor) is not None:
                return True
    return False


def _scopes(select: exp.Select) -> Iterator[exp.Expr]:
    """The SELECT and those around it whose columns it may read: not the one it is a table of."""
    yield select
    node: exp.Expr = select
    is_table = False
    while node.parent is not None:
        node = node.parent
        if isinstance(node, exp.With):
            return
        if isinstance(node, exp.Lateral):
            is_table = False
        elif isinstance(node, (exp.From, exp.Join)):
            is_table = not isinstance(node.this, exp.Lateral)
        elif isinstance(node, (exp.Select, exp.DML)):
            if not is_table:
                yield node
            is_table = False


def _not_found(column: exp.Column, select: exp.Select, cursor: DuckDBPyConnection) -> BigQueryError:
    parts = column.parts
    known = [part.copy() for part in parts[:1]]
    if len(parts) < 2 or not _is_known(_dotted(known), select, cursor):
        return invalid_query(f"Unrecognized name: {parts[0].name}{place_of(parts[0])}")
    for part in parts[1:-1]:
        if not _is_known(_dotted([*known, part]), select, cursor):
            break
        known.append(part.copy())
    missing = parts[len(known)]
    words = f"Name {missing.name} not found inside {'.'.join(part.name for part in known)}"
    if len(known) > 1 or parts[0].name.lower() not in _source_names(select):
        types = _argument_types(select, [_dotted(known)], cursor)
        words = words if types is None else _no_field(missing.name, types[0])
    return invalid_query(f"{words}{place_of(missing)}")


def _dotted(parts: list[exp.Expr]) -> exp.Column:
    names = [part.name for part in parts]
    return exp.column(names[-1], *reversed(names[:-1]), quoted=True)


def _source_names(select: exp.Select) -> set[str]:
    """What tables, queries and arrays of this SELECT are called."""
    sources = [select.args.get("from_"), *(select.args.get("joins") or [])]
    return {source.this.alias_or_name.lower() for source in sources if source is not None}


def _no_field(name: str, kind: str) -> str:
    if kind.startswith("STRUCT"):
        return f"Field name {name} does not exist in {kind}"
    return f"Cannot access field {name} on a value with type {kind}"


def _place(column: exp.Column) -> str:
    return place_of(column.parts[0])


def _mismatch(tree: exp.Expr, cursor: DuckDBPyConnection, macro: str) -> BigQueryError | None:
    """The error for the first call of the macro that has no form for its arguments."""
    for node in reversed(list(tree.find_all(exp.Anonymous))):
        if str(node.this).lower() != macro or not node.expressions:
            continue
        select = node.find_ancestor(exp.Select)
        if select is None:
            continue
        given = given_arguments(node)
        arguments = given[: len(given) // (2 if macro[0] == "w" else 1)]
        types = _argument_types(select, arguments, cursor)
        if types is None or types_here(select, [node], cursor) is not None:
            continue
        if _fits(macro, arguments, select, cursor):
            return None
        name = macro.removeprefix("w_").removeprefix("safe_")
        return _signature_error(name, types, place_of(node))
    return None


def _fits(
    macro: str, arguments: list[exp.Expr], select: exp.Select, cursor: DuckDBPyConnection
) -> bool:
    """Whether the macro has a form for values of these types; then something else is wrong."""
    types = types_here(select, arguments, cursor) or []
    values = [exp.null() if kind == '"NULL"' else cast(exp.null(), kind) for kind in types]
    call = exp.Anonymous(this=macro.removeprefix("w_"), expressions=values)
    return types_here(exp.Select(), [call], cursor) is not None


def _argument_types(
    select: exp.Select, arguments: list[exp.Expr], cursor: DuckDBPyConnection
) -> list[str] | None:
    found = types_here(select, arguments, cursor)
    try:
        return (
            None
            if found is None
            else [kind_of(kind, has_geography=True).spelled() for kind in found]
        )
    except Refusal:
        return None


def _signature_error(macro: str, types: list[str], place: str) -> BigQueryError | None:
    spelled = ", ".join(types)
    macro = macro.removesuffix("_text")
    if macro in _OPERATORS:
        return invalid_query(
            f"No matching signature for operator {_OPERATORS[macro]} for argument types: {spelled}"
        )
    if macro.startswith("bq_cast_") or macro.startswith("bq_try_"):
        return invalid_query(f"Invalid cast from {spelled} to {macro.split('_')[-1].upper()}")
    if macro == "bq_whole":
        return invalid_query(f"A value of type {spelled} is not coercible to INT64 here")
    if macro == "bq_join_list":
        return invalid_query(
            f"No matching signature for aggregate function STRING_AGG for argument types: {spelled}"
        )
    if macro == "bq_condition":
        return invalid_query(f"A condition should be of type BOOL, but is of type {spelled}")
    if macro == "bq_summable" and types[0] in ("STRING", "BYTES", "BOOL", "DATE", "TIMESTAMP"):
        return invalid_query(
            f"No matching signature for aggregate function SUM for argument types: {spelled}"
        )
    has_all = macro in _WITH_ALL_FORMS and "BIGNUMERIC" not in spelled
    if has_all or any(macro in macros_of(name) for name in _OF_FUNCTIONS):
        return invalid_query(
            f"No matching signature for function {_function(macro)} for argument types: "
            f"{spelled}{place}"
        )
    return None


def _function(macro: str) -> str:
    """BigQuery's name of what a macro answers."""
    name = macro.removeprefix("bq_").removesuffix("_part")
    return "EXTRACT" if name.startswith("extract_") else name.upper()
