"""The tracer that instrumented code tells its values to.

1. told:      `seen(7, value)`: the expression numbered 7 has this value
2. related:   what it was made from are the values of the expression's parts, told just before
3. judged:    constant, learned from data, or rows; of which source, and which of its rows
4. watched:   what changes in place gets a new value for its new state, the earlier one is kept

It draws no random numbers and changes no result; what it knows it learns by looking.
"""

from __future__ import annotations

import ast
import sys
from typing import Any

from ml_api_kit.research.record.answers import AnswerKeeper
from ml_api_kit.research.record.augmented import augmented
from ml_api_kit.research.record.bindings import Bindings
from ml_api_kit.research.record.calls import Calls
from ml_api_kit.research.record.changes import Changes
from ml_api_kit.research.record.event_log import EventLog, is_key
from ml_api_kit.research.record.instrument import Instrumenter
from ml_api_kit.research.record.known_values import KnownValues
from ml_api_kit.research.record.placing import Placing
from ml_api_kit.research.record.results import Results
from ml_api_kit.research.record.row_loop_runs import RowLoopRuns
from ml_api_kit.research.record.scopes import Scopes
from ml_api_kit.research.record.states import shallow_copy
from ml_api_kit.research.record.tape import Tape

CELL_FILE = "<cell "


