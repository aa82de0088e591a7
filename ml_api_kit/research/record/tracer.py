"""The tracer that instrumented code tells its values to.

1. told:      `seen(7, value)`: the expression numbered 7 has this value
2. related:   what it was made from are the values of the expression's parts, told just before
3. judged:    constant, learned from data, or rows; of which source, and which of its rows
4. watched:   what changes in place gets a new value for its new state, the earlier one is kept

It draws no random numbers and changes no result; what it knows it learns by looking.
"""

from __future__ import annotations

import ast
import io
import sys
import weakref
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from ml_api_kit.research.record import lineage, recognition, watches
from ml_api_kit.research.record.answers import AnswerKeeper
from ml_api_kit.research.record.instrument import Instrumenter, children, told_apart
from ml_api_kit.research.record.tape import Binding, Event, Source, Tape, Value

CELL_FILE = "<cell "
_TURNS_RECORDED = 400
_EVENTS_RECORDED = 200_000
_UNRECOGNISED = -1
_COPIED_SIZE = 200_000
_UNTRACKED = (str, bytes, bool, int, type(None), type(Ellipsis), type, slice)
# Methods of groups that may give rows as they are.
_GROUP_FILTERS = (
    "GroupBy.apply",
    "GroupBy.filter",
    "GroupBy.head",
    "GroupBy.tail",
    "GroupBy.sample",
)
_SCHEMA = {"columns", "dtypes", "shape", "index", "size", "ndim", "empty"}


