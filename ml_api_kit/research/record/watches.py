"""What is looked at around a call: states before it, indices that a split draws, edges of bins."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml_api_kit.research.record.tape import Event, Value

AUGMENTED: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.iadd,
    "Sub": operator.isub,
    "Mult": operator.imul,
    "Div": operator.itruediv,
    "FloorDiv": operator.ifloordiv,
    "Mod": operator.imod,
    "Pow": operator.ipow,
    "BitAnd": operator.iand,
    "BitOr": operator.ior,
    "BitXor": operator.ixor,
    "LShift": operator.ilshift,
    "RShift": operator.irshift,
    "MatMult": operator.imatmul,
}
# fmt: off
MUTATORS = frozenset(
    {
        "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update",
        "add", "discard", "setdefault",
    }
)
# fmt: on
# fmt: off
_PANDAS_INPLACE = frozenset(
    {
        "drop", "fillna", "rename", "replace", "dropna", "drop_duplicates", "reset_index",
        "set_index", "sort_values", "sort_index", "insert", "pop", "update", "clip",
        "where", "mask", "interpolate", "ffill", "bfill", "query", "eval", "set_axis",
        "rename_axis",
    }
)
# fmt: on
_ASKED = frozenset(
    {"predict", "predict_proba", "score", "transform", "decision_function", "predict_log_proba"}
)
_FITS = frozenset({"fit", "fit_transform", "fit_predict", "partial_fit", "fit_resample"})


@dataclass(slots=True)
class Pending:
    """A call that was begun.

    Attributes:
        number: the number of the expression.
        function: what is called.
        receiver: the value whose method it is.
        name: the function's name.
        state: a copy of the receiver as it was, where the call may change it.
        replacement: what is called in its place; it gives the same result.
        detail: what the replacement found out.
        is_user_function: whether the function is the code's own, told statement by statement.
    """

    number: int
    function: Any
    receiver: Value | None
    name: str = ""
    state: Any = None
    replacement: Callable[..., Any] | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    is_user_function: bool = False


def watch(pending: Pending) -> None:
    """Look at what a call may change, and put a watching function in its place where needed."""
    function = pending.function
    pending.name = getattr(function, "__name__", type(function).__name__)
    code = getattr(function, "__code__", None)
    pending.is_user_function = code is not None and code.co_filename.startswith("<cell ")
    obj = getattr(function, "__self__", None)
    if obj is not None and _is_pandas(obj) and pending.name in _PANDAS_INPLACE:
        pending.state = shallow_copy(obj)
    elif pending.name in _FITS and pending.receiver is not None and _is_fitted(obj):
        pending.state = deep_copy(obj)
    replacement = _REPLACED.get(function_name(function, pending.receiver))
    if replacement is not None:
        pending.replacement = replacement(pending)


def resampled(pending: Pending, given: list[Any], out: tuple[Any, ...]) -> Any:
    """Which rows a resampler took; -1 for those that it made up, which follow the real ones."""
    import numpy as np

    from ml_api_kit.research.record.lineage import row_count

    sampler = pending.function.__self__
    rows = getattr(sampler, "sample_indices_", None)
    if rows is None:
        count, before = row_count(out[0]), row_count(given[0])
        rows = np.concatenate([np.arange(before), np.full(max(count - before, 0), -1)])[:count]
    return tuple(given), (np.asarray(rows),)


def is_random(event: Event) -> bool:
    """Whether an event drew random numbers."""
    return event.function.startswith(("numpy.random.", "random.")) or ".random." in event.function


def is_fit(pending: Pending) -> bool:
    """Whether the call fits an estimator in place."""
    obj = getattr(pending.function, "__self__", None)
    if pending.name not in _FITS or obj is None:
        return False
    return hasattr(obj, "get_params") or (pending.is_user_function and hasattr(obj, "predict"))


def has_changed(pending: Pending, obj: Any) -> bool:
    """Whether a call that gave nothing changed its receiver, as `inplace=True` does."""
    return _is_pandas(obj) and pending.name in _PANDAS_INPLACE


def keep_given(event: Event, pending: Pending, told: list[Value], out: Any) -> None:
    """Keep what an estimator was given, by the values' numbers, and what it gave."""
    obj = getattr(pending.function, "__self__", None)
    is_asked = pending.name in _FITS | _ASKED and (
        hasattr(obj, "predict") or hasattr(obj, "transform")
    )
    if is_asked or event.function.startswith("statsmodels."):
        event.detail["given"] = {value.number: _state(value.object()) for value in told}
        event.detail["result"] = _state(out)
        event.detail["estimator"] = obj


