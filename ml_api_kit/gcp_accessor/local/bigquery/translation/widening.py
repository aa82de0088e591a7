"""Numbers beside a BIGNUMERIC, of which one is chosen or a list is made, as BIGNUMERIC too.

DuckDB makes a BIGNUMERIC of no other number, and says so when it plans the statement. Then the
types beside each other are asked for, and the values are put into the one that BigQuery has for
them all: FLOAT64 where there is one, else BIGNUMERIC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    text,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.scoped_types import types_here

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHOICES = ("greatest", "least", "bq_same")
# What DuckDB plans, and then cannot do.
_PLANNED = ("lag", "lead", "bq_same")
_FLOAT = "DOUBLE"
_EXACT = ("BIGINT", "INTEGER", "DECIMAL(38,9)", BIGNUMERIC)


def widen_beside_bignumeric(
    tree: exp.Expr, cursor: DuckDBPyConnection, *, is_planned: bool
) -> bool:
    """Whether anything was to be changed in the rewritten query, and is.

    Of one that DuckDB has planned, only what it cannot do all the same is looked at.
    """
    # From the leaves up: a choice may be of choices.
    changes = [_widen(node, cursor) for node in reversed(_choices(tree, is_planned))]
    return any(changes)


def has_choices(tree: exp.Expr, *, is_planned: bool) -> bool:
    """Whether there is anything to look at."""
    return bool(_choices(tree, is_planned))


def _choices(tree: exp.Expr, is_planned: bool) -> list[exp.Expr]:
    if is_planned:
        calls = tree.find_all(exp.Anonymous)
        return [call for call in calls if call.name.lower() in _PLANNED]
    return list(tree.find_all(exp.Case, exp.If, exp.Coalesce, exp.Array, exp.Anonymous, exp.In))


def _widen(node: exp.Expr, cursor: DuckDBPyConnection) -> bool:
    select = node.find_ancestor(exp.Select)
    if select is None:
        return False
    if isinstance(node, exp.In):
        return _widen_rows(node, select, cursor)
    values = [value for value in chosen_values(node) if not isinstance(value, exp.Null)]
    types = types_here(select, values, cursor) if len(values) > 1 else None
    macro = _macro(types or [])
    for value, kind in zip(values, types or (), strict=False):
        if macro and kind != (_FLOAT if macro == _TO_FLOAT else BIGNUMERIC):
            value.replace(_converted(value.copy(), macro))
    return macro is not None


_TO_FLOAT, _TO_BIG = "bq_cast_float64", "bq_cast_bignumeric"


def _macro(types: list[str]) -> str | None:
    """What makes the one type of values of these; None where nothing is to be changed."""
    if BIGNUMERIC not in types or len(set(types)) < 2:
        return None
    if not set(types) <= {*_EXACT, _FLOAT}:
        return None
    return _TO_FLOAT if _FLOAT in types else _TO_BIG


def _converted(value: exp.Expr, macro: str) -> exp.Expr:
    constant = value.meta.get("number")
    if constant is not None and macro == _TO_BIG:
        return call("py_text_to_bignumeric", text(str(constant)))
    return call(macro, value)


def chosen_values(node: exp.Expr) -> list[exp.Expr]:
    """The values of which the node is one, or a list."""
    if isinstance(node, exp.Case):
        chosen = [branch.args["true"] for branch in node.args["ifs"]]
        default = node.args.get("default")
        return [*chosen, default] if default is not None else chosen
    if isinstance(node, exp.If):
        return [node.args[key] for key in ("true", "false") if node.args.get(key) is not None]
    if isinstance(node, exp.Coalesce):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Array):
        return list(node.expressions)
    if node.name.lower() in ("lag", "lead"):
        # The value and what is there where there is none; the number of rows is between them.
        return list(node.expressions[::2])
    is_choice = node.name.lower() in _CHOICES
    return list(node.expressions) if is_choice else []


def _widen_rows(node: exp.In, select: exp.Select, cursor: DuckDBPyConnection) -> bool:
    """The same for a value and the rows of a query among which it is looked for."""
    query = node.args.get("query")
    rows = query.this if isinstance(query, exp.Subquery) else None
    if not isinstance(rows, exp.Select):
        return False
    item = exp.column("item", table="items", quoted=True)
    found = types_here(rows, [item], cursor)
    given = types_here(select, [node.this], cursor)
    macro = _macro([*(given or []), *(found or [])])
    if macro is None:
        return False
    node.this.replace(call(macro, node.this.copy()))
    rows.set("expressions", [call(macro, item)])
    return True