class Tracer:
    """Records what instrumented code tells it onto a tape."""

    def __init__(self) -> None:
        """Begin an empty tape."""
        self.instrumenter = Instrumenter()
        self.tape = Tape(self.instrumenter.expressions)
        self.tape.expressions[-1] = ast.Name("rows", ast.Load())
        self.statement = -1
        self._quiet = 0
        self._last: dict[int, Value] = {}
        self._parts: dict[int, list[int]] = {}
        self._known: dict[int, tuple[Value, Any]] = {}
        self._names: list[dict[str, Value]] = [{}]
        self._pending: list[watches.Pending] = []
        self._turns: Counter[int] = Counter()
        self._recent: deque[Any] = deque(maxlen=64)
        self._keys: dict[int, Any] = {}
        self._numbers = 0
        self._answers = AnswerKeeper()

    # What instrumented code calls. ------------------------------------------------------------

    def seen(self, number: int, out: Any) -> Any:
        """The expression has the value `out`, which is given back."""
        if not self._quiet and self._is_recorded(number):
            self._keys[number] = out if _is_key(out) else None
            self._last[number] = self._record(number, "seen", out)
        return out

    def name(self, number: int, name: str, out: Any) -> Any:
        """The variable `name` was read."""
        if not self._quiet:
            self._keys[number] = out if _is_key(out) else None
            self._last[number] = self._value_of(name, out)
        return out

    def slice(self, number: int, start: Any, stop: Any, step: Any) -> slice:
        """The slice between bounds."""
        made = slice(start, stop, step)
        if not self._quiet:
            self._keys[number] = made
        return made

    def before(self, number: int, function: Any) -> Any:
        """A call is about to be made; what is to be called in place of `function`."""
        if self._quiet or not self._is_recorded(number):
            return function
        node = self.tape.expressions[number]
        assert isinstance(node, ast.Call)
        receiver = None
        if isinstance(node.func, ast.Attribute):
            receiver = self._last.get(node.func.value.number)  # type: ignore[attr-defined]
            if receiver is not None and receiver.type_name in ("module", "type", "ABCMeta"):
                receiver = None
        pending = watches.Pending(number, function, receiver)
        watches.watch(pending)
        self._pending.append(pending)
        return pending.replacement or function

    def after(self, number: int, out: Any) -> Any:
        """The call has returned `out`, which is given back."""
        if self._quiet or not self._pending:
            return out
        while self._pending:
            pending = self._pending.pop()
            if pending.number == number:
                self._last[number] = self._called(pending, out)
                break
        return out

    def bound(self, name: str, obj: Any) -> None:
        """The variable `name` was given a value."""
        if self._quiet:
            return
        value = self._find(obj)
        if value is None and self.tape.events and _is_same(self.tape.events[-1], obj):
            value = self.tape.events[-1].output
        if value is None:
            value = self._recognised(obj) or self._unpacked(name, obj)
        self._names[-1][name] = value
        value.variables.append(name)

    def iterated(self, name: str, obj: Any) -> None:
        """The variable `name` of a loop was given its next value."""
        if self._quiet:
            return
        value = self._find(obj) or self._recognised(obj) or self._new(obj, Binding.CONSTANT)
        self._names[-1][name] = value

    def collected(self, number: int, name: str, out: Any, column_number: int, column: Any) -> None:
        """The loop numbered `number` went through a column and appended to the list `name`."""
        parent = self._last.get(column_number)
        if self._quiet or parent is None or parent.binding is not Binding.ROWS:
            return
        if not isinstance(out, list) or not out or len(out) != lineage.row_count(column):
            return
        event = Event(len(self.tape.events), "collected", number, {}, (parent,), self.statement, 0)
        self.tape.events.append(event)
        event.output = value = self._new(out, Binding.ROWS)
        value.made_by, value.source, value.positions = event, parent.source, parent.positions
        value.variables.append(name)
        self._names[-1][name] = value

    def augmenting(self, number: int, name: str, obj: Any, operator: str) -> None:
        """`name += ...` is about to be made."""
        if not self._quiet:
            self._last[number] = self._value_of(name, obj)

    def store(
        self, number: int, value: Any, obj: Any, key: Any, given: int, operator: str = ""
    ) -> None:
        """Make `obj[key] = value`, or the augmented assignment with an operator."""
        if operator:
            value = watches.AUGMENTED[operator](obj[key], value)
        if self._quiet or not self._is_recorded(number):
            obj[key] = value
            return
        owner = getattr(obj, "obj", None) if type(obj).__name__.startswith("_") else None
        target = obj if owner is None else owner
        state = watches.shallow_copy(target)
        obj[key] = value
        detail = {"key": key if _is_key(key) else None, "operator": operator, "state": state}
        self._changed(number, "store", target, {**detail, "given": given})

    def store_attribute(
        self, number: int, value: Any, obj: Any, name: str, given: int, operator: str = ""
    ) -> None:
        """Make `obj.name = value`."""
        if operator:
            value = watches.AUGMENTED[operator](getattr(obj, name), value)
        state = None if self._quiet else watches.shallow_copy(obj)
        setattr(obj, name, value)
        if not self._quiet and self._is_recorded(number):
            detail = {"key": name, "operator": operator, "state": state, "given": given}
            self._changed(number, "store_attribute", obj, detail)

    def delete(self, number: int, obj: Any, key: Any) -> None:
        """Make `del obj[key]`."""
        state = None if self._quiet else watches.shallow_copy(obj)
        del obj[key]
        if not self._quiet and self._is_recorded(number):
            self._changed(number, "delete", obj, {"key": key, "state": state})

    def enter(self, name: str, given: dict[str, Any]) -> None:
        """A function of the code was entered with these arguments."""
        caller = sys._getframe(2).f_code.co_filename
        if self._quiet or not caller.startswith(CELL_FILE):
            self._quiet += 1
            return
        inner: dict[str, Value] = {}
        for parameter, obj in given.items():
            inner[parameter] = self._find(obj) or self._argument(obj)
        self._names.append(inner)

    def leave(self) -> None:
        """The function entered last was left."""
        if self._quiet:
            self._quiet -= 1
        elif len(self._names) > 1:
            self._names.pop()

    def begin(self, statement: int) -> None:
        """The statement of this number begins; what an error left unfinished is forgotten."""
        self.statement = statement
        self._pending.clear()
        self._quiet = 0
        del self._names[1:]

    # What it makes of it. ---------------------------------------------------------------------

    def _is_recorded(self, number: int) -> bool:
        self._turns[number] += 1
        if self._turns[number] > _TURNS_RECORDED or len(self.tape.events) > _EVENTS_RECORDED:
            self.tape.saturated.add(number)
            return False
        return True

    def _part_numbers(self, number: int) -> list[int]:
        found = self._parts.get(number)
        if found is None:
            node = self.tape.expressions[number]
            found = [child.number for _, child in children(node)]  # type: ignore[attr-defined]
            found += [
                inner.number  # type: ignore[attr-defined]
                for _, child in children(node)
                if isinstance(child, ast.Tuple | ast.List | ast.Starred)
                for _, inner in children(child)
            ]
            self._parts[number] = found
        return found

    def _event(self, number: int, kind: str) -> Event:
        node = self.tape.expressions[number]
        told = {part: self._last[part] for part in self._part_numbers(number) if part in self._last}
        if isinstance(
            node,
            ast.ListComp
            | ast.SetComp
            | ast.DictComp
            | ast.GeneratorExp
            | ast.JoinedStr
            | ast.Lambda,
        ):
            told |= self._free_names(node)
        event = Event(
            len(self.tape.events),
            kind,
            number,
            told,
            tuple(told.values()),
            self.statement,
            getattr(node, "lineno", 0),
        )
        self.tape.events.append(event)
        return event

    def _free_names(self, node: ast.AST) -> dict[int, Value]:
        """The variables that an expression told as a whole reads."""
        scope = {**self._names[0], **self._names[-1]}
        first = told_apart(node)
        apart = set() if first is None else {id(one) for one in ast.walk(first)}
        for inner in ast.walk(node):
            own = inner.arg if isinstance(inner, ast.arg) else None
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                own = inner.id
            scope.pop(own or "", None)
        return {
            inner.number: scope[inner.id]  # type: ignore[attr-defined]
            for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and inner.id in scope and id(inner) not in apart
        }

    def _record(self, number: int, kind: str, out: Any) -> Value:
        event = self._event(number, kind)
        node = self.tape.expressions[number]
        if isinstance(node, ast.Attribute):
            event.function = f"{event.inputs[0].type_name}.{node.attr}" if event.inputs else ""
        elif isinstance(node, ast.Subscript):
            event.detail["key"] = self._keys.get(node.slice.number)  # type: ignore[attr-defined]
        self._finish(event, out)
        assert event.output is not None
        return event.output

    def _finish(self, event: Event, out: Any) -> None:
        known = self._find(out)
        event.output = known or self._derived(event, out)
        self._answers.keep(event, out)

    def _called(self, pending: watches.Pending, out: Any) -> Value:
        event = self._event(pending.number, "call")
        node = self.tape.expressions[pending.number]
        assert isinstance(node, ast.Call)
        told = {part: value for part, value in event.children.items() if part != node.func.number}  # type: ignore[attr-defined]
        inputs = [] if pending.receiver is None else [pending.receiver]
        event.inputs = (*inputs, *told.values())
        event.detail["is_method"] = pending.receiver is not None
        event.function = watches.function_name(pending.function, pending.receiver)
        event.detail.update(pending.detail)
        given = [value.object() for value in told.values()]
        watches.keep_given(event, pending, list(told.values()), out)
        watches.learn(event, pending, given, out)
        self._note_changes(event, pending, out)
        if pending.is_user_function and event.kind != "fit":
            event.kind = "inlined"
        if event.kind == "inplace":
            return self._new(out, Binding.CONSTANT) if out is None else self._popped(event, out)
        self._finish(event, out)
        assert event.output is not None
        if pending.name == "fit_resample" and isinstance(out, tuple):
            event.detail["split"] = watches.resampled(pending, given, out)
        if isinstance(out, tuple | list) and len(out) <= 64:
            self._register_elements(event, out)
        return event.output

    def _popped(self, change: Event, out: Any) -> Value:
        """What `pop` gave, as if it had been read before it was taken away."""
        known = self._find(out)
        if known is not None or change.output is None or change.output.before is None:
            return known or self._new(out, Binding.LEARNED)
        event = Event(
            len(self.tape.events),
            "popped",
            change.node,
            change.children,
            (change.output.before,),
            self.statement,
            change.line,
            change.function,
        )
        self.tape.events.append(event)
        event.output = self._derived(event, out)
        return event.output

    def _note_changes(self, event: Event, pending: watches.Pending, out: Any) -> None:
        receiver = pending.receiver
        if receiver is None:
            return
        obj = getattr(pending.function, "__self__", None)
        if watches.is_fit(pending):
            event.kind = "fit"
            self._changed_value(event, receiver, obj, Binding.LEARNED)
            if pending.state is not None and receiver.copy is not None:
                receiver.copy = pending.state
        elif (
            pending.state is not None
            and (out is None or out is obj)
            and watches.has_changed(pending, obj)
        ) or (pending.name == "pop" and pending.state is not None):
            event.kind = "inplace"
            event.detail["state"] = pending.state
            self._changed_value(event, receiver, obj, None)
        elif isinstance(obj, list | dict | set) and pending.name in watches.MUTATORS:
            event.kind = "inplace"
            self._changed_value(event, receiver, obj, None)

    def _changed(self, number: int, kind: str, obj: Any, detail: dict[str, Any]) -> None:
        event = self._event(number, kind)
        node = self.tape.expressions[number]
        if isinstance(node, ast.Subscript | ast.Attribute):
            value_number = node.value.number  # type: ignore[attr-defined]
            if value_number in self._last:
                event.children[value_number] = self._last[value_number]
        given = self._last.get(detail.get("given", -1))
        if given is not None:
            event.children[detail["given"]] = given
            event.inputs = (*event.inputs, given)
        event.detail.update(detail)
        before = self._find(obj) or self._last.get(getattr(node, "value").number)  # noqa: B009
        if before is None:
            return
        self._changed_value(event, before, obj, None)
        event.output = self._find(obj) or before

    def _changed_value(
        self, event: Event, before: Value, obj: Any, binding: Binding | None
    ) -> None:
        """Give the object a new value for the state that the event left it in."""
        if before not in event.inputs:
            event.inputs = (before, *event.inputs)
        tainted = binding or max(
            (value.binding for value in event.inputs),
            key=list(Binding).index,
            default=before.binding,
        )
        if tainted is Binding.ROWS and not lineage.is_table(obj):
            tainted = Binding.LEARNED
        value = self._new(obj, tainted)
        value.made_by, value.before = event, before
        value.variables = list(before.variables)
        if tainted is Binding.ROWS:
            self._place(event, value, obj, [before, *event.inputs])
        for names in self._names:
            names.update({name: value for name, old in names.items() if old is before})
        event.output = value
        if event.kind == "fit":
            event.detail["fitted"] = value
        self._answers.keep(event, obj)

    def _derived(self, event: Event, out: Any) -> Value:
        """A new value for what an event gave, judged by what it was made from."""
        node = self.tape.expressions[event.node]
        inputs = [value.base or value for value in event.inputs]
        inputs += [one for value in event.inputs for one in self.tape.listed(value)]
        rows = [value for value in inputs if value.binding is Binding.ROWS]
        learned = any(value.binding is Binding.LEARNED for value in inputs)
        fitted = event.detail.get("fitted")
        if isinstance(node, ast.Attribute) and node.attr in _SCHEMA and rows:
            value = self._new(out, Binding.CONSTANT)
        elif (
            not rows
            and (not learned or watches.is_random(event))
            and lineage.is_table(out)
            and event.kind != "element"
        ):
            value = self._new(out, Binding.ROWS)
            value.made_by = event
            self._begin_source(event, value, out)
            return value
        elif not rows:
            value = self._new(out, Binding.LEARNED if learned else Binding.CONSTANT)
        else:
            value = self._new(out, Binding.LEARNED)
            self._place(event, value, out, rows)
        value.made_by = event
        if fitted is not None and value.binding is not Binding.ROWS:
            value.binding = Binding.LEARNED
        return value

    def _place(self, event: Event, value: Value, out: Any, parents: list[Value]) -> None:
        """Say which rows of their source the rows of a value are, or that it stands for all."""
        if _is_lazy(out):
            value.binding, value.base = Binding.ROWS, parents[0]
            value.source = parents[0].source
            return
        if not (lineage.is_table(out) or (isinstance(out, list) and out)):
            return
        if self._place_stacked(event, value, out):
            return
        if event.function.endswith("DataFrame") and _are_of_several_arrays(parents):
            value.binding = Binding.ROWS
            self._begin_source(event, value, out)
            return
        is_filtered = event.function.endswith(_GROUP_FILTERS)
        if not is_filtered and _stands_for_all(event, out, parents):
            return
        if event.function.endswith("merge"):
            event.detail["rows"] = self._joined_rows(out, parents)
        if not is_filtered:
            for parent in parents:
                if self._place_by(event, value, out, parent):
                    return
        self._select(event, value, out, parents)

    def _joined_rows(self, out: Any, parents: list[Value]) -> Any:
        """Which rows of the left frame the rows of a join are, by what they hold."""
        left = parents[0].object()
        if not hasattr(left, "columns") or not set(left.columns) <= set(out.columns):
            return None
        return recognition.rows_held(out[list(left.columns)], left)

    def _place_stacked(self, event: Event, value: Value, out: Any) -> bool:
        """Say whose rows those of tables put one below the other are."""
        parts = self._stacked_parts(event, out)
        if not parts:
            return False
        positions = recognition.rows_of_parts(parts, out)
        if positions is None:
            if any(part.source is None for part in parts):
                return False
            # The rows of several sources are those of one, which holds them all.
            value.binding = Binding.ROWS
            self._begin_source(event, value, out)
            return True
        value.binding, value.source, value.positions = Binding.ROWS, parts[0].source, positions
        event.detail["selects"] = recognition.common_table(parts)
        return True

    def _stacked_parts(self, event: Event, out: Any) -> list[Value]:
        """The tables that `concat` put one below the other; none where it is something else."""
        if not event.function.endswith("concat") or not event.inputs:
            return []
        listed = next(
            (v.object() for v in event.inputs if isinstance(v.object(), list | tuple)), ()
        )
        parts = [self._find(one) for one in listed if lineage.is_table(one) and len(one)]
        found = [part for part in parts if part is not None and part.binding is Binding.ROWS]
        rows = sum(part.shape[0] for part in found if part.shape)
        return found if len(found) == len(parts) and rows == lineage.row_count(out) else []

    def _select(self, event: Event, value: Value, out: Any, parents: list[Value]) -> None:
        """Take a table as a selection of one of its parents, where it holds nothing else."""
        found = recognition.find_parent(out, parents)
        if found is not None:
            self._selected(event, value, *found)

    def _selected(self, event: Event, value: Value, parent: Value, rows: Any) -> None:
        value.binding, value.source = Binding.ROWS, parent.source
        if parent.positions is not None:
            value.positions = lineage.taken(parent.positions, rows)
        event.detail["selects"] = parent

    def _recognised(self, obj: Any) -> Value | None:
        """The value of a table that is a selection of a known one, taken out of sight."""
        if not hasattr(obj, "columns") or self._turns[_UNRECOGNISED] > _TURNS_RECORDED:
            return None
        rows = [one for one, _ in reversed(self._known.values()) if one.binding is Binding.ROWS]
        found = recognition.find_parent(obj, rows)
        if found is None:
            self._turns[_UNRECOGNISED] += 1
            return None
        event = Event(len(self.tape.events), "recognised", -1, {}, found[:1], self.statement, 0)
        self.tape.events.append(event)
        event.output = value = self._new(obj, Binding.ROWS)
        value.made_by = event
        self._selected(event, value, *found)
        return value

    def _place_by(self, event: Event, value: Value, out: Any, parent: Value) -> bool:
        obj = event.detail.get("state") if value.before is parent else None
        obj = parent.object() if obj is None else obj
        if obj is None or parent.binding is not Binding.ROWS:
            return False
        if parent.source is not None and parent.source.is_empty:
            return False
        rows = event.detail.get("rows")
        node = self.tape.expressions[event.node]
        is_item = isinstance(node, ast.Subscript) and parent is event.children.get(
            node.value.number  # type: ignore[attr-defined]
        )
        if rows is None and is_item and event.kind == "seen" and not hasattr(out, "iloc"):
            rows = lineage.rows_of_key(event.detail.get("key"), lineage.row_count(obj))
            if rows is None or len(rows) != lineage.row_count(out):
                return False
        if rows is None and hasattr(obj, "__len__"):
            rows = lineage.relative_rows(out, obj)
        if rows is None:
            return False
        value.binding, value.source = Binding.ROWS, parent.source
        if parent.positions is not None and len(parent.positions) > max(rows, default=-1):
            value.positions = lineage.taken(parent.positions, rows)
        is_changing = event.function.rpartition(".")[2] in lineage.CHANGING
        if not is_changing and lineage.is_table(obj) and lineage.is_selection(out, obj, rows):
            event.detail["selects"] = parent
        return True

    def _begin_source(self, event: Event, value: Value, out: Any) -> None:
        import numpy as np

        rows = lineage.row_count(out)
        source = Source(value, watches.deep_copy(out), rows, watches.feature_names(event, out))
        value.source, value.positions = source, np.arange(rows)
        self.tape.sources.append(source)

    def _register_elements(self, event: Event, out: Any) -> None:
        """The members of a tuple that a call gave, each as a value of its own."""
        for place, member in enumerate(out):
            if isinstance(member, _UNTRACKED) or self._find(member) is not None:
                continue
            element = Event(
                len(self.tape.events),
                "element",
                event.node,
                {},
                event.inputs,
                self.statement,
                event.line,
                event.function,
                detail={"place": place, "of": event},
            )
            parent, rows = watches.element_rows(event, place)
            if rows is not None:
                element.detail["rows"] = rows
                found = self._find(parent)
                element.inputs = (found,) if found is not None else event.inputs
            tainted = any(v.binding is not Binding.CONSTANT for v in element.inputs)
            self.tape.events.append(element)
            if lineage.is_table(member) and not tainted:
                element.output = self._new(member, Binding.ROWS)
                element.output.made_by = element
                self._begin_source(event, element.output, member)
            else:
                element.output = self._derived(element, member)

    def _unpacked(self, name: str, obj: Any) -> Value:
        last = self.tape.events[-1].output if self.tape.events else None
        tainted = last is not None and last.binding is not Binding.CONSTANT
        return self._new(obj, Binding.LEARNED if tainted else Binding.CONSTANT)

    def _argument(self, obj: Any) -> Value:
        for value in reversed(list(self._last.values())):
            if value.copy is obj and obj is not None:
                return value
        return self._new(obj, Binding.CONSTANT)

    def _value_of(self, name: str, obj: Any) -> Value:
        found = self._find(obj)
        if found is not None:
            return found
        for names in (self._names[-1], self._names[0]):
            value = names.get(name)
            if value is not None and _equal_scalar(value.copy, obj):
                return value
        return self._new(obj, Binding.CONSTANT)

    def _find(self, obj: Any) -> Value | None:
        if isinstance(obj, _UNTRACKED):
            return None
        found = self._known.get(id(obj))
        return None if found is None else found[0]

    def _new(self, obj: Any, binding: Binding) -> Value:
        value = Value(self._numbers, binding, watches.type_name(obj))
        self._numbers += 1
        watches.describe(value, obj)
        if isinstance(obj, io.IOBase):
            return value  # a file is closed, and written, when the code lets it go
        self._recent.append(obj)
        if isinstance(obj, _UNTRACKED):
            value.copy = obj
            return value
        if _is_lazy(obj):
            if value.type_name.endswith(("GroupBy", "CategoricalAccessor")):
                value.copy = obj
            return value
        self._remember(value, obj)
        return value

    def _remember(self, value: Value, obj: Any) -> None:
        key = id(obj)
        if lineage.is_table(obj):

            def forget(
                _: object,
                known: dict[int, Any] = self._known,
                key: int = key,
                number: int = value.number,
            ) -> None:
                entry = known.get(key)
                if entry is not None and entry[0].number == number:
                    del known[key]

            value.reference = weakref.ref(obj, forget)
            if (
                getattr(obj, "size", _COPIED_SIZE) < _COPIED_SIZE
                and value.binding is not Binding.ROWS
            ):
                value.copy = watches.deep_copy(obj)
            self._known[key] = (value, None)
            return
        value.copy = obj
        self._known[key] = (value, obj)


