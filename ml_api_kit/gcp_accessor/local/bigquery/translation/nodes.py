"""Small pieces of tree that the rewrites build from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import ClassVar

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import load_macros
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import built, marked_call

# What only looks at a type; what DuckDB joins tables by; what it sorts by within an aggregate.
_LEFT_ALONE = re.compile(r"bq_(?:float_constant|(?:eq|lte?|gte?)(?:_text)?|order\w*)")
_OF_A_FIRST_NULL = ("VARCHAR", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "INTERVAL")
_CALLED = re.compile(r"\b(bq_\w+)\(")


def call(function: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of a DuckDB function or macro.

    DuckDB cannot choose between macros by the type of an aggregate. Where an argument holds one,
    the call is of the macro's other form, which has witnesses before the arguments: expressions of
    the same types without aggregates, which are only looked at and never computed. Deep within
    each other, calls have arguments that are computed once.
    """
    arguments = _typed_null(function, arguments)
    if function.removeprefix("safe_") not in load_macros():
        return exp.Anonymous(this=function, expressions=list(arguments))
    if not _computes_arguments(function):
        return _macro_call(function, arguments)
    return built(arguments, lambda given: _macro_call(function, given))


def _macro_call(function: str, arguments: Sequence[exp.Expr]) -> exp.Expr:
    macro, given = function, list(arguments)
    if load_macros().is_overloaded(function) and any(map(has_aggregate, arguments)):
        values = [argument.copy() for argument in arguments]
        macro, given = f"w_{function}", [*map(witness, arguments), *values]
    return marked_call(exp.Anonymous(this=macro, expressions=given), arguments)


def _computes_arguments(function: str) -> bool:
    """Whether arguments may be computed before the call; a lambda in another one DuckDB cannot."""
    name = function.removeprefix("safe_")
    return not _LEFT_ALONE.fullmatch(name) and not _has_lambda(name)


@cache
def _has_lambda(macro: str) -> bool:
    bodies = [form.body for form in load_macros()[macro]]
    called = {name for body in bodies for name in _CALLED.findall(body) if name in load_macros()}
    return any("lambda" in body for body in bodies) or any(map(_has_lambda, called - {macro}))


def _typed_null(function: str, arguments: tuple[exp.Expr, ...]) -> tuple[exp.Expr, ...]:
    """The arguments with a first NULL in the type of the macro's first form of so many."""
    if not load_macros().is_overloaded(function) or not arguments:
        return arguments
    forms = [form.types for form in load_macros()[function] if form.types]
    types = {kinds[0] for kinds in forms}
    first = next((kinds[0] for kinds in forms if len(kinds) == len(arguments)), forms[0][0])
    if not isinstance(arguments[0], exp.Null) or first not in _OF_A_FIRST_NULL:
        return arguments
    if any(not isinstance(argument, exp.Null) for argument in arguments[1:]) and _tells_forms(
        function, len(arguments)
    ):
        return arguments
    return (cast(exp.null(), first), *arguments[1:]) if len(types) > 1 else arguments


def _tells_forms(function: str, count: int) -> bool:
    """Whether the forms of so many parameters differ in those behind the first too."""
    forms = [form.types[1:] for form in load_macros()[function] if len(form.types) == count]
    kinds = {kind for types in forms for kind in types}
    return len(set(forms)) > 1 and {"VARCHAR", "BLOB"} <= kinds


def has_aggregate(node: exp.Expr) -> bool:
    """Whether an aggregate or window is within the expression, outside of its subqueries."""
    parts = node.walk(prune=lambda part: isinstance(part, exp.Query))
    return any(part.meta.get("is_aggregate") for part in parts)


def witness(node: exp.Expr) -> exp.Expr:
    """An expression of the same type without aggregates."""
    known = node.meta.get("witness")
    if known is not None:
        copied: exp.Expr = known.copy()
        return copied
    root = exp.Paren(this=node.copy())
    for part in list(root.walk(prune=lambda part: part.meta.get("witness") is not None)):
        if part.meta.get("witness") is not None:
            part.replace(part.meta["witness"].copy())
    return root


def typed_value(value: exp.Expr) -> exp.Expr:
    """What to ask for the type of the value: itself, or what has its type without aggregates."""
    return witness(value) if has_aggregate(value) else value


def own_nodes(select: exp.Select) -> Iterator[exp.Expr]:
    """The nodes of a SELECT outside of its subqueries."""
    return select.walk(prune=lambda part: part is not select and isinstance(part, exp.Query))


def with_witness(node: exp.Expr, other: exp.Expr) -> exp.Expr:
    """The node, with the expression of the same type that stands for it."""
    node.meta["witness"] = typed_value(other)
    return node


def ordered_value(value: exp.Expr) -> exp.Expr:
    """The value as what has its order in DuckDB, which differs for a RANGE alone."""
    return call("bq_ordered_value", value.copy())


def named(value: exp.Expr, name: str) -> exp.Expr:
    """The value under a name, as a column of a SELECT; sqlglot's own would name a subquery."""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def text(value: str) -> exp.Expr:
    """A constant text."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """A constant whole number."""
    return exp.Literal.number(value)


def cast(value: exp.Expr, duckdb_type: str) -> exp.Expr:
    """The value cast to a DuckDB type."""
    return exp.Cast(this=value, to=type_node(duckdb_type))


def type_node(duckdb_type: str) -> exp.DataType:
    """A new node of a DuckDB type."""
    return _read_type(duckdb_type).copy()


@lru_cache(maxsize=1024)
def _read_type(duckdb_type: str) -> exp.DataType:
    return exp.DataType.build(duckdb_type, dialect="duckdb")


def literal_text(node: exp.Expr | None) -> str | None:
    """The text of a string constant, plain or raw; None for anything else."""
    if isinstance(node, exp.RawString) or (isinstance(node, exp.Literal) and node.is_string):
        return str(node.this)
    return None


class Variable(exp.Expression, exp.Func):
    """A variable of a script: the name that DuckDB has it under, and its DuckDB type."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "slot": True, "duckdb_type": True}


class Coercion(exp.Expression, exp.Func):
    """A value that must have a type, or one that BigQuery coerces to it."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "to": True}


class TypedCall(exp.Expression, exp.Func):
    """A call of the macro `function` with one argument, which is not yet rewritten."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "function": True}
