"""`names = []` and a loop over an accessor's rows that appends to it: a list of rows in one go."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import BIGQUERY, is_accessor
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Edit, Rewrite, replaced

LEAVES_ALONE = "loops that do more than append, and those whose row is used after them."
_LONGEST_LINE = 96
# By then the accessor has the name that it keeps.
STAGE = 1


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a list that a loop builds, or a comprehension of whole rows."""
    if isinstance(node, ast.ListComp):
        return _whole_rows(code, node)
    if isinstance(node, ast.For) and _is_answer(code, node.iter) and not node.orelse:
        return _built(code, node)
    return None


def _is_answer(code: Code, node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "execute_query"
        and is_accessor(code, node.func.value, BIGQUERY)
    )


def _whole_rows(code: Code, node: ast.ListComp) -> Rewrite | None:
    """`[dict(row) for row in rows]`, which are the rows."""
    [first, *others] = node.generators
    if others or first.ifs or not _is_answer(code, first.iter):
        return None
    wanted = "dict" if "rows" in _keywords(first.iter) else "list"
    match node.elt:
        case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=row)], keywords=[]) if (
            name == wanted
        ):
            pass
        case ast.Call(
            func=ast.Name(id="dict"),
            args=[ast.Call(func=ast.Attribute(value=ast.Name(id=row), attr="items"), args=[])],
        ) if wanted == "dict":
            pass
        case ast.Name(id=row):
            pass
        case _:
            return None
    if not isinstance(first.target, ast.Name) or first.target.id != row:
        return None
    return Rewrite((replaced(code, node, code.text(first.iter)),))


def _keywords(node: ast.AST) -> set[str]:
    return {str(one.arg) for one in node.keywords} if isinstance(node, ast.Call) else set()


def _built(code: Code, loop: ast.For) -> Rewrite | None:
    block = code.block_of(loop)
    place = block.index(loop)
    before = block[place - 1] if place else None
    match before, loop.body:
        case (
            ast.Assign(targets=[ast.Name(id=name) as made], value=ast.List(elts=[])),
            [
                ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=appended), attr="append"),
                        args=[item],
                        keywords=[],
                    )
                )
            ],
        ) if name == appended:
            pass
        case _:
            return None
    reads = {one.id for one in ast.walk(item) if isinstance(one, ast.Name)}
    if made.id in reads or _is_used_after(code, loop) or _has_comment(code, loop):
        return None
    source = f"for {code.text(loop.target)} in {code.text(loop.iter)}]"
    head = f"{name} = [{code.text(item)}"
    indent = " " * loop.col_offset
    text = f"{head} {source}"
    if len(indent + text) > _LONGEST_LINE or "\n" in text:
        text = f"{name} = [\n{indent}    {code.text(item)}\n{indent}    {source[:-1]}\n{indent}]"
    assert before is not None
    return Rewrite((Edit(code.span(before)[0], code.span(loop)[1], text),))


def _is_used_after(code: Code, loop: ast.For) -> bool:
    """Whether a variable of the loop is read outside it, where a comprehension leaves none."""
    inside = set(ast.walk(loop))
    return any(
        use not in inside
        for one in code.flow.definitions
        if one.statement is loop
        for use in one.uses
    )


def _has_comment(code: Code, loop: ast.For) -> bool:
    return any(line.lstrip().startswith("#") for line in code.text(loop).split("\n"))