def _is_lazy(obj: Any) -> bool:
    """Whether something is but a way to a table: a bound method, an accessor, a group."""
    kind = type(obj)
    if kind.__name__ in ("method", "builtin_function_or_method", "method-wrapper"):
        return True
    return kind.__module__.partition(".")[0] == "pandas" and not kind.__name__.endswith(
        (
            "DataFrame",
            "Series",
            "Index",
            "Timestamp",
            "Timedelta",
            "Dtype",
            "Interval",
            "Categorical",
        )
    )


def _is_key(obj: Any) -> bool:
    return isinstance(obj, str | int | float | slice | tuple | list) or lineage.is_table(obj)


def _are_of_several_arrays(parents: list[Value]) -> bool:
    """Whether rows come from arrays that have nothing to do with each other, as random ones."""
    sources = {id(one.source): one.source for one in parents if one.source is not None}
    return len(sources) > 1 and not any(one.value.is_frame for one in sources.values())


def _is_same(event: Event, obj: Any) -> bool:
    return event.output is not None and _equal_scalar(event.output.copy, obj)


def _equal_scalar(one: Any, other: Any) -> bool:
    return one is other or (
        isinstance(one, _UNTRACKED) and type(one) is type(other) and bool(one == other)
    )


def _stands_for_all(event: Event, out: Any, parents: list[Value]) -> bool:
    """Whether the result of a call stands for all rows together, as a mean does."""
    name = event.function.rpartition(".")[2]
    if name in ("transform", "cumcount", "rank", "shift", "diff", "cumsum"):
        return False
    grouped = any(value.type_name.endswith("GroupBy") for value in event.inputs)
    if name not in lineage.REDUCTIONS and not grouped:
        return False
    parent = parents[0].object()
    index = getattr(out, "index", None)
    is_per_row = (
        hasattr(parent, "columns")
        and index is not None
        and not callable(index)
        and index.equals(parent.index)
        and not grouped
        and len(index) != len(parent.columns)
    )
    shape: tuple[int, ...] = getattr(out, "shape", ())
    before: tuple[int, ...] = getattr(parent, "shape", ())
    is_row_of_matrix = (
        len(shape) == 1 and len(before) == 2 and before[0] != before[1] and shape == before[:1]
    )
    return not (is_per_row or (is_row_of_matrix and not hasattr(parent, "columns")))


Replacement = Callable[..., Any]
