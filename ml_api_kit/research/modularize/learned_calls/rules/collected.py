"""A list that a loop filled from a column: a function of an element, for each of them."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.syntax import call
from ml_api_kit.research.record.loops import ELEMENT, find_collecting
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

EVENTS = ("collected",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr:
    """The list as a comprehension, which calls the loop's body as a function."""
    loop = of.tape.expressions[event.node]
    collecting = find_collecting(loop) if isinstance(loop, ast.For) else None
    assert collecting is not None
    name = f"{collecting.name}_element"
    body = [*collecting.body, ast.Return(collecting.result)]
    source = "\n".join(ast.unparse(ast.fix_missing_locations(one)) for one in body)
    text = f"def {name}({ELEMENT}):\n{textwrap.indent(source, '    ')}\n"
    function = ast.Name(of.fixed.own.bring_source(name, text), ast.Load())
    turn = ast.comprehension(ast.Name(ELEMENT, ast.Store()), of.reference(event.inputs[0]), [], 0)
    return ast.ListComp(call(function, ast.Name(ELEMENT, ast.Load())), [turn])
