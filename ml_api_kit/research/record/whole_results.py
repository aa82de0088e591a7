"""Results that stand for all rows together, as a mean does."""

from __future__ import annotations

from typing import Any

from ml_api_kit.research.record import lineage
from ml_api_kit.research.record.tape import Event, Value

_ROW_BY_ROW = ("transform", "cumcount", "rank", "shift", "diff", "cumsum")


def stands_for_all(event: Event, out: Any, parents: list[Value]) -> bool:
    """Whether the result of a call stands for all rows together."""
    name = event.function.rpartition(".")[2]
    if name in _ROW_BY_ROW:
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
