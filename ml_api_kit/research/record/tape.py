"""What a run leaves behind: values, the events that made them, and the sources of their rows."""

from __future__ import annotations

import ast
import weakref
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Binding(StrEnum):
    """When a value is known: always, once the training data was seen, or anew for each row."""

    CONSTANT = "constant"
    LEARNED = "learned"
    ROWS = "rows"


@dataclass(slots=True, eq=False)
class Value:
    """A value that an expression had, in the state that it had then.

    Attributes:
        number: its place in the order in which values were first seen.
        binding: when it is known.
        type_name: its class, such as `pandas.DataFrame`.
        made_by: the event that made it or brought it into this state; None where it was not seen.
        before: the same object's earlier state, where an event changed it in place.
        source: where its rows come from; for rows only.
        positions: for each of its rows the position in the source, [rows]; None where not known.
        shape: its shape, where it has one.
        columns: the names of its columns, where it has some.
        dtypes: the name of each column's dtype, or of its own under the key None.
        name: the name of a Series.
        variables: the variables it was bound to, in order.
        base: the data that a bound method, a group or an accessor belongs to.
        copy: the object itself or a copy in that state, where it may be needed later.
        reference: the object, weakly held.
    """

    number: int
    binding: Binding
    type_name: str
    made_by: Event | None = None
    before: Value | None = None
    source: Source | None = None
    positions: NDArray[Any] | None = None
    shape: tuple[int, ...] | None = None
    columns: tuple[Any, ...] | None = None
    dtypes: dict[Any, str] = field(default_factory=dict)
    name: Any = None
    variables: list[str] = field(default_factory=list)
    base: Value | None = None
    copy: Any = None
    reference: weakref.ReferenceType[Any] | None = None

    def object(self) -> Any:
        """The object, or None where it is gone."""
        if self.copy is not None:
            return self.copy
        return None if self.reference is None else self.reference()

    @property
    def is_frame(self) -> bool:
        """Whether it is a DataFrame."""
        return self.type_name == "pandas.DataFrame"

    @property
    def is_series(self) -> bool:
        """Whether it is a Series."""
        return self.type_name == "pandas.Series"

    @property
    def is_array(self) -> bool:
        """Whether it is an array."""
        return self.type_name == "numpy.ndarray"


@dataclass(slots=True, eq=False)
class Source:
    """Where rows come from: what was read, loaded, made or written down.

    Attributes:
        value: the table or array as it was then.
        data: a copy of it.
        rows: how many rows it has.
        names: names for the columns of an array, where something tells them.
    """

    value: Value
    data: Any
    rows: int
    names: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it is a frame that holds nothing, made to be filled column by column."""
        return self.value.is_frame and not (self.rows and self.value.columns)


@dataclass(slots=True, eq=False)
class Event:
    """One evaluation of an expression, or one change of an object.

    Attributes:
        number: its place in time.
        kind: `seen`, `call`, `element`, `store`, `store_attribute`, `delete`, `inplace`, `fit`.
        node: the number of the expression.
        children: the values of the expression's parts, by their numbers.
        inputs: the values it depends on, the receiver of a method first.
        output: the value it made.
        statement: the number of the statement that was running.
        line: the line in the cell, from 1.
        function: the function called, such as `pandas.DataFrame.fillna`.
        detail: what was found out when it happened, such as the edges of bins.
    """

    number: int
    kind: str
    node: int
    children: dict[int, Value]
    inputs: tuple[Value, ...]
    statement: int
    line: int
    function: str = ""
    output: Value | None = None
    detail: dict[str, Any] = field(default_factory=dict)


_WRITTEN_OUT = ast.List | ast.Tuple | ast.Dict


@dataclass(slots=True)
class Tape:
    """All that was recorded of a run.

    Attributes:
        expressions: the expressions by number.
        events: what happened, in order.
        sources: where rows come from.
        functions: the source text of the functions and lambdas defined, by name.
        saturated: the numbers of expressions evaluated so often that recording them was stopped.
    """

    expressions: dict[int, ast.AST]
    events: list[Event] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)
    saturated: set[int] = field(default_factory=set)

    def listed(self, value: Value) -> list[Value]:
        """The rows in a list, tuple or dictionary that was written out."""
        event = value.made_by
        if event is None or not isinstance(self.expressions[event.node], _WRITTEN_OUT):
            return []
        return [one for one in event.inputs if one.binding is Binding.ROWS]
