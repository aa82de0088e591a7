"""`df.groupby("town")["rent"].transform("mean")` as `df["town"].map(rent_by_town)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.learned_calls.tables import mapped, to_plain_scalar
from ml_api_kit.research.modularize.syntax import attribute, call, item, literal
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

CALLS = ("transform",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """A group's value for each row, from a table of the groups; None where there are no groups.

    Raises ConversionError: when the groups are not by columns, or a group has several values.
    """
    if not event.inputs or not event.inputs[0].type_name.endswith("GroupBy"):
        return None
    keys = event.detail.get("keys", [])
    parent = _frame_of(event.inputs[0])
    if not keys or parent is None or not set(keys) <= set(parent.columns or ()):
        raise ConversionError("A group's values are known here only for groups by columns.")
    frame = of.reference(parent)
    given: ast.expr = item(frame, ast.Constant(keys[0]))
    if len(keys) > 1:
        chosen = item(frame, literal(keys))
        by_row = attribute(chosen, "apply")
        given = call(by_row, ast.Name("tuple", ast.Load()), axis=ast.Constant(1))
    wanted = f"{value.name or 'value'}_by_{'_and_'.join(map(str, keys))}"
    if "fills" not in event.detail:
        return mapped(of, given, _group_table(of, event), wanted, value)
    fills = {_plain_key(key): to_plain_scalar(one) for key, one in event.detail["fills"].items()}
    column = item(frame, ast.Constant(value.name))
    return call(attribute(column, "fillna"), mapped(of, given, fills, wanted, value))


def _frame_of(grouped: Value) -> Value | None:
    parent = grouped.base
    while parent is not None and parent.base is not None:
        parent = parent.base
    return parent


def _group_table(of: Expressions, event: Event) -> dict[Any, Any]:
    table: dict[Any, Any] = {}
    for group, one in event.detail["groups"]:
        plain = to_plain_scalar(one)
        if table.setdefault(_plain_key(group), plain) != plain and one == one:
            raise ConversionError(
                f"`{ast.unparse(of.tape.expressions[event.node])}` gives the rows of one "
                "group different values."
            )
    return table


def _plain_key(key: Any) -> Any:
    return tuple(map(to_plain_scalar, key)) if isinstance(key, tuple) else to_plain_scalar(key)
