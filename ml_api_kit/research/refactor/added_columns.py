"""Columns added to a frame one after the other, each of which may read those before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, text_of

#: Stands for a frame that is no variable.
TABLE = "a_frame_in_between"


@dataclass(frozen=True, slots=True)
class Added:
    """A column that is added.

    Attributes:
        name: its name, as source.
        expression: what it is, of the name of the frame that it is made of.
        is_late: whether it is computed when the columns before it are there, not before all.
    """

    name: str
    expression: Callable[[str], cst.BaseExpression]
    is_late: bool


def add_columns(frame: cst.BaseExpression, columns: Sequence[Added], of: FrameTranslator) -> str:
    """The source of the frame's rows with the columns added.

    A column that reads one added before it is made in a comprehension of its own.

    Raises LeftAloneError: when a column's expression has no rule.
    """
    table = frame.value if isinstance(frame, cst.Name) else TABLE
    rows = of.expression(frame)
    pending: dict[str, cst.BaseExpression] = {}
    stored: set[str] = set()
    for one in columns:
        value = one.expression(table)
        if not one.is_late and _reads(value) & stored:
            raise LeftAloneError(f"`{one.name}` is computed of a column before it is replaced")
        if one.is_late and _reads(value) & set(pending):
            stored |= set(pending)
            rows, pending = _stored(rows, table, pending, of), {}
        pending[one.name] = value
    return _stored(rows, table, pending, of)


def _stored(
    rows: str, table: str, values: dict[str, cst.BaseExpression], of: FrameTranslator
) -> str:
    column = ColumnTranslator(of.scope.within({table: Kind.FRAME}), of.rules)
    column.frames, column.sources = [table], {table: rows}
    parts = ", ".join(f"{name}: {column.value(value)}" for name, value in values.items())
    return f"[{{**row, {parts}}} {column.over()}]"


def _reads(node: cst.BaseExpression) -> set[str]:
    """The names, as source, of what may be columns in an expression."""
    texts = [text_of(one) for one in m.findall(node, m.SimpleString())]  # type: ignore[arg-type]
    attributes = [cst.ensure_type(one, cst.Attribute) for one in m.findall(node, m.Attribute())]
    return {repr(one) for one in [*texts, *(one.attr.value for one in attributes)]}
