"""Functions called in place of others: they give the same, and tell what the others learned.

train_test_split(X, y)     one array more, of the rows' positions, which is kept
pd.cut(df["age"], 4)       asked for the edges too
df.apply(function)         the function is kept
df.assign(a=function)      the frame that the function is given is kept
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ml_api_kit.research.record.lineage import row_count
from ml_api_kit.research.record.pending import Pending
from ml_api_kit.research.record.states import shallow_copy


def replacement_of(name: str) -> Callable[[Pending], Callable[..., Any]] | None:
    """What makes the function that is called in place of the one of this full name."""
    return _REPLACED.get(name)


def _split(pending: Pending) -> Callable[..., Any]:
    """`train_test_split` with one more array, of the rows' positions; it draws the same numbers."""

    def split(*arrays: Any, **options: Any) -> Any:
        import numpy as np

        *parts, first, second = pending.function(
            *arrays, np.arange(row_count(arrays[0])), **options
        )
        pending.detail["split"] = (arrays, (first, second))
        return list(parts)

    return split


def _shuffle(pending: Pending) -> Callable[..., Any]:
    def shuffle(*arrays: Any, **options: Any) -> Any:
        import numpy as np

        *parts, rows = pending.function(*arrays, np.arange(row_count(arrays[0])), **options)
        pending.detail["split"] = (arrays, (rows,))
        pending.detail["rows"] = rows
        return parts[0] if len(parts) == 1 else list(parts)

    return shuffle


def _binned(pending: Pending) -> Callable[..., Any]:
    """`cut` and `qcut`, which are asked for the edges they found too."""

    def binned(x: Any, *arguments: Any, **options: Any) -> Any:
        if options.get("retbins"):
            made = pending.function(x, *arguments, **options)
            pending.detail["edges"] = made[1]
            return made
        made, edges = pending.function(x, *arguments, **{**options, "retbins": True})
        pending.detail["edges"] = edges
        return made

    return binned


def _applied(pending: Pending) -> Callable[..., Any]:
    """`apply` of a frame, which keeps the function that it was given."""

    def applied(func: Any, *arguments: Any, **options: Any) -> Any:
        pending.detail["applied"] = func
        return pending.function(func, *arguments, **options)

    return applied


def _assigned(pending: Pending) -> Callable[..., Any]:
    """`assign` of a frame, which keeps the frame that its functions are given."""

    def assigned(**columns: Any) -> Any:
        if any(callable(one) for one in columns.values()):
            pending.detail["frame"] = shallow_copy(pending.function.__self__)
        return pending.function(**columns)

    return assigned


_REPLACED = {
    "pandas.DataFrame.assign": _assigned,
    "pandas.DataFrame.apply": _applied,
    "pandas.SeriesGroupBy.transform": _applied,
    "sklearn.model_selection._split.train_test_split": _split,
    "sklearn.utils._indexing.shuffle": _shuffle,
    "sklearn.utils._indexing.resample": _shuffle,
    "pandas.core.reshape.tile.cut": _binned,
    "pandas.core.reshape.tile.qcut": _binned,
    "pandas.cut": _binned,
    "pandas.qcut": _binned,
}
