"""What a call learned of the rows it was given: categories, codes, a table of the groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.record.pending import Pending
from ml_api_kit.research.record.states import shallow_copy

if TYPE_CHECKING:
    from ml_api_kit.research.record.tape import Event

_MOST_CATEGORIES = 5000


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


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
