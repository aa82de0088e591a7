"""`pd.cut(df["age"], 4)` and `pd.qcut` as `pd.cut(df["age"], bins=age_edges)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.learned_calls.arguments import first
from ml_api_kit.research.modularize.learned_calls.naming import column_of
from ml_api_kit.research.modularize.syntax import parsed
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("cut", "qcut")


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The call with the edges that it found; None where it found none."""
    node = of.tape.expressions[event.node]
    edges = event.detail.get("edges")
    if edges is None or not isinstance(node, ast.Call):
        return None
    given = first(of, event)
    column = column_of(given) or "bin"
    name = of.fixed.freeze([float(edge) for edge in edges], f"{column}_edges", value)
    is_quantile = event.function.endswith("qcut")
    keywords = [ast.keyword("bins", name)]
    for one in node.keywords:
        if one.arg in ("labels", "right", "include_lowest"):
            keywords.append(ast.keyword(one.arg, of.render(one.value, event)))
    if len(node.args) > 2:
        place = "labels" if is_quantile else "right"
        keywords.append(ast.keyword(place, of.render(node.args[2], event)))
    if is_quantile:
        keywords.append(ast.keyword("include_lowest", ast.Constant(True)))
    of.fixed.own.imports["pd"] = "import pandas as pd"
    return ast.Call(parsed("pd.cut"), [given], keywords)
