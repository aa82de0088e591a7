"""What is looked at around a call: states before it, what an estimator is given, rows of splits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ml_api_kit.research.record.described import function_name
from ml_api_kit.research.record.lineage import row_count
from ml_api_kit.research.record.pending import Pending
from ml_api_kit.research.record.replacements import replacement_of
from ml_api_kit.research.record.states import deep_copy, is_pandas, shallow_copy, state_of

if TYPE_CHECKING:
    from ml_api_kit.research.record.tape import Event, Value

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


def watch(pending: Pending) -> None:
    """Look at what a call may change, and put a watching function in its place where needed."""
    function = pending.function
    pending.name = getattr(function, "__name__", type(function).__name__)
    code = getattr(function, "__code__", None)
    pending.is_user_function = code is not None and code.co_filename.startswith("<cell ")
    obj = getattr(function, "__self__", None)
    if obj is not None and is_pandas(obj) and pending.name in _PANDAS_INPLACE:
        pending.state = shallow_copy(obj)
    elif pending.name in _FITS and pending.receiver is not None and _is_fitted(obj):
        pending.state = deep_copy(obj)
    replacement = replacement_of(function_name(function, pending.receiver))
    if replacement is not None:
        pending.replacement = replacement(pending)


def is_fit(pending: Pending) -> bool:
    """Whether the call fits an estimator in place."""
    obj = getattr(pending.function, "__self__", None)
    if pending.name not in _FITS or obj is None:
        return False
    return hasattr(obj, "get_params") or (pending.is_user_function and hasattr(obj, "predict"))


def has_changed(pending: Pending, obj: Any) -> bool:
    """Whether a call that gave nothing changed its receiver, as `inplace=True` does."""
    return is_pandas(obj) and pending.name in _PANDAS_INPLACE


def is_random(event: Event) -> bool:
    """Whether an event drew random numbers."""
    return event.function.startswith(("numpy.random.", "random.")) or ".random." in event.function


def keep_given(event: Event, pending: Pending, told: list[Value], out: Any) -> None:
    """Keep what an estimator was given, by the values' numbers, and what it gave."""
    obj = getattr(pending.function, "__self__", None)
    is_asked = pending.name in _FITS | _ASKED and (
        hasattr(obj, "predict") or hasattr(obj, "transform")
    )
    if is_asked or event.function.startswith("statsmodels."):
        event.detail["given"] = {value.number: state_of(value.object()) for value in told}
        event.detail["result"] = state_of(out)
        event.detail["estimator"] = obj


def resampled(pending: Pending, given: list[Any], out: tuple[Any, ...]) -> Any:
    """Which rows a resampler took; -1 for those that it made up, which follow the real ones."""
    import numpy as np

    sampler = pending.function.__self__
    rows = getattr(sampler, "sample_indices_", None)
    if rows is None:
        count, before = row_count(out[0]), row_count(given[0])
        rows = np.concatenate([np.arange(before), np.full(max(count - before, 0), -1)])[:count]
    return tuple(given), (np.asarray(rows),)


def element_rows(event: Event, place: int) -> tuple[Any, Any]:
    """Of which argument, and which of its rows, a member of a split is; (None, None) if unknown."""
    split = event.detail.get("split")
    if split is None:
        return None, None
    arrays, groups = split
    position, group = divmod(place, len(groups))
    return (arrays[position], groups[group]) if position < len(arrays) else (None, None)


def _is_fitted(obj: Any) -> bool:
    return hasattr(obj, "get_params") and any(name.endswith("_") for name in vars(obj))
