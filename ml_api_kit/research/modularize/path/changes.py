"""Lines for what changes a frame in place: stores, renames, methods with `inplace=True`."""

from __future__ import annotations

import ast

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.path.calls import render_call
from ml_api_kit.research.modularize.path.corrections import Corrections
from ml_api_kit.research.modularize.path.expressions import Expressions
from ml_api_kit.research.modularize.path.line_reads import annotation
from ml_api_kit.research.modularize.path.request_path import Line
from ml_api_kit.research.modularize.path.stores import is_masked
from ml_api_kit.research.modularize.syntax import attribute, item, literal
from ml_api_kit.research.record.tape import Event, Value


class Changes:
    """Writes the lines of events that change what a variable holds.

    Attributes:
        corrections: the single cells that are stored, which give no line.
    """

    def __init__(self, expressions: Expressions) -> None:
        """Begin before the first change."""
        self._of = expressions
        self._tape, self._live = expressions.tape, expressions.live
        self._variables = expressions.variables
        self.corrections = Corrections(expressions.tape)

    def lines(self, event: Event, out: Value) -> list[Line]:
        """The line of a change, after the one that begins a frame which is filled; or none.

        Raises ConversionError: when a change is none that is known.
        """
        before = out.before
        assert before is not None
        lines: list[Line] = []
        if self._variables.get(before) is None:
            begun = self._variables.new_name(out, event.number)
            self._variables.give(before, begun)
            if before.source is not None and before.source.is_empty:
                lines.append(self._start(event, out, begun))
        name = self._variables.get(before)
        assert name is not None
        self._variables.give(out, name)
        text = self._text(event, out, before, name)
        if text is not None:
            lines.append(self._of.line(text, name, event=event, gives=event.output))
        return lines

    def _start(self, event: Event, out: Value, name: str) -> Line:
        """The line that begins a frame which is filled column by column, beside the rows."""
        beside = self._frame_behind(event)
        if beside is None:
            raise ConversionError(f"The frame `{name}` begins empty, beside no frame of rows.")
        kinds = {beside: "pd.DataFrame"}
        text = f"{name} = {beside}[[]]"
        return Line(text, name, (beside,), (), event.statement, event.line, kinds, annotation(out))

    def _frame_behind(self, event: Event) -> str | None:
        """The variable of the nearest frame that what an event stores was made from."""
        stack, seen = list(event.inputs), set()
        while stack:
            value = stack.pop(0)
            if value.number in seen:
                continue
            seen.add(value.number)
            is_filled = value.source is not None and not value.source.is_empty
            name = self._variables.get(value)
            if value.is_frame and is_filled and name is not None:
                return name
            stack += [value.base] if value.base is not None else []
            stack += [] if value.made_by is None else value.made_by.inputs
        return None

    def _text(self, event: Event, out: Value, before: Value, name: str) -> str | None:
        key = event.detail.get("key")
        if event.kind == "store":
            return self._stored(event, out, name)
        if event.kind == "store_attribute" and key == "columns":
            return self._renamed(before, out, name)
        if event.kind == "store_attribute" and key in (out.columns or ()):
            return self._stored(event, out, name)
        if event.kind == "delete" or event.detail.get("selects") is not None:
            return None
        node = self._tape.expressions[event.node]
        if event.kind == "inplace" and isinstance(node, ast.Call):
            return self._called(node, event, out, before, name)
        raise ConversionError(f"{ast.unparse(node)} changes rows in a way that is not known.")

    def _called(
        self, node: ast.Call, event: Event, out: Value, before: Value, name: str
    ) -> str | None:
        """`df.fillna(0, inplace=True)` as what gives the variable a new value."""
        if event.function.endswith(".rename"):
            return self._renamed(before, out, name)
        if event.function.endswith(".insert"):
            return self._inserted(node, event, out, name)
        call = render_call(self._of, node, event, without=("inplace",))
        self._of.read_variable(name, out)
        return f"{name} = {ast.unparse(call)}"

    def _stored(self, event: Event, out: Value, name: str) -> str | None:
        """`df["a"] = value`, `df.loc[mask, "a"] += value`."""
        if self._live.is_dead_store(event, out) or self.corrections.takes(event):
            return None
        if event.detail.get("is_by_loop"):
            raise ConversionError(
                f"Line {event.line} of its cell fills a column row by row, in a way that leaves no "
                'rule for another row: write it as `df["column"] = df.apply(function, axis=1)`.'
            )
        node = self._tape.expressions[event.node]
        assert isinstance(node, ast.Subscript | ast.Attribute)
        value = self._given(event)
        left: ast.expr = ast.Name(name, ast.Load())
        if is_masked(self._tape, event):
            assert isinstance(node.value, ast.Attribute)
            left = attribute(left, node.value.attr)
        key = self._key(node, event)
        operator = event.detail.get("operator")
        if operator:
            value = ast.BinOp(item(left, key), getattr(ast, operator)(), value)
        self._of.read_variable(name, out)
        return f"{ast.unparse(ast.Subscript(left, key, ast.Store()))} = {ast.unparse(value)}"

    def _given(self, event: Event) -> ast.expr:
        """What an event stores."""
        given = event.children.get(event.detail["given"])
        node = self._tape.expressions[event.detail["given"]]
        assert isinstance(node, ast.expr)
        return self._of.refer(given, node, event) if given else self._of.render(node, event)

    def _key(self, node: ast.Subscript | ast.Attribute, event: Event) -> ast.expr:
        """Where an event stores: a column, several, or rows of a column."""
        key = event.detail.get("key")
        if isinstance(key, str | int):
            return literal(key)
        if isinstance(key, list) and all(isinstance(one, str) for one in key):
            return literal(key)
        assert isinstance(node, ast.Subscript)
        return self._of.render(node.slice, event)

    def _inserted(self, node: ast.Call, event: Event, out: Value, name: str) -> str | None:
        """`df.insert(2, "a", value)` as a column that is stored."""
        given = {one.arg: one.value for one in node.keywords}
        given |= dict(zip(("loc", "column", "value"), node.args, strict=False))
        column = given["column"]
        key = column.value if isinstance(column, ast.Constant) else None
        if key is None:
            key = event.children[column.number].object()  # type: ignore[attr-defined]
        if key not in self._live.of(out):
            return None
        value = self._of.render(given["value"], event)
        self._of.read_variable(name, out)
        return f"{name}[{key!r}] = {ast.unparse(value)}"

    def _renamed(self, before: Value, out: Value, name: str) -> str | None:
        live = set(self._live.in_order(out))
        pairs = {
            old: new
            for old, new in zip(before.columns or (), out.columns or (), strict=True)
            if old != new and new in live
        }
        self._of.read_variable(name, out)
        return f"{name} = {name}.rename(columns={pairs!r})" if pairs else None
