"""Rows recognised by what they hold, where it was not seen where they were taken from.

A group that a loop goes through, tables put one below the other, what a function filtered out of
sight: where every row of such a table is, value by value, a row of a table that is known, it is a
selection of that table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.record import lineage
from ml_api_kit.research.record.tape import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TABLES_TRIED = 30
_TABLES_READ = 3


def find_parent(out: Any, known: Iterable[Value]) -> tuple[Value, NDArray[Any]] | None:
    """The table among those `known` that a frame's rows are of, and which of its rows they are.

    The largest is tried first, of those of a size the first one given; rows are looked for by their
    labels in many tables, by their values in few. A table has all columns of the frame.
    """
    if not hasattr(out, "columns") or not len(out) or not len(out.columns):
        return None
    names = set(out.columns)
    fitting = [one for one in known if one.is_frame and names <= set(one.columns or ())]
    fitting = sorted(fitting, key=_row_count, reverse=True)[:_TABLES_TRIED]
    for value in fitting:
        rows = rows_by_label(out, value.object())
        if rows is not None:
            return value, rows
    for value in fitting[:_TABLES_READ]:
        rows = rows_held(out, value.object())
        if rows is not None:
            return value, rows
    return None


def _row_count(value: Value) -> int:
    return value.shape[0] if value.shape else 0


def rows_held(out: Any, parent: Any) -> NDArray[Any] | None:
    """For each row of the frame `out` the row of `parent` that holds the same; None where none.

    Rows are looked for by their labels first, then by their values; rows that hold the same are
    taken in their order.
    """
    rows = rows_by_label(out, parent)
    if rows is not None or not _has_columns(parent, out):
        return rows
    rows = _by_value(out, parent[list(out.columns)])
    return rows if rows is not None and lineage.is_selection(out, parent, rows) else None


def rows_by_label(out: Any, parent: Any) -> NDArray[Any] | None:
    """For each row of the frame `out` the row of `parent` of its label, where all hold the same."""
    rows = _by_label(out, parent) if _has_columns(parent, out) else None
    return rows if rows is not None and lineage.is_selection(out, parent, rows) else None


def _has_columns(parent: Any, out: Any) -> bool:
    """Whether a frame has all columns of another, each once."""
    return (
        hasattr(parent, "columns")
        and bool(out.columns.is_unique and parent.columns.is_unique)
        and set(out.columns) <= set(parent.columns)
    )


def rows_of_parts(parts: Sequence[Value], out: Any) -> NDArray[Any] | None:
    """The positions in their source of tables put one below the other; None where not known."""
    import numpy as np

    sources = {id(part.source) for part in parts}
    if len(sources) != 1 or any(part.positions is None for part in parts):
        return None
    joined = np.concatenate([part.positions for part in parts if part.positions is not None])
    return joined if len(joined) == lineage.row_count(out) else None


def common_table(parts: Sequence[Value]) -> Value | None:
    """The table that all parts are selections of, with the columns that they have; None if none."""
    chains = [_selected_from(part) for part in parts]
    for value in chains[0]:
        if all(value in chain for chain in chains[1:]):
            is_whole = all(part.columns == value.columns for part in parts)
            return value if is_whole else None
    return None


def _selected_from(value: Value) -> list[Value]:
    chain = [value]
    while chain[-1].made_by is not None and chain[-1].made_by.detail.get("selects") is not None:
        chain.append(chain[-1].made_by.detail["selects"])
    return chain


def _by_label(out: Any, parent: Any) -> NDArray[Any] | None:
    labels = out.index.get_level_values(-1)
    if not parent.index.is_unique or labels.dtype.kind != parent.index.dtype.kind:
        return None
    found: NDArray[Any] = parent.index.get_indexer(labels)
    return found if (found >= 0).all() else None


def _by_value(out: Any, parent: Any) -> NDArray[Any] | None:
    import numpy as np
    import pandas as pd

    try:
        wanted = pd.util.hash_pandas_object(out, index=False).tolist()
        held = pd.util.hash_pandas_object(parent, index=False).tolist()
    except TypeError:  # a column holds lists or the like, which have no hash
        return None
    places: dict[int, list[int]] = defaultdict(list)
    for place, key in enumerate(held):
        places[key].append(place)
    taken: dict[int, int] = defaultdict(int)
    rows = np.empty(len(wanted), dtype=np.int64)
    for at, key in enumerate(wanted):
        same = places.get(key)
        if same is None:
            return None
        rows[at] = same[min(taken[key], len(same) - 1)]
        taken[key] += 1
    return rows
