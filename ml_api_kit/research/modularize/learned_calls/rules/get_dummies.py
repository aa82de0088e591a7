"""`pd.get_dummies(df)` of columns whose categories are declared, so that a row has every column."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.modularize.columns import dummy_origins
from ml_api_kit.research.modularize.sites import argument
from ml_api_kit.research.modularize.syntax import attribute, call, literal, parsed
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("get_dummies",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The call with the categories that were learned; None where it has no table to follow."""
    given_value = argument(of.tape, event, 0, "data")
    node = of.tape.expressions[event.node]
    if given_value is None or not isinstance(node, ast.Call):
        return None
    given = of.reference(given_value)
    learned = event.detail.get("categories", {})
    if given_value.is_series:
        types = _dtype(of, learned.get(None, []))
    else:
        encoded = _encoded_columns(of, given_value, value)
        types = ast.Dict(
            [ast.Constant(column) for column in encoded],
            [_dtype(of, learned.get(column, [])) for column in encoded],
        )
    typed = call(attribute(given, "astype"), types)
    keywords = [
        ast.keyword(one.arg, of.render(one.value, event))
        for one in node.keywords
        if one.arg not in ("data", "columns", "sparse")
    ]
    if given_value.is_frame:
        keywords.insert(0, ast.keyword("columns", literal(list(encoded))))
    return ast.Call(of.fixed.imported(node.func), [typed], keywords)


def _encoded_columns(of: Expressions, given: Value, out: Value) -> list[Any]:
    """The columns that are encoded, and read as well."""
    before, after = list(given.columns or ()), list(out.columns or ())
    origins = dummy_origins(before, after)
    live = of.live.of(out, otherwise=after)
    encoded = [column for column in before if column not in after]
    wanted = set().union(*(origins[column] for column in live)) if live else set()
    return [column for column in encoded if column in wanted]


def _dtype(of: Expressions, categories: list[Any]) -> ast.expr:
    of.fixed.own.imports["pd"] = "import pandas as pd"
    return call(parsed("pd.CategoricalDtype"), literal(categories))
