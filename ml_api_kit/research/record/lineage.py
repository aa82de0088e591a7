"""Which rows of its source a table's rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Methods and functions whose results stand for all rows together.
# fmt: off
REDUCTIONS = frozenset(
    {
        "all", "any", "agg", "aggregate", "argmax", "argmin", "argsort", "bincount",
        "columns", "corr", "corrcoef", "corrwith", "count", "cov", "describe", "dtypes",
        "first", "get_group", "groups", "histogram", "idxmax", "idxmin", "info", "items",
        "keys", "kurt", "last", "max", "mean", "median", "min", "mode", "nlargest",
        "nsmallest", "nunique", "percentile", "pivot_table", "prod", "quantile",
        "select_dtypes_names", "sem", "size", "skew", "std", "sum", "unique",
        "value_counts", "var", "crosstab", "linalg", "norm", "shape", "ndim", "index",
        "axes", "memory_usage",
    }
)
# fmt: on

# Methods and functions that change values, even where the values at hand needed no change.
CHANGING = frozenset(
    {
        "fillna",
        "replace",
        "clip",
        "astype",
        "round",
        "where",
        "mask",
        "map",
        "apply",
        "applymap",
        "transform",
        "ffill",
        "bfill",
        "interpolate",
        "abs",
        "to_numeric",
        "to_datetime",
        "strip",
        "lower",
        "upper",
        "add_constant",
        "nan_to_num",
        "get_dummies",
    }
)


def is_table(out: Any) -> bool:
    """Whether something has rows: a frame, a series, an array, a sparse matrix."""
    kind = type(out)
    if kind.__module__.partition(".")[0] == "pandas" and kind.__name__ in ("DataFrame", "Series"):
        return True
    if kind.__module__ == "numpy" and kind.__name__ in ("ndarray", "matrix"):
        return bool(out.ndim >= 1)
    return kind.__module__.startswith("scipy.sparse") and hasattr(out, "tocsr")


def row_count(out: Any) -> int:
    """How many rows a table or a list has."""
    shape = getattr(out, "shape", None)
    return int(shape[0]) if shape else len(out)


def relative_rows(out: Any, parent: Any) -> NDArray[Any] | None:
    """For each row of `out`, which row of `parent` it is; None where that cannot be told."""
    import numpy as np

    count, parents = row_count(out), row_count(parent)
    out_index, parent_index = _index(out), _index(parent)
    if out_index is not None and parent_index is not None:
        if count == parents and out_index.equals(parent_index):
            return np.arange(count)
        if parent_index.is_unique and count <= 4 * parents + 4:
            found = parent_index.get_indexer(out_index)
            if count and (found >= 0).all():
                return np.asarray(found)
        elif count == parents and out_index.isin(parent_index).all():
            return None  # labels that repeat, in another order, tell nothing
    return np.arange(count) if count == parents else None


def taken(positions: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
    """The positions of some rows; -1 for a row that is none of them, such as a made-up one."""
    import numpy as np

    return np.where(rows < 0, -1, positions[rows])


def rows_of_key(key: Any, count: int) -> NDArray[Any] | None:
    """Which of `count` rows `array[key]` takes; None where it takes a single one or none."""
    import numpy as np

    first = key[0] if isinstance(key, tuple) and key else key
    if first is Ellipsis or first is None:
        return np.arange(count)
    if isinstance(first, int | np.integer):
        return None
    try:
        taken = np.arange(count)[first if isinstance(first, slice) else np.asarray(first)]
    except (IndexError, TypeError, ValueError):
        return None
    return taken if np.ndim(taken) == 1 else None


def is_selection(out: Any, parent: Any, rows: NDArray[Any]) -> bool:
    """Whether `out` holds nothing but those `rows` of `parent`, and some of its columns."""
    if type(out) is not type(parent):
        return False
    if len(rows) and rows.min() < 0:
        out, rows = out[: int((rows >= 0).sum())], rows[rows >= 0]
    if hasattr(out, "columns"):
        if not (out.columns.is_unique and parent.columns.is_unique):
            return False
        if not out.columns.isin(parent.columns).all():
            return False
        parent = parent[list(out.columns)]
    if hasattr(out, "iloc"):
        taken = parent.iloc[rows]
        return bool(taken.reset_index(drop=True).equals(out.reset_index(drop=True)))
    if getattr(out, "dtype", None) is None or out.shape[1:] != parent.shape[1:]:
        return False
    return _equal_arrays(parent[rows], out)


def _equal_arrays(one: Any, other: Any) -> bool:
    import numpy as np

    if not isinstance(one, np.ndarray) or one.shape != other.shape:
        return False
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))


def _index(table: Any) -> Any:
    return table.index if hasattr(table, "iloc") else None
