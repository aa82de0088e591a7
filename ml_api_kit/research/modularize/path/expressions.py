"""Expressions of the request path: those of the research code, with their parts rendered.

a value that a variable holds      its name
a value without one                the expression that made it
what was learned                   a name for it, or the call that applies it
"""

from __future__ import annotations

import ast
from typing import Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.fixed import FixedValues, learned_name
from ml_api_kit.research.modularize.learned_calls import rewritten
from ml_api_kit.research.modularize.path import calls
from ml_api_kit.research.modularize.path.line_reads import LineReads, annotation
from ml_api_kit.research.modularize.path.live_columns import LiveColumns
from ml_api_kit.research.modularize.path.needed import NeededEvents
from ml_api_kit.research.modularize.path.request_path import Line
from ml_api_kit.research.modularize.path.variables import Variables
from ml_api_kit.research.modularize.syntax import attribute, call, item, literal, parsed
from ml_api_kit.research.record.tape import Binding, Event, Value


class Expressions:
    """Renders values and expressions, and keeps what they read.

    Attributes:
        tape: what was recorded.
        needed: the events on the way to the model.
        live: the columns that are read.
        variables: the variables that hold values.
        fixed: what does not depend on the rows.
        reads: what the line that is being written reads.
        replaced: expressions that others are written in place of, by their numbers.
    """

    def __init__(
        self, needed: NeededEvents, live: LiveColumns, variables: Variables, fixed: FixedValues
    ) -> None:
        """Begin before the first line."""
        self.tape = needed.tape
        self.needed, self.live, self.variables, self.fixed = needed, live, variables, fixed
        self.reads = LineReads()
        self.replaced: dict[int, ast.expr] = {}

    def begin_line(self) -> None:
        """A new line begins."""
        self.reads.begin()
        self.fixed.begin()

    def line(self, text: str, writes: str, *, event: Event | None, gives: Value | None) -> Line:
        """The line with what it has read since it began; `event` is what it comes from."""
        return Line(
            text,
            writes,
            self.reads.names,
            self.fixed.used(),
            event.statement if event else -1,
            event.line if event else 0,
            self.reads.kinds,
            annotation(gives),
        )

    def read_variable(self, name: str, value: Value) -> ast.expr:
        """A variable that holds a value, which the line reads."""
        self.reads.add(name, annotation(value))
        return ast.Name(name, ast.Load())

    def reference(self, value: Value) -> ast.expr:
        """A variable where a value has one, else the expression that made it."""
        name = self.variables.get(value)
        return self.expression(value) if name is None else self.read_variable(name, value)

    def expression(self, value: Value) -> ast.expr:
        """The expression that made a value.

        Raises ConversionError: when it was made out of sight.
        """
        event = value.made_by
        if event is None:
            raise ConversionError(f"A {value.type_name} was made where it could not be seen.")
        parent = event.detail.get("selects")
        if parent is not None:
            is_same = not value.is_frame or tuple(value.columns or ()) == tuple(
                parent.columns or ()
            )
            return self.reference(parent) if is_same else self.selected(value, parent)
        special = rewritten(self, event, value)
        if special is not None:
            return special
        node = self.tape.expressions[event.node]
        if isinstance(node, ast.Call):
            return calls.render_call(self, node, event)
        assert isinstance(node, ast.expr)
        return self.rebuild(node, event)

    def function(self, node: ast.expr, event: Event) -> ast.expr:
        """What a call calls."""
        return calls.render_function(self, node, event)

    def selected(self, out: Value, parent: Value) -> ast.expr:
        """The columns of a frame that are read of a selection; a copy of anything else."""
        inner = self.reference(parent)
        if not out.is_frame:
            return call(attribute(inner, "copy"))
        return item(inner, literal(self.live.in_order(out)))

    def render(self, node: ast.expr, event: Event) -> ast.expr:
        """An expression that an event evaluated, or a part of it."""
        replaced = self.replaced.get(getattr(node, "number", -1))
        if replaced is not None:
            return replaced
        value = event.children.get(node.number)  # type: ignore[attr-defined]
        if value is not None and not _holds_rows(node, event):
            return self.refer(value, node, event)
        return self.rebuild(node, event)

    def refer(self, value: Value, node: ast.expr, event: Event) -> ast.expr:
        """An expression for the value that a part of an event's expression had."""
        is_row_like = value.binding is Binding.ROWS
        if is_row_like and (value.base is not None or self.needed.is_beside(value)):
            return self.reference(value)
        if value.made_by is not None and self.tape.listed(value):
            listed = self.tape.expressions[value.made_by.node]
            assert isinstance(listed, ast.expr)
            return self.rebuild(listed, value.made_by)
        is_operand = isinstance(self.tape.expressions[event.node], ast.BinOp)
        if is_operand and value.is_series and value.binding is Binding.LEARNED:
            return self._by_column(value, node)
        return self.fixed.refer(value, node, self)

    def _by_column(self, value: Value, node: ast.expr) -> ast.expr:
        """A learned value for each column, as a table that needs no pandas to be kept."""
        obj = value.object()
        if obj is None:
            raise ConversionError(f"`{ast.unparse(node)}` was not kept while the code ran.")
        frozen = self.fixed.freeze(obj.to_dict(), learned_name(value, node), value)
        self.fixed.own.imports["pd"] = "import pandas as pd"
        return call(parsed("pd.Series"), frozen)

    def rebuild(self, node: ast.expr, event: Event) -> ast.expr:
        """An expression with its parts rendered, whether or not its own value is known."""
        made = {}
        for name, part in ast.iter_fields(node):
            if isinstance(part, list):
                made[name] = [self.part(one, event) for one in part]
            else:
                made[name] = self.part(part, event)
        rebuilt: ast.expr = type(node)(**made)  # type: ignore[arg-type]
        return rebuilt

    def part(self, part: Any, event: Event) -> Any:
        """A part of an expression rendered, where it is one that has a value."""
        if isinstance(part, ast.keyword):
            return ast.keyword(part.arg, self.render(part.value, event))
        if isinstance(part, ast.Slice | ast.Starred):
            return self.rebuild(part, event)
        if isinstance(part, ast.comprehension):
            return ast.comprehension(
                part.target,
                self.render(part.iter, event),
                [self.render(one, event) for one in part.ifs],
                part.is_async,
            )
        return self.render(part, event) if isinstance(part, ast.expr) else part


def _holds_rows(node: ast.expr, event: Event) -> bool:
    """Whether a list or tuple is written out with rows in it, or a key with slices."""
    if isinstance(node, ast.Tuple) and any(isinstance(one, ast.Slice) for one in node.elts):
        return True
    return isinstance(node, ast.List | ast.Tuple) and any(
        (value := event.children.get(one.number)) is not None  # type: ignore[attr-defined]
        and value.binding is Binding.ROWS
        for one in node.elts
    )
