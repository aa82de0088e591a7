"""The request path: what is done to the rows, from the source to the model, as lines of pandas.

1. needed:  the events that the model's input depends on, through rows alone
2. live:    for each frame among them the columns that the model's input depends on
3. written: the events in order, each as a line or as a part of one; what was learned is a name

Loops are unrolled and functions inlined by this, since an event is what happened, not what was
written; selections of rows (splits, filters, samples) vanish.
"""

from __future__ import annotations

import ast
import contextlib
import types
from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize import columns as column_origins
from ml_api_kit.research.modularize.fixed import FixedValues, learned_name
from ml_api_kit.research.modularize.own_code import is_own
from ml_api_kit.research.record.tape import Binding, Event, Source, Tape, Value

_STATE_CHANGES = ("store", "store_attribute", "delete", "inplace")
# Single cells that may be stored before it is a column that is filled.
_MOST_CORRECTIONS = 20


@dataclass(slots=True)
class Line:
    """One statement of the request path.

    Attributes:
        text: the statement.
        writes: the variable it gives a value.
        reads: the variables it reads.
        frozen: the names of learned values it reads.
        kinds: the annotation of each variable that it reads, as it was before.
        gives: the annotation of the variable that it writes.
        statement: the number of the statement of the research code it comes from.
        line: the line in its cell.
    """

    text: str
    writes: str
    reads: tuple[str, ...]
    frozen: tuple[str, ...]
    statement: int
    line: int
    kinds: dict[str, str] = field(default_factory=dict)
    gives: str = "Any"


@dataclass(slots=True)
class RequestPath:
    """The lines from the source's rows to the model's input.

    Attributes:
        sources: what the rows come in as: one table, or arrays side by side.
        columns: the columns of a source that is a frame, which are asked of a request, in order;
            none where all columns are.
        entries: the variables that hold the sources.
        result: the variable that holds the model's input.
        lines: what is done.
        events: the events behind them, with those that only select rows.
        corrections: by the position of its row in the source, what gave a single cell of the data
            another value: left out, since it says nothing of another row.
    """

    sources: list[Source]
    columns: tuple[Any, ...]
    entries: list[str]
    result: str
    lines: list[Line] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    corrections: dict[int, Event] = field(default_factory=dict)


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
    writer = _PathWriter(tape, target, fixed, all_columns=all_columns, start=start)
    writer.target_columns = None if columns is None else set(columns)
    return writer.write()


