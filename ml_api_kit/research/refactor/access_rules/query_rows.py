"""`for row in client.query(sql).result():`, also in comprehensions: a query's rows, one by one."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import BIGQUERY
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Edit, Rewrite, removed, replaced
from ml_api_kit.research.refactor.access.loops import Loop, loop_of
from ml_api_kit.research.refactor.access.query_chain import query_behind
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = (
    "rows that are handed on as the client's own Row, or addressed by name and by place at once."
)
_OF_DICTS = {"keys", "items", "get"}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a loop over a query's rows."""
    loop = loop_of(node)
    return None if loop is None else _rewritten(code, loop)


def _rewritten(code: Code, loop: Loop) -> Rewrite | None:
    query = query_behind(code, loop.elements)
    if query is None:
        return None
    edits = [removed(code, statement) for statement in query.idle]
    if isinstance(loop.target, ast.Tuple | ast.List):
        edits.append(replaced(code, loop.elements, query.call("execute_query")))
        return Rewrite(tuple(edits), (BIGQUERY.needed,))
    uses = loop.uses(code)
    kinds = {_kind(code, use) for use in uses}
    if kinds == {"dicts", "lists"}:
        raise LeftAloneError("the rows are addressed by name and by place; use one of them")
    if "lists" in kinds:
        edits.append(replaced(code, loop.elements, query.call("execute_query")))
    else:
        edits.append(replaced(code, loop.elements, query.call("execute_query", 'rows="dicts"')))
        edits += [edit for use in uses if (edit := _by_key(code, use)) is not None]
    return Rewrite(tuple(edits), (BIGQUERY.needed,))


def _kind(code: Code, use: ast.Name) -> str:
    """How a row is addressed: as a mapping, or as a list."""
    match code.parents[use]:
        case ast.Subscript(value=value, slice=ast.Constant(value=key)) if value is use:
            return "dicts" if isinstance(key, str) else "lists"
        case ast.Subscript(value=value, slice=ast.Slice()) as part if value is use:
            _check_listed(code, part, f"{use.id}[…]")
            return "lists"
        case ast.Attribute(attr=name, ctx=ast.Load()) as attribute if name == "values":
            _check_listed(code, code.parents[attribute], f"{use.id}.values()")
            return "dicts"
        case ast.Attribute(attr=name, ctx=ast.Load()) if not name.startswith("_"):
            return "dicts"
        case ast.Call(func=ast.Name(id="dict"), args=[argument]) if argument is use:
            return "dicts"
        case ast.Call(func=ast.Name(id="list" | "tuple" | "len"), args=[argument]) if (
            argument is use
        ):
            return "lists"
    raise LeftAloneError(
        f"the row `{use.id}` is used whole in line {use.lineno}; take its columns by name there"
    )


def _check_listed(code: Code, part: ast.AST, what: str) -> None:
    around = code.parents.get(part)
    is_listed = (
        isinstance(around, ast.Call)
        and isinstance(around.func, ast.Name)
        and around.func.id in ("list", "tuple")
    )
    if not is_listed:
        raise LeftAloneError(
            f"`{what}` is a tuple with the client and would be none; write list({what})"
        )


def _by_key(code: Code, use: ast.Name) -> Edit | None:
    """`row.name` as `row["name"]`; None where it is a method that a dict has too."""
    attribute = code.parents[use]
    if not isinstance(attribute, ast.Attribute):
        return None
    is_called = isinstance(around := code.parents[attribute], ast.Call) and around.func is attribute
    if is_called and attribute.attr in {*_OF_DICTS, "values"}:
        return None
    return replaced(code, attribute, f'{use.id}["{attribute.attr}"]')
