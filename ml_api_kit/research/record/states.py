"""The states of objects, kept so that later changes do not reach them."""

from __future__ import annotations

import copy
from typing import Any


def shallow_copy(obj: Any) -> Any:
    """The state of a frame, series, list or dict; None for anything else."""
    if is_pandas(obj) and hasattr(obj, "copy"):
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


def state_of(obj: Any) -> Any:
    """The state of a table; later changes do not reach it."""
    if is_pandas(obj):
        return obj.copy(deep=False)
    return obj.copy() if type(obj).__name__ == "ndarray" else obj


def is_pandas(obj: Any) -> bool:
    """Whether something is a frame or a series of pandas."""
    return type(obj).__module__.partition(".")[0] == "pandas" and hasattr(obj, "iloc")
