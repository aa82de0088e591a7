"""Scripts: statements one after another, with variables and functions that live as long.

Known are DECLARE, SET, CREATE TEMP FUNCTION with a body in SQL, and every single statement.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported


@dataclass(frozen=True, slots=True)
class TempFunction:
    """A function of a script: its parameters, their types or None for ANY TYPE, and its body."""

    parameters: tuple[tuple[str, exp.Expr | None], ...]
    body: exp.Expr
    returns: exp.Expr | None


@dataclass(slots=True)
class ScriptState:
    """What a script has declared: functions, and variables with their type and value."""

    functions: dict[str, TempFunction] = field(default_factory=dict)
    variables: dict[str, tuple[exp.Expr, exp.Expr]] = field(default_factory=dict)


def declare_function(tree: exp.Create, state: ScriptState) -> None:
    """Keep the function that CREATE TEMP FUNCTION makes.

    Raises BigQueryError: when it is not temporary, or its body is not an expression of SQL.
    """
    properties = tree.args.get("properties")
    found = list(properties.expressions) if properties is not None else []
    if not any(isinstance(item, exp.TemporaryProperty) for item in found):
        raise unsupported("CREATE FUNCTION that is not TEMP")
    returns = None
    for item in found:
        if isinstance(item, exp.ReturnsProperty):
            returns = item.this
        elif not isinstance(item, exp.TemporaryProperty):
            raise unsupported(f"a function with {item.sql('bigquery')[:40]}")
    body = tree.args.get("expression")
    if not isinstance(body, exp.Paren):
        raise unsupported("a function whose body is no expression of SQL in parentheses")
    parameters = []
    for column in tree.this.expressions:
        kind = column.args.get("kind")
        is_any = kind is None or kind.is_type("variant")
        parameters.append((column.name.lower(), None if is_any else kind))
    name = tree.this.this.name.lower()
    state.functions[name] = TempFunction(tuple(parameters), body, returns)


def expand_names(tree: exp.Expr, state: ScriptState) -> exp.Expr:
    """The statement with each variable as its value, and each call of a function as its body."""
    root = exp.Paren(this=tree)
    for node in list(root.find_all(exp.Column)):
        known = state.variables.get(node.name.lower()) if not node.table else None
        if known is not None:
            node.replace(known[1].copy())
    for _ in range(20):
        calls = [c for c in root.find_all(exp.Anonymous) if _name(c) in state.functions]
        if not calls:
            result: exp.Expr = root.this
            result.pop()
            return result
        for call in calls:
            call.replace(_inlined(call, state.functions[_name(call)]))
    raise invalid_query("Functions call each other in a circle")


def _name(call: exp.Anonymous) -> str:
    return str(call.this if isinstance(call.this, str) else call.this.name).lower()


def _inlined(call: exp.Anonymous, function: TempFunction) -> exp.Expr:
    if len(call.expressions) != len(function.parameters):
        raise invalid_query(f"Number of arguments does not match for function {_name(call)}")
    given = {
        name: argument.copy() if kind is None else exp.Cast(this=argument.copy(), to=kind.copy())
        for (name, kind), argument in zip(function.parameters, call.expressions, strict=True)
    }
    body = exp.Paren(this=function.body.copy())
    for column in list(body.find_all(exp.Column)):
        first = column.parts[0].name.lower()
        if first in given:
            if column.table:
                raise unsupported("a field of a struct that is a function's argument")
            column.replace(exp.Paren(this=given[first].copy()))
    if function.returns is None:
        return body
    return exp.Cast(this=body, to=function.returns.copy())
