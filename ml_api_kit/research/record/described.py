"""The names of functions and classes, and what is written down of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml_api_kit.research.record.tape import Event, Value


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


def feature_names(event: Event, out: Any) -> tuple[str, ...]:
    """The names that the owner of an array has for its columns, as scikit-learn's Bunch does."""
    for value in event.inputs:
        names = getattr(value.object(), "feature_names", None)
        if names is not None and getattr(out, "ndim", 0) == 2 and len(names) == out.shape[1]:
            return tuple(str(name) for name in names)
    return ()
