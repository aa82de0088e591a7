"""The source of a project's `postprocessing.py`: what is made of the model's answers."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.path import RequestPath
from ml_api_kit.research.modularize.preprocessing_source import with_frozen
from ml_api_kit.research.source.code import ResearchCode

#: The module's name.
POSTPROCESSING = "postprocessing"
#: What a model's answers are called, by the method that gives them.
GIVEN = {"predict": "answers", "predict_proba": "chances", "decision_function": "distances"}

_HEAD = '''"""Postprocessing: what the research code makes of its model's answers.

Written from {origin}; the cells are named in the functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

{imports}
'''
_FUNCTION = '''
def make_{name}({given}: Any, frozen: Mapping[str, Any]) -> list[Any]:
    """Make the column `{name}` of the answers.

    From {where}.

    Args:
        {given}: what the model answers, one for each row.
        frozen: what was learned from the training data, by name.

    Returns:
        One value for each row, in order.
    """
{body}    return np.asarray({result}).reshape(len({given}), -1)[:, 0].tolist()
'''


def write_function(path: RequestPath, code: ResearchCode, *, name: str, given: str) -> str:
    """The function that makes the column `name` of the model's answers, which it calls `given`."""
    *lines, last = path.lines
    entry = path.entries[0]
    # A variable of that name is another one.
    given = entry if given in {line.writes for line in lines} else given
    texts = [_renamed(with_frozen(line.text, line.frozen), entry, given) for line in lines]
    result = ast.parse(_renamed(with_frozen(last.text, last.frozen), entry, given)).body[0]
    assert isinstance(result, ast.Assign)
    if any(_changes(text, given) for text in texts):
        texts.insert(0, f"{given} = {given}.copy()")
    cells = dict.fromkeys(code.statements[line.statement].cell for line in path.lines)
    return _FUNCTION.format(
        name=name,
        given=given,
        where=" and ".join(f"cell {cell}" for cell in cells),
        body="".join(f"    {text}\n" for text in texts),
        result=ast.unparse(result.value),
    )


def _changes(text: str, name: str) -> bool:
    """Whether a line stores into what a variable holds."""
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in ast.walk(ast.parse(text))
    )


def _renamed(text: str, name: str, other: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name:
            node.id = other
    return ast.unparse(tree)


def to_plain_path(path: RequestPath) -> RequestPath:
    """The path on arrays: a function of each value of a Series is one of each value of an array."""
    lines = [replace(line, text=_plain(line.text)) for line in path.lines]
    return replace(path, lines=lines)


def _plain(text: str) -> str:
    return ast.unparse(ast.fix_missing_locations(_Arrays().visit(ast.parse(text))))


class _Arrays(ast.NodeTransformer):
    """`pd.Series(x)` as `x`, `x.to_numpy()` too; `x.map(f)` as an array of what `f` gives."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return node.value if node.attr == "values" else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.func, ast.Attribute):
            return node
        if node.func.attr == "Series" and node.args:
            return node.args[0]
        if node.func.attr == "to_numpy":
            return node.func.value
        if node.func.attr in ("map", "apply") and len(node.args) == 1 and not node.keywords:
            return _mapped(node.func.value, node.args[0])
        return node


def _mapped(values: ast.expr, applied: ast.expr) -> ast.expr:
    one: ast.expr = ast.Name("one", ast.Load())
    is_table = isinstance(applied, ast.Dict | ast.Subscript)
    made = ast.Subscript(applied, one, ast.Load()) if is_table else ast.Call(applied, [one], [])
    turn = ast.comprehension(ast.Name("one", ast.Store()), values, [], 0)
    array = ast.parse("np.array", mode="eval").body
    return ast.Call(array, [ast.ListComp(made, [turn])], [])


def write_postprocessing(functions: Iterable[str], fixed: FixedValues, code: ResearchCode) -> str:
    """The module's source, of its functions and what they need beside the answers."""
    functions = list(functions)
    text = "\n".join([*fixed.own.definitions.values(), *functions])
    named = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    imports = {name: line for name, line in fixed.own.imports.items() if name in named}
    imports["np"] = "import numpy as np"
    parts = [_HEAD.format(origin=code.path.name, imports="\n".join(sorted(set(imports.values()))))]
    parts += [f"\n{source}\n" for source in fixed.own.definitions.values()]
    return "\n".join([*parts, *functions])
