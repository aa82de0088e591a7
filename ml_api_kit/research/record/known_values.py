"""The values of objects that are alive: what an object was when it was seen last.

An object is known by its identity. Those that a weak reference cannot hold are held themselves, and
the newest ones a while longer, so that no new object takes the identity of one that is known.
"""

from __future__ import annotations

import io
import weakref
from collections import deque
from typing import Any

from ml_api_kit.research.record import lineage
from ml_api_kit.research.record.described import describe, type_name
from ml_api_kit.research.record.states import deep_copy
from ml_api_kit.research.record.tape import Binding, Value

_COPIED_SIZE = 200_000
_HELD = 64
_UNTRACKED = (str, bytes, bool, int, type(None), type(Ellipsis), type, slice)
# What of pandas is something by itself, and no way to a table.
_PANDAS_VALUES = (
    "DataFrame",
    "Series",
    "Index",
    "Timestamp",
    "Timedelta",
    "Dtype",
    "Interval",
    "Categorical",
)


class KnownValues:
    """Finds the value of an object, and makes new ones, numbered in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[int, tuple[Value, Any]] = {}
        self._recent: deque[Any] = deque(maxlen=_HELD)
        self._numbers = 0

    def find(self, obj: Any) -> Value | None:
        """The value of an object, in its last state; None where it is not known."""
        if is_untracked(obj):
            return None
        found = self._known.get(id(obj))
        return None if found is None else found[0]

    def rows(self) -> list[Value]:
        """The values that are rows, the newest first."""
        return [one for one, _ in reversed(self._known.values()) if one.binding is Binding.ROWS]

    def new(self, obj: Any, binding: Binding) -> Value:
        """A new value for the state that an object is in now."""
        value = Value(self._numbers, binding, type_name(obj))
        self._numbers += 1
        describe(value, obj)
        if isinstance(obj, io.IOBase):
            return value  # a file is closed, and written, when the code lets it go
        self._recent.append(obj)
        if is_untracked(obj):
            value.copy = obj
            return value
        if is_lazy(obj):
            if value.type_name.endswith(("GroupBy", "CategoricalAccessor")):
                value.copy = obj
            return value
        self._remember(value, obj)
        return value

    def _remember(self, value: Value, obj: Any) -> None:
        key = id(obj)
        if not lineage.is_table(obj):
            value.copy = obj
            self._known[key] = (value, obj)
            return

        def forget(
            _: object,
            known: dict[int, Any] = self._known,
            key: int = key,
            number: int = value.number,
        ) -> None:
            entry = known.get(key)
            if entry is not None and entry[0].number == number:
                del known[key]

        value.reference = weakref.ref(obj, forget)
        is_small = getattr(obj, "size", _COPIED_SIZE) < _COPIED_SIZE
        if is_small and value.binding is not Binding.ROWS:
            value.copy = deep_copy(obj)
        self._known[key] = (value, None)


def is_untracked(obj: Any) -> bool:
    """Whether an object is one like any other of its kind, such as a number or a text."""
    return isinstance(obj, _UNTRACKED)


def is_same(one: Any, other: Any) -> bool:
    """Whether two objects are the same one, or constants that are equal."""
    return one is other or (is_untracked(one) and type(one) is type(other) and bool(one == other))


def is_lazy(obj: Any) -> bool:
    """Whether something is but a way to a table: a bound method, an accessor, a group."""
    kind = type(obj)
    if kind.__name__ in ("method", "builtin_function_or_method", "method-wrapper"):
        return True
    is_pandas = kind.__module__.partition(".")[0] == "pandas"
    return is_pandas and not kind.__name__.endswith(_PANDAS_VALUES)