def learn(event: Event, pending: Pending, given: list[Any], out: Any) -> None:
    """Keep what a call learned of the rows it was given: categories, a table of the groups."""
    if pending.name == "get_dummies" and given:
        event.detail["categories"] = _categories(given[0])
    elif "applied" in pending.detail and hasattr(pending.function.__self__, "columns"):
        frame, applied = pending.function.__self__, event.detail.pop("applied")
        event.detail["frame"] = shallow_copy(frame)
        event.detail["tables"] = _tables(frame, out, applied)
    if pending.name == "transform" and type(pending.function.__self__).__name__ == "SeriesGroupBy":
        _learn_groups(event, pending.function.__self__, out)


def _learn_groups(event: Event, grouped: Any, out: Any) -> None:
    """Keep each group's value, or where the code fills what is missing, what it fills it with."""
    groupings = grouped._grouper.groupings
    vectors = [list(one.grouping_vector) for one in groupings]
    keys = vectors[0] if len(vectors) == 1 else list(zip(*vectors, strict=True))
    event.detail["keys"] = [one.name for one in groupings]
    event.detail["groups"] = list(zip(keys, out, strict=True))
    function, before = event.detail.pop("applied", None), grouped._selected_obj
    is_kept = before.notna()
    if callable(function) and not is_kept.all() and out[is_kept].equals(before[is_kept]):
        event.detail["fills"] = _fills(function, grouped)


def _fills(function: Callable[[Any], Any], grouped: Any) -> dict[Any, Any]:
    """For each group what a function fills a missing value with: one more is put to its end."""
    import pandas as pd

    found = {}
    for key, group in grouped:
        filled = function(pd.concat([group, pd.Series([float("nan")])]))
        found[key[0] if isinstance(key, tuple) and len(key) == 1 else key] = filled.iloc[-1]
    return found


def _tables(frame: Any, out: Any, function: Any) -> dict[Any, dict[Any, Any]] | None:
    """For each column of a frame the codes that an encoder gave its values; None if it did not."""
    code = getattr(function, "__code__", None)
    named = {getattr(function, "__name__", ""), *(code.co_names if code is not None else ())}
    if not named & {"fit_transform", "codes", "factorize"} or not hasattr(out, "columns"):
        return None
    if out.shape != frame.shape or not out.columns.equals(frame.columns):
        return None
    found = {}
    for column in frame.columns:
        pairs = zip(frame[column].tolist(), out[column].tolist(), strict=True)
        found[column] = {value: code for value, code in pairs if value == value}
    return found


def _categories(data: Any) -> dict[Any, list[Any]]:
    """For each column, and None for a Series, the values that it may be encoded by, sorted."""
    columns = (
        {name: data[name] for name in data.columns} if hasattr(data, "columns") else {None: data}
    )
    found = {}
    for name, column in columns.items():
        if str(column.dtype) == "category":
            found[name] = [_plain(one) for one in column.cat.categories]
        elif column.nunique() <= _MOST_CATEGORIES:
            found[name] = [_plain(one) for one in sorted(column.dropna().unique().tolist())]
    return found


_MOST_CATEGORIES = 5000


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _state(obj: Any) -> Any:
    """The state of a table; later changes do not reach it."""
    if _is_pandas(obj):
        return obj.copy(deep=False)
    return obj.copy() if type(obj).__name__ == "ndarray" else obj


