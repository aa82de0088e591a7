"""The request path written: what is needed, which columns are read, then line by line."""

from __future__ import annotations

import ast
from typing import Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.path.changes import Changes
from ml_api_kit.research.modularize.path.expressions import Expressions
from ml_api_kit.research.modularize.path.live_columns import LiveColumns
from ml_api_kit.research.modularize.path.needed import NeededEvents
from ml_api_kit.research.modularize.path.request_path import Line, RequestPath
from ml_api_kit.research.modularize.path.stores import STATE_CHANGES
from ml_api_kit.research.modularize.path.variables import Variables
from ml_api_kit.research.modularize.syntax import item, literal
from ml_api_kit.research.record.tape import Event, Source, Tape, Value

_RESULT = "features"


def write_path(
    tape: Tape,
    target: Value,
    fixed: FixedValues,
    *,
    columns: tuple[Any, ...] | None = None,
    all_columns: bool = False,
    start: Source | None = None,
) -> RequestPath:
    """The request path to `target`, the model's input.

    It begins at the source of the rows, or at `start`, which was made on the way. `columns` are
    those of the input that the model reads, all of them when left out; `all_columns` asks a request
    for every column of the source, read or not.

    Raises ConversionError: when some step has an origin that was not seen, or no place in a row's
        path.
    """
    first = start or target.source
    if first is None:
        raise ConversionError("The model's input does not come from a source of rows.")
    needed = NeededEvents(tape, target, first)
    live = LiveColumns(needed, fixed.own, columns=columns, all_columns=all_columns)
    expressions = Expressions(needed, live, Variables(needed), fixed)
    return _PathWriter(expressions, columns).write()


class _PathWriter:
    def __init__(self, expressions: Expressions, columns: tuple[Any, ...] | None) -> None:
        self._of = expressions
        self._needed, self._live = expressions.needed, expressions.live
        self._variables = expressions.variables
        self._changes = Changes(expressions)
        self._columns = None if columns is None else set(columns)

    def write(self) -> RequestPath:
        needed, live = self._needed, self._live
        sources = [one for one in needed.sources if live.is_wanted(one.value)]
        entries = [self._entry(source) for source in sources]
        lines = [line for event in needed.events for line in self._lines(event)]
        lines.append(self._result())
        return RequestPath(
            sources,
            tuple(live.in_order(needed.source)),
            entries,
            _RESULT,
            lines,
            [one for one in needed.events if one.output and live.is_wanted(one.output)],
            self._changes.corrections.events,
        )

    def _entry(self, source: Source) -> str:
        """The variable that holds a source."""
        name = self._variables.new_name(source.value, -1)
        self._variables.give(source.value, name)
        return name

    def _lines(self, event: Event) -> list[Line]:
        """The lines of an event; none where it is a part of another, or nothing is read of it."""
        out = event.output
        if out is None or out.base is not None or not self._live.is_wanted(out):
            return []
        self._of.begin_line()
        if event.kind in STATE_CHANGES:
            return self._changes.lines(event, out)
        parent = event.detail.get("selects")
        if parent is not None:
            return self._selection(event, out, parent)
        return [self._assigned(event, out)] if out.variables else []

    def _assigned(self, event: Event, out: Value, parent: Value | None = None) -> Line:
        """The line that gives a variable a value, which may be a selection of `parent`."""
        name = self._variables.new_name(out, event.number)
        made = self._of.expression(out) if parent is None else self._of.selected(out, parent)
        text = f"{name} = {ast.unparse(made)}"
        self._variables.give(out, name)
        return self._of.line(text, name, event=event, gives=event.output)

    def _selection(self, event: Event, out: Value, parent: Value) -> list[Line]:
        """A selection of rows is no line; one of columns is, where it has a name."""
        is_same = not out.is_frame or tuple(out.columns or ()) == tuple(parent.columns or ())
        is_precise = out.is_frame and not self._live.is_whole(out)
        is_changed = self._needed.is_changed(out)
        if (is_same or is_precise) and not (
            is_changed and self._variables.is_read_after(parent, event)
        ):
            inner = self._variables.get(parent)
            if inner is not None:
                self._variables.give(out, inner)
            return []
        return [self._assigned(event, out, parent)] if out.variables or is_changed else []

    def _result(self) -> Line:
        """The variable of the model's input, with the columns in the model's order."""
        self._of.begin_line()
        target = self._needed.target
        expression = self._of.reference(target)
        if target.is_frame:
            every = target.columns or ()
            listed = [one for one in every if self._columns is None or one in self._columns]
            expression = item(expression, literal(listed))
        text = f"{_RESULT} = {ast.unparse(expression)}"
        return self._of.line(text, _RESULT, event=target.made_by, gives=target)
