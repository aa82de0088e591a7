"""`df.apply(function)`, which is given one column after the other.

df.apply(encoder.fit_transform)     {name: df[name].map(table) for name, table in df_codes.items()}
df.apply(lambda c: c / c.max())     {name: df[name] / df_max[name] for name in ["age", "rent"]}
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.modularize.learned_calls.arguments import frame_behind
from ml_api_kit.research.modularize.learned_calls.naming import part_name
from ml_api_kit.research.modularize.learned_calls.tables import to_plain_scalar
from ml_api_kit.research.modularize.reductions import evaluate, frozen_body, parameter_of
from ml_api_kit.research.modularize.syntax import item, parsed
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("apply",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """A frame made column by column; None where the function is given rows, or learns nothing."""
    if event.detail.get("tables") is not None:
        return _encoded(of, event, value)
    node, frame = of.tape.expressions[event.node], event.detail.get("frame")
    if frame is None or not value.is_frame or not isinstance(node, ast.Call):
        return None
    function = node.args[0] if len(node.args) == 1 and not node.keywords else None
    given = frame_behind(of.reference(event.inputs[0]))
    if not isinstance(function, ast.Lambda) or not isinstance(given, ast.Name):
        return None
    live = of.live.of(value, otherwise=frame.columns)
    names = [name for name in frame.columns if name in live]
    made = ast.unparse(_of_column(of, function, given, frame, names))
    of.fixed.own.imports["pd"] = "import pandas as pd"
    return parsed(f"pd.DataFrame({{name: {made} for name in {names!r}}})")


def _of_column(
    of: Expressions, function: ast.Lambda, given: ast.Name, frame: Any, names: list[Any]
) -> ast.expr:
    """The body of a function for the column `name`, with what it computes of all rows frozen."""
    parameter, scope = parameter_of(function), vars(sys.modules["__main__"])
    name_of_column = ast.Name("name", ast.Load())

    def freeze(part: ast.expr) -> ast.expr:
        table = {
            name: to_plain_scalar(evaluate(part, {**scope, parameter: frame[name]}))
            for name in names
        }
        return item(of.fixed.freeze(table, f"{given.id}_{part_name(part)}"), name_of_column)

    class Column(ast.NodeTransformer):
        def visit_Name(self, one: ast.Name) -> ast.expr:
            return item(given, name_of_column) if one.id == parameter else one

    made: ast.expr = Column().visit(frozen_body(function, freeze))
    return ast.fix_missing_locations(made)


def _encoded(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """A frame whose columns were encoded one after the other: a table for each column."""
    learned = event.detail["tables"]
    given = frame_behind(of.reference(event.inputs[0]))
    if not isinstance(given, ast.Name):
        return None
    live = of.live.of(value, otherwise=learned)
    tables = {name: table for name, table in learned.items() if name in live}
    frozen = of.fixed.freeze(tables, f"{given.id}_codes", value)
    of.fixed.own.imports["pd"] = "import pandas as pd"
    assert isinstance(frozen, ast.Name)
    return parsed(
        f"pd.DataFrame({{name: {given.id}[name].map(table) "
        f"for name, table in {frozen.id}.items()}})"
    )
