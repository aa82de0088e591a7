"""Which rows of their source the rows of a value are.

1. ways:      a bound method, an accessor, a group belongs to its table
2. stacked:   tables put one below the other have the rows of each
3. whole:     what stands for all rows together, as a mean does, has none
4. by label:  the others have those of a parent, by their labels or their places
5. by value:  or those of a table that holds the same
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.record import lineage, recognition
from ml_api_kit.research.record.described import feature_names
from ml_api_kit.research.record.known_values import KnownValues, is_lazy
from ml_api_kit.research.record.states import deep_copy
from ml_api_kit.research.record.tape import Binding, Event, Source, Tape, Value
from ml_api_kit.research.record.whole_results import stands_for_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Methods of groups that may give rows as they are.
_GROUP_FILTERS = (
    "GroupBy.apply",
    "GroupBy.filter",
    "GroupBy.head",
    "GroupBy.tail",
    "GroupBy.sample",
)


class Placing:
    """Places the rows of values in their sources, and begins new sources."""

    def __init__(self, tape: Tape, known: KnownValues) -> None:
        """Place what is written onto a tape."""
        self._tape, self._known = tape, known

    def begin_source(self, event: Event, value: Value, out: Any) -> None:
        """Rows come in as a value, which is a source from now on."""
        import numpy as np

        rows = lineage.row_count(out)
        source = Source(value, deep_copy(out), rows, feature_names(event, out))
        value.source, value.positions = source, np.arange(rows)
        self._tape.sources.append(source)

    def select(self, event: Event, value: Value, parent: Value, rows: NDArray[Any]) -> None:
        """A value is a selection of some rows of `parent`."""
        value.binding, value.source = Binding.ROWS, parent.source
        if parent.positions is not None:
            value.positions = lineage.taken(parent.positions, rows)
        event.detail["selects"] = parent

    def place(self, event: Event, value: Value, out: Any, parents: list[Value]) -> None:
        """Say which rows of their source the rows of a value are, or that it stands for all."""
        if is_lazy(out):
            value.binding, value.base = Binding.ROWS, parents[0]
            value.source = parents[0].source
            return
        if not (lineage.is_table(out) or (isinstance(out, list) and out)):
            return
        if self._place_stacked(event, value, out):
            return
        if event.function.endswith("DataFrame") and _are_of_several_arrays(parents):
            value.binding = Binding.ROWS
            self.begin_source(event, value, out)
            return
        is_filtered = event.function.endswith(_GROUP_FILTERS)
        if not is_filtered and stands_for_all(event, out, parents):
            return
        if event.function.endswith("merge"):
            event.detail["rows"] = _joined_rows(out, parents)
        if not is_filtered:
            for parent in parents:
                if self._place_by(event, value, out, parent):
                    return
        found = recognition.find_parent(out, parents)
        if found is not None:
            self.select(event, value, *found)

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
            self.begin_source(event, value, out)
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
        parts = [self._known.find(one) for one in listed if lineage.is_table(one) and len(one)]
        found = [part for part in parts if part is not None and part.binding is Binding.ROWS]
        rows = sum(part.shape[0] for part in found if part.shape)
        return found if len(found) == len(parts) and rows == lineage.row_count(out) else []

    def _place_by(self, event: Event, value: Value, out: Any, parent: Value) -> bool:
        """Place a value by one of its parents; whether it has rows of it."""
        obj = event.detail.get("state") if value.before is parent else None
        obj = parent.object() if obj is None else obj
        if obj is None or parent.binding is not Binding.ROWS:
            return False
        if parent.source is not None and parent.source.is_empty:
            return False
        rows = self._rows_of(event, out, parent, obj)
        if rows is None:
            return False
        value.binding, value.source = Binding.ROWS, parent.source
        if parent.positions is not None and len(parent.positions) > max(rows, default=-1):
            value.positions = lineage.taken(parent.positions, rows)
        # What is stored into stays what it was by chance alone: other rows may have gaps.
        is_store = event.kind in ("store", "store_attribute")
        is_changing = is_store or event.function.rpartition(".")[2] in lineage.CHANGING
        if not is_changing and lineage.is_table(obj) and lineage.is_selection(out, obj, rows):
            event.detail["selects"] = parent
        return True

    def _rows_of(self, event: Event, out: Any, parent: Value, obj: Any) -> NDArray[Any] | None:
        """For each row of `out` the row of its parent `obj`; None where that cannot be told."""
        rows: NDArray[Any] | None = event.detail.get("rows")
        if rows is not None:
            return rows
        node = self._tape.expressions[event.node]
        is_item = isinstance(node, ast.Subscript) and parent is event.children.get(
            node.value.number  # type: ignore[attr-defined]
        )
        if is_item and event.kind == "seen" and not hasattr(out, "iloc"):
            rows = lineage.rows_of_key(event.detail.get("key"), lineage.row_count(obj))
            return rows if rows is not None and len(rows) == lineage.row_count(out) else None
        return lineage.relative_rows(out, obj) if hasattr(obj, "__len__") else None


def _joined_rows(out: Any, parents: list[Value]) -> NDArray[Any] | None:
    """Which rows of the left frame the rows of a join are, by what they hold."""
    left = parents[0].object()
    if not hasattr(left, "columns") or not set(left.columns) <= set(out.columns):
        return None
    return recognition.rows_held(out[list(left.columns)], left)


def _are_of_several_arrays(parents: list[Value]) -> bool:
    """Whether rows come from arrays that have nothing to do with each other, as random ones."""
    sources = {id(one.source): one.source for one in parents if one.source is not None}
    return len(sources) > 1 and not any(one.value.is_frame for one in sources.values())
