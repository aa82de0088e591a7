"""Which columns of the frames on the way to the model its input depends on."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from ml_api_kit.research.modularize import columns as column_origins
from ml_api_kit.research.modularize.own_code import OwnCode
from ml_api_kit.research.modularize.path.columns_read import ColumnsRead
from ml_api_kit.research.modularize.path.needed import NeededEvents
from ml_api_kit.research.modularize.path.stores import STORES, stored_columns
from ml_api_kit.research.record.tape import Event, Value


class LiveColumns:
    """The columns that are read, and the values that anything is read of."""

    def __init__(
        self,
        needed: NeededEvents,
        own: OwnCode,
        *,
        columns: Iterable[Any] | None,
        all_columns: bool,
    ) -> None:
        """Go back through the events, from the `columns` of the model's input that it reads.

        None are all of them; `all_columns` takes every column of every frame as read.
        """
        self._needed, self._tape = needed, needed.tape
        self._read = ColumnsRead(needed.tape, own)
        self._all_columns = all_columns
        self._wanted = {needed.target.number}
        self._whole: set[int] = set()
        self._live: dict[int, set[Any]] = {}
        self._mark(needed.target, None if columns is None else set(columns))
        for event in reversed(needed.events):
            self._mark_read(event)

    def of(self, value: Value, *, otherwise: Iterable[Any] = ()) -> set[Any]:
        """The columns of a value that are read; `otherwise` where nothing is known of it."""
        return self._live.get(value.number, set(otherwise))

    def in_order(self, value: Value) -> list[Any]:
        """The columns of a value that are read, in its order."""
        live = self.of(value)
        return [column for column in value.columns or () if column in live]

    def is_wanted(self, value: Value) -> bool:
        """Whether anything is read of a value."""
        return value.number in self._wanted

    def is_whole(self, value: Value) -> bool:
        """Whether a frame is read as a whole, so that columns too many would matter."""
        return value.number in self._whole

    def is_dead_store(self, event: Event, out: Value) -> bool:
        """Whether an event stores a column that nothing reads any more."""
        if event.kind not in STORES or not out.is_frame:
            return False
        if event.detail.get("key") == "columns" or self._all_columns:
            return False
        return not stored_columns(self._tape, event) & self.of(out)

    def _mark_read(self, event: Event) -> None:
        """Mark what an event reads, where anything is read of what it made."""
        out = event.output
        if out is None or not self.is_wanted(out):
            return
        live = self._live.get(out.number)
        for parent in self._needed.dependencies(event):
            if parent is not out.before and self.is_dead_store(event, out):
                continue
            read = self._read.of(event, parent, out, live)
            if read is not None and not read and event.function.endswith("concat"):
                continue
            self._wanted.add(parent.number)
            self._mark(parent, read)
            self._mark_through(event, parent)
            if self._reads_whole(event, parent, out):
                self._whole.add(parent.number)

    def _mark(self, value: Value, columns: set[Any] | None) -> None:
        if not value.is_frame or value.columns is None:
            return
        every = set(value.columns)
        wanted = every if columns is None or self._all_columns else columns & every
        self._live.setdefault(value.number, set()).update(wanted)

    def _mark_through(self, event: Event, parent: Value) -> None:
        """Mark what an event reads of the frame that `parent` is a way to."""
        root = parent
        while root.base is not None:
            root = root.base
        if root is parent or not root.is_frame:
            return
        node = self._tape.expressions[event.node]
        named = self._read.named(event, root)
        is_of_columns = parent.type_name.endswith(("SeriesGroupBy", "method"))
        if named or is_of_columns or isinstance(node, ast.Attribute):
            self._mark(root, named)
        else:
            self._mark(root, None)

    def _reads_whole(self, event: Event, parent: Value, out: Value) -> bool:
        if not parent.is_frame:
            return False
        if event.detail.get("selects") is not None or parent is out.before:
            return self.is_whole(out)
        if not out.is_frame and (out.base is not None or event.function.endswith(".apply")):
            return False
        is_column = column_origins.read_columns(self._tape, event, parent) is not None
        return not (is_column and not out.is_frame)