class _PathWriter:
    def __init__(
        self,
        tape: Tape,
        target: Value,
        fixed: FixedValues,
        *,
        all_columns: bool,
        start: Source | None,
    ) -> None:
        first = start or target.source
        if first is None:
            raise ConversionError("The model's input does not come from a source of rows.")
        self.tape, self.target, self.fixed = tape, target, fixed
        self.source = first.value
        self.sources: list[Source] = [first]
        self.all_columns = all_columns
        self.target_columns: set[Any] | None = None
        self.wanted: set[int] = set()
        self.whole: set[int] = set()
        self.needed: dict[int, Event] = {}
        self.live: dict[int, set[Any]] = {}
        self.values: dict[int, Value] = {}
        self.variables: dict[int, str] = {}
        self.owners: dict[str, tuple[Value, int]] = {}
        self.reads: list[str] = []
        self.kinds: dict[str, str] = {}
        self.last_read: dict[int, int] = {}
        self.starts: list[Line] = []
        self.replaced: dict[int, ast.expr] = {}
        self.corrections: dict[int, Event] = {}

    def write(self) -> RequestPath:
        self._need(self.target)
        events = [self.needed[number] for number in sorted(self.needed)]
        self._find_live(events)
        self.sources = [one for one in self.sources if one.value.number in self.wanted]
        self._find_last_reads(events)
        for source in self.sources:
            self.variables[source.value.number] = self._variable(source.value, -1)
        entries = [self.variables[source.value.number] for source in self.sources]
        lines: list[Line] = []
        for event in events:
            line = self._line(event)
            lines += self.starts
            self.starts = []
            if line is not None:
                lines.append(line)
        result, extra = self._result(lines)
        lines += extra
        live = self.live.get(self.source.number, set())
        columns = self._source_columns(live)
        kept = [event for event in events if event.output and event.output.number in self.wanted]
        return RequestPath(self.sources, columns, entries, result, lines, kept, self.corrections)

    # Which events. ------------------------------------------------------------------------

    def _need(self, value: Value) -> None:
        stack = [value]
        while stack:
            one = stack.pop()
            if one.number in self.values:
                continue
            self.values[one.number] = one
            if self._is_source(one):
                continue
            event = one.made_by
            if event is None:
                raise ConversionError(
                    f"A {one.type_name} on the way to the model was made out of sight."
                )
            self.needed[event.number] = event
            stack.extend(self._dependencies(event))

    def _dependencies(self, event: Event) -> list[Value]:
        """The rows that an event depends on."""
        selected = event.detail.get("selects")
        if selected is not None:
            return [selected]
        given = [*event.inputs, *(one for value in event.inputs for one in self.tape.listed(value))]
        found = [value for value in given if self._is_row_like(value)]
        if event.kind in _STATE_CHANGES and event.output is not None:
            before = event.output.before
            if before is not None and before not in found:
                found.insert(0, before)
        if event.kind in ("store", "store_attribute") and event.output is not None:
            # `df.loc` is but the way to what is stored into.
            before = event.output.before
            found = [one for one in found if one.base is None or one.base is not before]
        if event.function.endswith((".fit_transform", ".transform")) and event.kind == "fit":
            found = found[:1]
        return [value for value in found if value.base or self._is_beside(value)]

    def _is_source(self, value: Value) -> bool:
        """Whether rows come in as this value."""
        if value is self.source:
            return True
        source = value.source
        if source is None or source.value is not value:
            return False
        if source not in self.sources:
            self.sources.append(source)
        return True

    def _is_beside(self, value: Value) -> bool:
        """Whether a value's rows are those of the model's input, or lie beside them, one by one."""
        main = self.target.source
        return value.source is main or (
            value.source is not None
            and main is not None
            and value.source.rows == main.rows
            and not hasattr(value.source.data, "columns")
        )

    def _is_row_like(self, value: Value) -> bool:
        return value.binding is Binding.ROWS

    # Which columns. -----------------------------------------------------------------------

    def _find_live(self, events: list[Event]) -> None:
        self._read(self.target, self.target_columns)
        self.wanted = {self.target.number}
        for event in reversed(events):
            out = event.output
            if out is None or out.number not in self.wanted:
                continue
            live = self.live.get(out.number)
            for parent in self._dependencies(event):
                if parent is not out.before and self._is_dead_store(event, out):
                    continue
                read = self._read_of(event, parent, out, live)
                if read is not None and not read and event.function.endswith("concat"):
                    continue
                self.wanted.add(parent.number)
                self._read(parent, read)
                self._read_through(event, parent)
                if self._reads_whole(event, parent, out):
                    self.whole.add(parent.number)

    def _reads_whole(self, event: Event, parent: Value, out: Value) -> bool:
        """Whether an event reads a frame as a whole, so that columns too many would matter."""
        if not parent.is_frame:
            return False
        if event.detail.get("selects") is not None or parent is out.before:
            return out.number in self.whole
        if not out.is_frame and (out.base is not None or event.function.endswith(".apply")):
            return False
        is_column = column_origins.read_columns(self.tape, event, parent) is not None
        return not (is_column and not out.is_frame)

    def _is_dead_store(self, event: Event, out: Value) -> bool:
        """Whether an event stores a column that nothing reads any more."""
        if event.kind not in ("store", "store_attribute") or not out.is_frame:
            return False
        if event.detail.get("key") == "columns" or self.all_columns:
            return False
        return not self._stored(event) & self.live.get(out.number, set())

    def _read_of(
        self, event: Event, parent: Value, out: Value, live: set[Any] | None
    ) -> set[Any] | None:
        """The columns of `parent` that are read for the `live` ones of `out`; None for all."""
        if not parent.is_frame or parent.columns is None:
            return None
        if event.kind in _STATE_CHANGES and event.detail.get("operator"):
            return (set(parent.columns) if live is None else set(live)) | self._stored(event)
        if not out.is_frame and event.function.endswith(".apply"):
            return self._constants(event, parent) | self._read_by_function(event, parent) or None
        if not out.is_frame:
            if event.output is not None and event.output.base is not None:
                return self._lazy_read(event, parent)
            return column_origins.read_columns(self.tape, event, parent)
        wanted = set(out.columns or ()) if live is None else live
        is_store = event.kind in ("store", "store_attribute")
        if is_store and parent is not out.before:
            return None if wanted & self._stored(event) else set()
        if is_store and not self._is_masked(event) and event.detail.get("key") != "columns":
            wanted = wanted - self._stored(event)
        origins = column_origins.origins(event, parent, out)
        if event.function.endswith((".merge", ".join")):
            wanted_keys = self._named_columns(event, parent)
            return wanted_keys.union(*(origins.get(column, set()) for column in wanted))
        read = set().union(*(origins.get(column, set()) for column in wanted)) if wanted else set()
        if event.function.endswith(".assign"):
            read |= self._read_by_lambdas(event, parent, wanted)
        return read

    def _lazy_read(self, event: Event, parent: Value) -> set[Any] | None:
        """What a way to a table reads of it: the keys of groups; a method by itself reads nothing.

        What is read through it is read where it is used, see `_read_through`.
        """
        node = self.tape.expressions[event.node]
        return self._constants(event, parent) if isinstance(node, ast.Call) else set()

    def _read_through(self, event: Event, parent: Value) -> None:
        """Mark what an event reads of the frame that `parent` is a way to."""
        root = parent
        while root.base is not None:
            root = root.base
        if root is parent or not root.is_frame:
            return
        node = self.tape.expressions[event.node]
        named = self._constants(event, root)
        is_of_columns = parent.type_name.endswith(("SeriesGroupBy", "method"))
        if named or is_of_columns or isinstance(node, ast.Attribute):
            self._read(root, named)
        else:
            self._read(root, None)

    def _constants(self, event: Event, parent: Value) -> set[Any]:
        """The columns of a frame that an expression names."""
        node = self.tape.expressions[event.node]
        named = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
        return {name for name in named if isinstance(name, str | int)} & set(parent.columns or ())

    def _read_by_function(self, event: Event, parent: Value) -> set[Any]:
        """The columns that a function of a row names, which is given by its name."""
        found: set[Any] = set()
        for value in event.children.values():
            obj = value.object()
            if isinstance(obj, types.FunctionType) and is_own(obj):
                with contextlib.suppress(ConversionError):
                    found |= _names_in(self.fixed.own.tree(obj))
        return found & set(parent.columns or ())

    def _read_by_lambdas(self, event: Event, parent: Value, wanted: set[Any]) -> set[Any]:
        """The columns that the functions of a frame name which `assign` is given for a column."""
        node = self.tape.expressions[event.node]
        assert isinstance(node, ast.Call)
        given = [one.value for one in node.keywords if one.arg is None or one.arg in wanted]
        named = set().union(
            *(_names_in(one) for one in given if isinstance(one, ast.Lambda)), set()
        )
        return named & set(parent.columns or ())

    def _named_columns(self, event: Event, parent: Value) -> set[Any]:
        """The columns that a call names, as the keys of a join."""
        return self._constants(event, parent) or set(parent.columns or ())

    def _stored(self, event: Event) -> set[Any]:
        key = event.detail.get("key")
        if self._is_masked(event) and isinstance(key, tuple):
            key = key[-1]
        keys = key if isinstance(key, list) else [key]
        columns = event.output.columns if event.output is not None else None
        if columns and self._is_masked(event) and self._is_by_place(event):
            taken = [columns[one : one + 1] if isinstance(one, int) else columns for one in keys]
            return set().union(*taken)
        return set(keys)

    def _is_of_one_cell(self, event: Event) -> bool:
        """Whether a single cell is stored: a correction of the data at hand, not of a request.

        Raises ConversionError: where so many are that they make a column, one row after the other.
        """
        key = event.detail.get("key")
        is_one = (
            self._is_masked(event)
            and isinstance(key, tuple)
            and len(key) == 2
            and all(isinstance(part, str | int | float) for part in key)
        )
        if is_one:
            self.corrections[self._row_stored(event)] = event
        if len(self.corrections) > _MOST_CORRECTIONS:
            raise ConversionError(
                f"Line {event.line} of its cell fills a column row by row, which leaves no rule "
                'for another row: write it as `df["column"] = df.apply(function, axis=1)`.'
            )
        return is_one

    def _row_stored(self, event: Event) -> int:
        """The position in the source of the row whose cell is stored."""
        label = event.detail["key"][0]
        positions = event.output.before.positions if event.output and event.output.before else None
        if positions is not None and self._is_by_place(event):
            return int(positions[label])
        if not isinstance(label, int):
            raise ConversionError(
                f"Line {event.line} of its cell corrects the row {label!r}, which is no position."
            )
        return label

    def _is_by_place(self, event: Event) -> bool:
        """Whether what is stored is named by its place, as `df.iloc[3, 1]` does."""
        node = self.tape.expressions[event.node]
        assert isinstance(node, ast.Subscript)
        return isinstance(node.value, ast.Attribute) and node.value.attr in ("iloc", "iat")

    def _is_masked(self, event: Event) -> bool:
        node = self.tape.expressions[event.node]
        return (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Attribute)
            and (node.value.attr in ("loc", "iloc", "at", "iat"))
        )

    def _read(self, value: Value, columns: set[Any] | None) -> None:
        if not value.is_frame or value.columns is None:
            return
        every = set(value.columns)
        wanted = every if columns is None or self.all_columns else columns & every
        self.live.setdefault(value.number, set()).update(wanted)

    def _source_columns(self, live: set[Any]) -> tuple[Any, ...]:
        if self.source.columns is None:
            return ()
        return tuple(column for column in self.source.columns if column in live)

    # Lines. -------------------------------------------------------------------------------

    def _find_last_reads(self, events: list[Event]) -> None:
        for event in events:
            for value in self._dependencies(event):
                self.last_read[value.number] = event.number
        self.last_read[self.target.number] = len(self.tape.events)

    def _line(self, event: Event) -> Line | None:
        out = event.output
        if out is None or out.base is not None or out.number not in self.wanted:
            return None
        self.reads, self.kinds = [], {}
        self.fixed.begin()
        if event.kind in _STATE_CHANGES:
            return self._change(event, out)
        parent = event.detail.get("selects")
        if parent is not None:
            return self._selection(event, out, parent)
        if not out.variables:
            return None
        name = self._variable(out, event.number)
        text = f"{name} = {ast.unparse(self._expression(out))}"
        self.variables[out.number] = name
        return self._made(event, text, name)

    def _made(self, event: Event, text: str, name: str) -> Line:
        return Line(
            text,
            name,
            tuple(dict.fromkeys(self.reads)),
            self.fixed.used(),
            event.statement,
            event.line,
            dict(self.kinds),
            _annotation(event.output),
        )

    def _selection(self, event: Event, out: Value, parent: Value) -> Line | None:
        """A selection of rows is no line; one of columns is, where it has a name."""
        is_same = not out.is_frame or tuple(out.columns or ()) == tuple(parent.columns or ())
        is_precise = out.is_frame and out.number not in self.whole
        if (is_same or is_precise) and not (
            self._is_changed_later(out) and self._is_read_later(parent, event)
        ):
            inner = self.variables.get(parent.number)
            if inner is not None:
                self.variables[out.number] = inner
            return None
        if not out.variables and not self._is_changed_later(out):
            return None
        name = self._variable(out, event.number)
        text = f"{name} = {ast.unparse(self._selected(out, parent))}"
        self.variables[out.number] = name
        return self._made(event, text, name)

    def _selected(self, out: Value, parent: Value) -> ast.expr:
        inner = self._reference(parent)
        if not out.is_frame:
            return _call(_attribute(inner, "copy"))
        listed = _literal(self._live(out))
        return ast.Subscript(inner, listed, ast.Load())

    def _live(self, value: Value) -> list[Any]:
        live = self.live.get(value.number, set())
        return [column for column in value.columns or () if column in live]

    def _is_changed_later(self, value: Value) -> bool:
        return any(
            one.before is value or (one.before is not None and one.before is value)
            for one in self.values.values()
        )

    def _is_read_later(self, value: Value, event: Event) -> bool:
        return self.last_read.get(value.number, -1) > event.number

    def _change(self, event: Event, out: Value) -> Line | None:
        before = out.before
        assert before is not None
        if before.number not in self.variables:
            name = self._variable(out, event.number)
            self.variables[before.number] = name
            if before.source is not None and before.source.is_empty:
                self.starts.append(self._start(event, out, name))
        name = self.variables[before.number]
        self.variables[out.number] = name
        text = self._change_text(event, out, before, name)
        return None if text is None else self._made(event, text, name)

    def _start(self, event: Event, out: Value, name: str) -> Line:
        """The line that begins a frame which is filled column by column, beside the rows."""
        beside = self._frame_behind(event)
        if beside is None:
            raise ConversionError(f"The frame `{name}` begins empty, beside no frame of rows.")
        kinds = {beside: "pd.DataFrame"}
        text = f"{name} = {beside}[[]]"
        return Line(text, name, (beside,), (), event.statement, event.line, kinds, _annotation(out))

    def _frame_behind(self, event: Event) -> str | None:
        """The variable of the nearest frame that what an event stores was made from."""
        stack, seen = list(event.inputs), set()
        while stack:
            value = stack.pop(0)
            if value.number in seen:
                continue
            seen.add(value.number)
            is_filled = value.source is not None and not value.source.is_empty
            if value.is_frame and is_filled and value.number in self.variables:
                return self.variables[value.number]
            stack += [value.base] if value.base is not None else []
            stack += [] if value.made_by is None else value.made_by.inputs
        return None

    def _change_text(self, event: Event, out: Value, before: Value, name: str) -> str | None:
        live = set(self._live(out))
        target = ast.Name(name, ast.Load())
        if event.kind == "store":
            return self._store_text(event, out, target, live)
        if event.kind == "store_attribute" and event.detail.get("key") == "columns":
            return self._renamed(before, out, name)
        if event.kind == "store_attribute" and event.detail.get("key") in (out.columns or ()):
            return self._store_text(event, out, target, live)
        if event.kind == "delete" or event.detail.get("selects") is not None:
            return None
        node = self.tape.expressions[event.node]
        if event.kind == "inplace" and isinstance(node, ast.Call):
            if event.function.endswith(".rename"):
                return self._renamed(before, out, name)
            if event.function.endswith(".insert"):
                return self._inserted(node, event, out, name)
            call = self._render_call(node, event, without=("inplace",))
            self.reads.append(name)
            self.kinds.setdefault(name, _annotation(out))
            return f"{name} = {ast.unparse(call)}"
        raise ConversionError(f"{ast.unparse(node)} changes rows in a way that is not known.")

    def _store_text(self, event: Event, out: Value, target: ast.expr, live: set[Any]) -> str | None:
        if self._is_dead_store(event, out) or self._is_of_one_cell(event):
            return None
        node = self.tape.expressions[event.node]
        assert isinstance(node, ast.Subscript | ast.Attribute)
        given = event.children.get(event.detail["given"])
        given_node = self.tape.expressions[event.detail["given"]]
        assert isinstance(given_node, ast.expr)
        value = self._refer(given, given_node, event) if given else self._render(given_node, event)
        left: ast.expr = target
        if self._is_masked(event):
            assert isinstance(node.value, ast.Attribute)
            left = _attribute(target, node.value.attr)
        key = event.detail.get("key")
        key_node = _literal(key) if isinstance(key, str | int) else None
        if key_node is None and isinstance(key, list) and all(isinstance(k, str) for k in key):
            key_node = _literal(key)
        if key_node is None:
            assert isinstance(node, ast.Subscript)
            key_node = self._render(node.slice, event)
        slot = ast.Subscript(left, key_node, ast.Store())
        operator = event.detail.get("operator")
        if operator:
            value = ast.BinOp(
                ast.Subscript(left, slot.slice, ast.Load()), getattr(ast, operator)(), value
            )
        self.reads.append(target.id)  # type: ignore[attr-defined]
        self.kinds.setdefault(target.id, _annotation(out))  # type: ignore[attr-defined]
        return f"{ast.unparse(slot)} = {ast.unparse(value)}"

    def _inserted(self, node: ast.Call, event: Event, out: Value, name: str) -> str | None:
        """`df.insert(2, "a", value)` as a column that is stored."""
        given = {one.arg: one.value for one in node.keywords}
        given |= dict(zip(("loc", "column", "value"), node.args, strict=False))
        column = given["column"]
        key = column.value if isinstance(column, ast.Constant) else None
        if key is None:
            key = event.children[column.number].object()  # type: ignore[attr-defined]
        if key not in self.live.get(out.number, set()):
            return None
        value = self._render(given["value"], event)
        self.reads.append(name)
        self.kinds.setdefault(name, _annotation(out))
        return f"{name}[{key!r}] = {ast.unparse(value)}"

    def _renamed(self, before: Value, out: Value, name: str) -> str | None:
        live = set(self._live(out))
        pairs = {
            old: new
            for old, new in zip(before.columns or (), out.columns or (), strict=True)
            if old != new and new in live
        }
        self.reads.append(name)
        self.kinds.setdefault(name, _annotation(out))
        return f"{name} = {name}.rename(columns={pairs!r})" if pairs else None

    def _result(self, lines: list[Line]) -> tuple[str, list[Line]]:
        """The variable of the model's input, with the columns in the model's order."""
        self.reads, self.kinds = [], {}
        self.fixed.begin()
        expression = self._reference(self.target)
        if self.target.is_frame:
            every = self.target.columns or ()
            listed = _literal(
                [one for one in every if self.target_columns is None or one in self.target_columns]
            )
            expression = ast.Subscript(expression, listed, ast.Load())
        last = self.target.made_by
        statement = last.statement if last else -1
        text = f"features = {ast.unparse(expression)}"
        line = Line(
            text,
            "features",
            tuple(dict.fromkeys(self.reads)),
            self.fixed.used(),
            statement,
            last.line if last else 0,
            dict(self.kinds),
            _annotation(self.target),
        )
        return "features", [line]

    # Expressions. -------------------------------------------------------------------------

    def _reference(self, value: Value) -> ast.expr:
        """A variable where a value has one, else the expression that made it."""
        name = self.variables.get(value.number)
        if name is not None:
            self.reads.append(name)
            self.kinds.setdefault(name, _annotation(value))
            return ast.Name(name, ast.Load())
        return self._expression(value)

    def _expression(self, value: Value) -> ast.expr:
        event = value.made_by
        if event is None:
            raise ConversionError(f"A {value.type_name} was made where it could not be seen.")
        parent = event.detail.get("selects")
        if parent is not None:
            is_same = not value.is_frame or tuple(value.columns or ()) == tuple(
                parent.columns or ()
            )
            return self._reference(parent) if is_same else self._selected(value, parent)
        from ml_api_kit.research.modularize.learned_calls import rewritten

        special = rewritten(self, event, value)
        if special is not None:
            return special
        node = self.tape.expressions[event.node]
        if isinstance(node, ast.Call):
            return self._render_call(node, event)
        assert isinstance(node, ast.expr)
        return self._rebuild(node, event)

    def _render(self, node: ast.expr, event: Event) -> ast.expr:
        replaced = self.replaced.get(getattr(node, "number", -1))
        if replaced is not None:
            return replaced
        value = event.children.get(node.number)  # type: ignore[attr-defined]
        if value is not None and not self._holds_rows(node, event):
            return self._refer(value, node, event)
        return self._rebuild(node, event)

    def _holds_rows(self, node: ast.expr, event: Event) -> bool:
        """Whether a list or tuple is written out with rows in it, or a key with slices."""
        if isinstance(node, ast.Tuple) and any(isinstance(one, ast.Slice) for one in node.elts):
            return True
        return isinstance(node, ast.List | ast.Tuple) and any(
            (value := event.children.get(one.number)) is not None  # type: ignore[attr-defined]
            and value.binding is Binding.ROWS
            for one in node.elts
        )

    def _refer(self, value: Value, node: ast.expr, event: Event) -> ast.expr:
        if value.binding is Binding.ROWS and (value.base is not None or self._is_beside(value)):
            return self._reference(value)
        if value.made_by is not None and self.tape.listed(value):
            listed = self.tape.expressions[value.made_by.node]
            assert isinstance(listed, ast.expr)
            return self._rebuild(listed, value.made_by)
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
        return _call(ast.parse("pd.Series", mode="eval").body, frozen)

    def _rebuild(self, node: ast.expr, event: Event) -> ast.expr:
        """The expression with its parts rendered."""
        made = {}
        for name, part in ast.iter_fields(node):
            if isinstance(part, list):
                made[name] = [self._part(one, event) for one in part]
            else:
                made[name] = self._part(part, event)
        rebuilt: ast.expr = type(node)(**made)  # type: ignore[arg-type]
        return rebuilt

    def _part(self, part: Any, event: Event) -> Any:
        if isinstance(part, ast.keyword):
            return ast.keyword(part.arg, self._render(part.value, event))
        if isinstance(part, ast.Slice | ast.Starred):
            return self._rebuild(part, event)
        if isinstance(part, ast.comprehension):
            return ast.comprehension(
                part.target,
                self._render(part.iter, event),
                [self._render(one, event) for one in part.ifs],
                part.is_async,
            )
        return self._render(part, event) if isinstance(part, ast.expr) else part

    def _render_call(
        self, node: ast.Call, event: Event, *, without: tuple[str, ...] = ()
    ) -> ast.Call:
        if isinstance(node.func, ast.Attribute) and event.detail.get("is_method"):
            receiver = event.inputs[0]
            if receiver.binding is Binding.ROWS:
                function: ast.expr = _attribute(self._reference(receiver), node.func.attr)
            else:
                function = self._function(node.func, event)
        else:
            function = self._function(node.func, event)
        return ast.Call(
            function,
            [self._argument(one, event) for one in node.args],
            [
                ast.keyword(one.arg, self._argument(one.value, event))
                for one in node.keywords
                if one.arg not in without and not self._is_dropped(one, event)
            ],
        )

    def _is_dropped(self, keyword: ast.keyword, event: Event) -> bool:
        """Whether an argument has no place in a row's path: labels of rows, columns not read."""
        if event.function.endswith(("DataFrame", "Series")):
            is_label = isinstance(keyword.value, ast.Attribute) and keyword.value.attr == "index"
            return keyword.arg == "index" and is_label
        out = event.output
        if event.function.endswith(".assign") and out is not None and out.is_frame:
            return keyword.arg is not None and keyword.arg not in self.live.get(out.number, set())
        return False

    def _argument(self, node: ast.expr, event: Event) -> Any:
        """An argument; of a table by columns, only what is said of columns that are read."""
        out = event.output
        is_renamed = event.function.endswith(".rename")
        is_by_column = is_renamed or event.function.endswith((".fillna", ".replace", ".astype"))
        value = event.children.get(getattr(node, "number", -1))
        if not is_by_column or out is None or not out.is_frame or value is None:
            return self._part(node, event)
        obj = value.object()
        if value.is_series and hasattr(obj, "to_dict"):
            obj = obj.to_dict()
        live = self.live.get(out.number, set())
        if is_renamed and isinstance(obj, dict):
            kept = {old: new for old, new in obj.items() if new in live}
            return self.fixed.constant(kept, node, value)
        if not isinstance(obj, dict) or not set(obj) <= set(out.columns or ()):
            return self._part(node, event)
        kept = {key: one for key, one in obj.items() if key in live}
        return self.fixed.constant(kept, node, value)

    def _function(self, node: ast.expr, event: Event) -> ast.expr:
        value = event.children.get(node.number)  # type: ignore[attr-defined]
        made = value.made_by if value is not None else None
        if isinstance(node, ast.Attribute) and made is not None:
            receiver = made.children.get(node.value.number)  # type: ignore[attr-defined]
            if receiver is not None and receiver.type_name != "module":
                return _attribute(self._refer(receiver, node.value, made), node.attr)
        if value is None:
            return self._rebuild(node, event)
        return self.fixed.refer(value, node, self)

    def _variable(self, value: Value, now: int) -> str:
        """A name for a value: the code's own, unless another value still needed has it."""
        root = value
        while root.before is not None:
            root = root.before
        wanted = (value.variables or root.variables or ["df" if value.is_frame else "values"])[0]
        name, count = wanted, 1
        while name in self.owners:
            owner, _ = self.owners[name]
            if owner is root or self._last_read_of(owner) <= now:
                break
            count += 1
            name = f"{wanted}_{count}"
        self.owners[name] = (root, now)
        return name

    def _last_read_of(self, root: Value) -> int:
        last = self.last_read.get(root.number, -1)
        for value in self.values.values():
            one = value
            while one.before is not None:
                one = one.before
            if one is root:
                last = max(last, self.last_read.get(value.number, -1))
        return last


def _names_in(tree: ast.AST) -> set[Any]:
    """What code names that may be a column: constants and attributes."""
    constants = {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    attributes = {one.attr for one in ast.walk(tree) if isinstance(one, ast.Attribute)}
    return {one for one in constants if isinstance(one, str | int)} | attributes


def _annotation(value: Value | None) -> str:
    """How a value is annotated."""
    if value is None:
        return "Any"
    if value.is_frame:
        return "pd.DataFrame"
    if value.is_series:
        return "pd.Series"
    return "np.ndarray" if value.is_array else "Any"


def _attribute(value: ast.expr, name: str) -> ast.Attribute:
    return ast.Attribute(value, name, ast.Load())


def _call(function: ast.expr, *arguments: ast.expr, **options: ast.expr) -> ast.Call:
    return ast.Call(function, list(arguments), [ast.keyword(k, v) for k, v in options.items()])


def _literal(value: Any) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body