class Tracer:
    """Records what instrumented code tells it onto a tape.

    While a library calls a function of the code, nothing is recorded: what happens in there is a
    part of the library's call.

    Attributes:
        instrumenter: rewrites code so that it calls the methods below.
        tape: what was recorded.
    """

    def __init__(self) -> None:
        """Begin an empty tape."""
        self.instrumenter = Instrumenter()
        self.tape = Tape(self.instrumenter.expressions)
        self.tape.expressions[-1] = ast.Name("rows", ast.Load())
        self._scopes, known, answers = Scopes(), KnownValues(), AnswerKeeper(self.tape)
        self._log = EventLog(self.tape, self._scopes)
        placing = Placing(self.tape, known)
        self._results = Results(self._log, known, placing, answers)
        self._changes = Changes(self._log, known, self._scopes, placing, answers)
        self._calls = Calls(self._log, known, self._results, self._changes)
        self._bindings = Bindings(self._log, known, self._scopes, placing)
        self._loops = RowLoopRuns()
        self._quiet = 0

    def begin(self, statement: int) -> None:
        """The statement of this number begins; what an error left unfinished is forgotten."""
        self._log.statement = statement
        self._calls.forget()
        self._loops.forget()
        self._quiet = 0
        self._scopes.leave_all()

    # What instrumented code calls. ------------------------------------------------------------

    def seen(self, number: int, out: Any) -> Any:
        """The expression has the value `out`, which is given back."""
        if not self._quiet and self._log.is_recorded(number):
            self._log.keep_key(number, out)
            self._log.last[number] = self._results.seen(number, out)
        return out

    def name(self, number: int, name: str, out: Any) -> Any:
        """The variable `name` was read."""
        if not self._quiet:
            self._log.keep_key(number, out)
            self._log.last[number] = self._bindings.value_of(name, out)
        return out

    def slice(self, number: int, start: Any, stop: Any, step: Any) -> slice:
        """The slice between bounds."""
        made = slice(start, stop, step)
        if not self._quiet:
            self._log.keep_key(number, made)
        return made

    def before(self, number: int, function: Any) -> Any:
        """A call is about to be made; what is to be called in place of `function`."""
        if self._quiet or not self._log.is_recorded(number):
            return function
        return self._calls.begin(number, function)

    def after(self, number: int, out: Any) -> Any:
        """The call has returned `out`, which is given back."""
        if not self._quiet:
            self._calls.end(number, out)
        return out

    def bound(self, name: str, obj: Any) -> None:
        """The variable `name` was given a value."""
        if not self._quiet:
            self._bindings.bound(name, obj)

    def iterated(self, name: str, obj: Any) -> None:
        """The variable `name` of a loop was given its next value."""
        if not self._quiet:
            self._bindings.iterated(name, obj)

    def collected(self, number: int, name: str, out: Any, column_number: int, column: Any) -> None:
        """The loop numbered `number` went through a column and appended to the list `name`."""
        if not self._quiet:
            self._bindings.collected(number, name, out, column_number, column)

    def loop_begins(self, frame: Any, columns: list[str], lists: dict[str, Any]) -> None:
        """A loop through the rows of a frame begins, which fills columns and lists."""
        if not self._quiet:
            self._loops.begin(frame, columns, lists)

    def loop_ended(self, frame: Any, lists: dict[str, Any]) -> bool:
        """The loop has ended; whether what it gave is to be made again by functions of a row."""
        return not self._quiet and self._loops.end(frame, lists)

    def keep_source(self, function: Any, text: str) -> None:
        """The source of a function that was made of a loop."""
        function.row_loop_source = text

    def loop_failed(self) -> None:
        """What a loop gave could not be made by a function of a row."""
        self._calls.forget()

    def loop_list(self, frame: Any, name: str, again: Any) -> Any:
        """The list to go on with: the one made again where it is what the loop gave."""
        return self._loops.list_of(frame, name, again)

    def loop_compared(self, frame: Any, places: dict[str, int]) -> None:
        """The frame is to be as the loop left it; a column that no function gives is told."""
        if self._quiet:
            return

        def differs(column: str) -> None:
            detail = {"key": column, "operator": "", "state": None, "is_by_loop": True}
            self._changes.stored(places[column], "store", frame, detail)

        self._loops.compare(frame, places, differs)

    def augmenting(self, number: int, name: str, obj: Any, operator: str) -> None:
        """`name += ...` is about to be made."""
        if not self._quiet:
            self._log.last[number] = self._bindings.value_of(name, obj)

    def store(
        self, number: int, value: Any, obj: Any, key: Any, given: int, operator: str = ""
    ) -> None:
        """Make `obj[key] = value`, or the augmented assignment with an operator."""
        if operator:
            value = augmented(operator, obj[key], value)
        if self._quiet or not self._log.is_recorded(number):
            obj[key] = value
            return
        owner = getattr(obj, "obj", None) if type(obj).__name__.startswith("_") else None
        target = obj if owner is None else owner
        state = shallow_copy(target)
        obj[key] = value
        detail = {"key": key if is_key(key) else None, "operator": operator, "state": state}
        self._changes.stored(number, "store", target, {**detail, "given": given})

    def store_attribute(
        self, number: int, value: Any, obj: Any, name: str, given: int, operator: str = ""
    ) -> None:
        """Make `obj.name = value`."""
        if operator:
            value = augmented(operator, getattr(obj, name), value)
        state = None if self._quiet else shallow_copy(obj)
        setattr(obj, name, value)
        if not self._quiet and self._log.is_recorded(number):
            detail = {"key": name, "operator": operator, "state": state, "given": given}
            self._changes.stored(number, "store_attribute", obj, detail)

    def delete(self, number: int, obj: Any, key: Any) -> None:
        """Make `del obj[key]`."""
        state = None if self._quiet else shallow_copy(obj)
        del obj[key]
        if not self._quiet and self._log.is_recorded(number):
            self._changes.stored(number, "delete", obj, {"key": key, "state": state})

    def enter(self, name: str, given: dict[str, Any]) -> None:
        """A function of the code was entered with these arguments."""
        caller = sys._getframe(2).f_code.co_filename
        if self._quiet or not caller.startswith(CELL_FILE):
            self._quiet += 1
            return
        self._bindings.enter(given)

    def leave(self) -> None:
        """The function entered last was left."""
        if self._quiet:
            self._quiet -= 1
        else:
            self._scopes.leave()