def function_name(function: Any, receiver: Value | None) -> str:
    """The full name of a function, of a method with the class it was called on."""
    name = getattr(function, "__name__", type(function).__name__)
    if receiver is not None and getattr(function, "__self__", None) is not None:
        return f"{receiver.type_name}.{name}"
    module = getattr(function, "__module__", None) or ""
    return f"{module}.{getattr(function, '__qualname__', name)}".lstrip(".")


def type_name(obj: Any) -> str:
    """The class of an object, under the name people import it by."""
    kind = type(obj)
    module = kind.__module__
    if module.partition(".")[0] == "pandas":
        return f"pandas.{kind.__name__}"
    parts = [part for part in module.split(".") if not part.startswith("_")]
    return ".".join([*parts, kind.__name__]) if module != "builtins" else kind.__name__


def describe(value: Value, obj: Any) -> None:
    """Write a table's shape, columns and dtypes into its value."""
    shape = getattr(obj, "shape", None)
    if isinstance(shape, tuple):
        value.shape = shape
    if value.is_frame:
        value.columns = tuple(obj.columns)
        value.dtypes = {
            name: str(dtype) for name, dtype in zip(obj.columns, obj.dtypes, strict=True)
        }
    elif value.is_series:
        value.name, value.dtypes = obj.name, {None: str(obj.dtype)}
    elif value.is_array:
        value.dtypes = {None: str(obj.dtype)}


def shallow_copy(obj: Any) -> Any:
    """The state of a frame, series, list or dict; None for anything else."""
    if _is_pandas(obj) and hasattr(obj, "copy"):
        return obj.copy(deep=False)
    return copy.copy(obj) if isinstance(obj, list | dict | set) else None


def deep_copy(obj: Any) -> Any:
    """A copy that later changes do not reach, or the object itself where it has none."""
    if hasattr(obj, "iloc"):
        return obj.copy()
    try:
        return copy.deepcopy(obj)
    # A copy is for later use only: what cannot be copied is used as it is then.
    except Exception:  # noqa: BLE001
        return obj


def feature_names(event: Event, out: Any) -> tuple[str, ...]:
    """The names that the owner of an array has for its columns, as scikit-learn's Bunch does."""
    for value in event.inputs:
        names = getattr(value.object(), "feature_names", None)
        if names is not None and getattr(out, "ndim", 0) == 2 and len(names) == out.shape[1]:
            return tuple(str(name) for name in names)
    return ()


def element_rows(event: Event, place: int) -> tuple[Any, Any]:
    """Of which argument, and which of its rows, a member of a split is; (None, None) if unknown."""
    split = event.detail.get("split")
    if split is None:
        return None, None
    arrays, groups = split
    position, group = divmod(place, len(groups))
    return (arrays[position], groups[group]) if position < len(arrays) else (None, None)


def _is_pandas(obj: Any) -> bool:
    return type(obj).__module__.partition(".")[0] == "pandas" and hasattr(obj, "iloc")


def _is_fitted(obj: Any) -> bool:
    return hasattr(obj, "get_params") and any(name.endswith("_") for name in vars(obj))


def _split(pending: Pending) -> Callable[..., Any]:
    """`train_test_split` with one more array, of the rows' positions; it draws the same numbers."""

    def split(*arrays: Any, **options: Any) -> Any:
        import numpy as np

        from ml_api_kit.research.record.lineage import row_count

        *parts, first, second = pending.function(
            *arrays, np.arange(row_count(arrays[0])), **options
        )
        pending.detail["split"] = (arrays, (first, second))
        return list(parts)

    return split


def _shuffle(pending: Pending) -> Callable[..., Any]:
    def shuffle(*arrays: Any, **options: Any) -> Any:
        import numpy as np

        from ml_api_kit.research.record.lineage import row_count

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


def _add_constant(pending: Pending) -> Callable[..., Any]:
    def add_constant(data: Any, *arguments: Any, **options: Any) -> Any:
        return pending.function(data, *arguments, **options)

    return add_constant


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
