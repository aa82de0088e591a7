"""`df.merge(towns, on="town")` as `df.assign(size=df["town"].map(size_by_town))`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ml_api_kit.research.modularize.learned_calls.tables import mapped
from ml_api_kit.research.modularize.lookups import find_lookup
from ml_api_kit.research.modularize.syntax import attribute, item
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("merge",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """Columns of a table that does not come with the request, looked up; None where it does."""
    found = find_lookup(of.tape, event, value)
    if found is None:
        return None
    left = of.reference(found.left)
    if not isinstance(left, ast.Name):
        return None
    live = of.live.of(value, otherwise=value.columns or ())
    key = item(left, ast.Constant(found.key))
    columns = [
        (column, mapped(of, key, table, f"{column}_by_{found.key}", value))
        for column, table in found.tables.items()
        if column in live
    ]
    if found.other_key in live:
        columns.append((found.other_key, key))
    named = [one for one in columns if str(one[0]).isidentifier()]
    others = [one for one in columns if one not in named]
    keywords = [ast.keyword(str(column), made) for column, made in named]
    if others:
        table = ast.Dict([ast.Constant(one) for one, _ in others], [made for _, made in others])
        keywords.append(ast.keyword(None, table))
    return ast.Call(attribute(left, "assign"), [], keywords)
