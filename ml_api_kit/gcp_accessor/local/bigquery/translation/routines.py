"""Calls of functions in SQL, each replaced by the function's body with the arguments in it.

1. `f(x + 1)` with `f(a) AS (a * 2)`           `((x + 1) * 2)`
2. a body with a query of its own              `(SELECT … FROM (SELECT x + 1 AS a) …)`
3. `FROM d.f(7)` with `f(a) AS SELECT a AS n`  `FROM (SELECT 7 AS n)`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.standard_types import type_from_json
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import NAMES as AGGREGATES
from ml_api_kit.gcp_accessor.local.bigquery.translation.dialect import BigQueryCalls
from ml_api_kit.gcp_accessor.local.bigquery.translation.hygiene import (
    keep_their_meaning,
    qualify,
    rename_sources,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import Coercion, named
from ml_api_kit.gcp_accessor.local.bigquery.translation.outer_names import (
    TableFields,
    outer_columns,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.table_parameters import (
    TableColumns,
    put_tables,
    table_parameters,
)

_MAX_ROUNDS = 30
_VOLATILE = ("RAND", "GENERATE_UUID")
# Names before a dot that are no datasets.
_NAMESPACES = (
    "SAFE",
    "NET",
    "HLL_COUNT",
    "KLL_QUANTILES",
    "KEYS",
    "AEAD",
    "ML",
    "AI",
    "BIGFUNCTIONS",
)

FindRoutine = Callable[[list[str]], Mapping[str, Any] | None]
"""The routine that a dotted name means, in its REST form; None for no such name."""


@dataclass(frozen=True, slots=True)
class SqlFunction:
    """A function: its parameters with their types, None for ANY TYPE, and its body.

    Those of its parameters that are tables have their columns in `tables`, None for ANY TABLE.
    """

    name: str
    kind: str
    parameters: tuple[tuple[str, exp.DataType | None], ...]
    body: exp.Expr
    returns: exp.DataType | None
    tables: Mapping[str, TableColumns | None]
    columns: TableColumns | None = None
    """What a table function declares to return, where it does."""


def read_function(resource: Mapping[str, Any], *, name: str) -> SqlFunction:
    """The function that a routine in its REST form is.

    Raises BigQueryError: when it is not in SQL, or its body is not.
    """
    language = str(resource.get("language") or "SQL").upper()
    kind = str(resource.get("routineType"))
    if language != "SQL":
        raise unsupported(f"functions in {language}: {name}")
    parameters = tuple(
        (str(item["name"]).lower(), _parameter_type(item))
        for item in resource.get("arguments") or []
    )
    body = _parse_body(str(resource.get("definitionBody")), kind)
    returns = resource.get("returnType")
    return SqlFunction(
        name,
        kind,
        parameters,
        body,
        type_from_json(returns) if returns is not None else None,
        table_parameters(resource.get("arguments") or []),
        _table_columns(resource.get("returnTableType")),
    )


def _table_columns(kind: Mapping[str, Any] | None) -> TableColumns | None:
    if kind is None:
        return None
    return tuple((str(c["name"]), type_from_json(c["type"])) for c in kind["columns"])


def _parameter_type(item: Mapping[str, Any]) -> exp.DataType | None:
    if item.get("argumentKind") == "ANY_TYPE" or "dataType" not in item:
        return None
    return type_from_json(item["dataType"])


def _parse_body(text: str, kind: str) -> exp.Expr:
    try:
        if kind == "TABLE_VALUED_FUNCTION":
            return sqlglot.parse_one(text, read=BigQueryCalls)
        return sqlglot.parse_one(text, into=exp.Condition, read=BigQueryCalls)
    except SqlglotError as error:
        raise invalid_query(f"Syntax error in the body of a function: {text[:60]}") from error


def inline_functions(tree: exp.Expr, find: FindRoutine, table_fields: TableFields) -> exp.Expr:
    """The statement with each call of a routine as the routine's body.

    Raises BigQueryError: when a routine is called with other arguments than it has, or by itself.
    """
    root = exp.Paren(this=tree)
    for _ in range(_MAX_ROUNDS):
        if not _inline_once(root, find, table_fields):
            result: exp.Expr = root.this
            result.pop()
            return result
    raise invalid_query("Functions call each other in a circle")


def _inline_once(root: exp.Expr, find: FindRoutine, table_fields: TableFields) -> bool:
    is_changed = False
    for call in list(root.find_all(exp.Anonymous)):
        whole, path = _called(call)
        if whole.meta.get("is_duckdb") or (resource := find(path)) is None:
            continue
        function = read_function(resource, name=".".join(path))
        qualify(call, table_fields)
        is_table = isinstance(whole, exp.Table)
        if is_table != (function.kind == "TABLE_VALUED_FUNCTION"):
            kind = "Table-valued function" if is_table else "Function"
            raise invalid_query(f"{kind} not found: {'.'.join(path)}")
        given = _arguments(function, list(call.expressions))
        if is_table:
            _put_table(whole, function, given, table_fields)
        else:
            whole.replace(_put_scalar(function, given, table_fields))
        is_changed = True
    return is_changed


def _called(call: exp.Anonymous) -> tuple[exp.Expr, list[str]]:
    """The whole of the call with the names before it, and its dotted name."""
    parts = (call.this if isinstance(call.this, str) else call.this.name).split(".")
    whole: exp.Expr = call
    if isinstance(call.parent, exp.Table) and call.arg_key == "this":
        names = [call.parent.catalog, call.parent.db]
        return call.parent, [*(piece for n in names if n for piece in n.split(".")), *parts]
    if isinstance(call.parent, exp.Dot) and call.arg_key == "expression":
        whole = call.parent
        before = [part.name for part in whole.this.find_all(exp.Identifier, bfs=False)]
        if before and before[0].upper() not in _NAMESPACES:
            return whole, [*(piece for name in before for piece in name.split(".")), *parts]
    return call, parts


def _arguments(function: SqlFunction, given: list[exp.Expr]) -> dict[str, exp.Expr]:
    if len(given) != len(function.parameters):
        raise invalid_query(
            f"Number of arguments does not match for function {function.name}; expected "
            f"{len(function.parameters)}, got {len(given)}"
        )
    return {
        name: value.copy() if kind is None else Coercion(this=value.copy(), to=kind.copy())
        for (name, kind), value in zip(function.parameters, given, strict=True)
    }


def _put_scalar(
    function: SqlFunction, given: dict[str, exp.Expr], table_fields: TableFields
) -> exp.Expr:
    body: exp.Expr = exp.Paren(this=function.body.copy())
    has_query = body.find(exp.Query) is not None and any(map(_has_columns, given.values()))
    if has_query and any(map(_has_aggregate, given.values())):
        raise unsupported(f"{function.name}, whose body has a query, of an aggregate")
    is_apart = has_query and keep_their_meaning(given, body, table_fields)
    if has_query and not (is_apart and rename_sources(body, given)):
        body = _put_beside(function, body, given, table_fields)
    else:
        _substitute(function, body, given, table_fields)
    return body if function.returns is None else Coercion(this=body, to=function.returns.copy())


def _put_beside(
    function: SqlFunction,
    body: exp.Expr,
    given: dict[str, exp.Expr],
    table_fields: TableFields,
) -> exp.Expr:
    """The body beside a row of its arguments: within it, a column could meet one of its own."""
    places = {name: exp.column(f"@{name}") for name in given}
    _substitute(function, body, places, table_fields)
    columns = [named(value, f"@{name}") for name, value in given.items()]
    inner = exp.Subquery(
        this=exp.Select(expressions=columns),
        alias=exp.TableAlias(this=exp.to_identifier("@arguments", quoted=True)),
    )
    return exp.Subquery(
        this=exp.Select(expressions=[named(body, "@answer")], from_=exp.From(this=inner))
    )


def _put_table(
    table: exp.Expr, function: SqlFunction, given: dict[str, exp.Expr], table_fields: TableFields
) -> None:
    scalars = {name: value for name, value in given.items() if name not in function.tables}
    if any(map(_has_columns, scalars.values())):
        raise invalid_query(f"Arguments of the table function {function.name} must be constant")
    root = exp.Paren(this=function.body.copy())
    put_tables(root, function.tables, given)
    _substitute(function, root, scalars, table_fields)
    alias = table.args.get("alias") or exp.TableAlias(
        this=exp.to_identifier(function.name.split(".")[-1], quoted=True)
    )
    query = root.this if function.columns is None else _declared(root.this, function.columns)
    table.replace(exp.Subquery(this=query, alias=alias.copy()))


def _declared(query: exp.Expr, columns: TableColumns) -> exp.Select:
    """The columns of the query that are declared, in their order and types."""
    items = [
        named(Coercion(this=exp.column(name, quoted=True), to=kind.copy()), name)
        for name, kind in columns
    ]
    source = exp.Subquery(
        this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("@returned", quoted=True))
    )
    return exp.Select(expressions=items, from_=exp.From(this=source))


def _substitute(
    function: SqlFunction,
    body: exp.Expr,
    values: Mapping[str, exp.Expr],
    table_fields: TableFields,
) -> None:
    found = outer_columns(body, dict.fromkeys(values), table_fields)
    names = [column.parts[0].name.lower() for column in found]
    for name, value in values.items():
        if names.count(name) > 1 and _is_volatile(value):
            raise unsupported(f"{function.name} of a value that differs each time it is computed")
    for column, name in zip(found, names, strict=True):
        column.replace(with_fields(values[name].copy(), column))


def with_fields(value: exp.Expr, column: exp.Column) -> exp.Expr:
    """The value in the place of the first part of a column, with its other parts as fields."""
    whole: exp.Expr = exp.Paren(this=value)
    for part in column.parts[1:]:
        whole = exp.Dot(this=whole, expression=exp.to_identifier(part.name, quoted=True))
    return whole


def _has_columns(value: exp.Expr) -> bool:
    return value.find(exp.Column) is not None


def _has_aggregate(value: exp.Expr) -> bool:
    return any(call.name.upper() in AGGREGATES for call in value.find_all(exp.Anonymous))


def _is_volatile(value: exp.Expr) -> bool:
    return any(call.name.upper() in _VOLATILE for call in value.find_all(exp.Anonymous))
