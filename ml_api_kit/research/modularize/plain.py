"""Objects as Python's own values, which source and JSON can hold."""

from __future__ import annotations

from typing import Any

_PLAIN = (str, int, float, bool, type(None))
#: Stands for an object that is made of more than Python's own values.
NOT_PLAIN = object()


def to_plain(obj: Any) -> Any:
    """An object as Python's own numbers, texts, lists and dicts; `NOT_PLAIN` where it has none."""
    if isinstance(obj, _PLAIN):
        return obj if obj == obj and obj not in (float("inf"), float("-inf")) else NOT_PLAIN
    if hasattr(obj, "item") and getattr(obj, "shape", None) == () and hasattr(obj, "dtype"):
        return to_plain(obj.item())
    if isinstance(obj, tuple | list | set):
        inner = [to_plain(one) for one in obj]
        return NOT_PLAIN if any(one is NOT_PLAIN for one in inner) else type(obj)(inner)
    if isinstance(obj, dict):
        pairs = {to_plain(key): to_plain(one) for key, one in obj.items()}
        return NOT_PLAIN if NOT_PLAIN in [*pairs, *pairs.values()] else pairs
    if type(obj).__name__ in ("Index", "RangeIndex"):
        return to_plain(list(obj))
    return NOT_PLAIN


def is_jsonable(plain: Any) -> bool:
    """Whether a plain object can be written as JSON as it is."""
    if plain is NOT_PLAIN:
        return False
    if isinstance(plain, dict):
        return all(isinstance(key, str) and is_jsonable(one) for key, one in plain.items())
    if isinstance(plain, list):
        return all(is_jsonable(one) for one in plain)
    return isinstance(plain, _PLAIN)
