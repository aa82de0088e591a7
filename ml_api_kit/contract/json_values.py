"""What may stand in a JSON file or a row, and the place of the first value that may not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NotJson:
    """The first place where a value is not JSON: `path` such as `["means"][3]`, and why."""

    path: str
    reason: str


def find_not_json(value: Any) -> NotJson | None:
    """The first place in `value` that JSON cannot hold unchanged, or None where there is none.

    A value is JSON when it is None, a bool, an int, a finite float, a string, a list or tuple of
    such values, or a dict from strings to such values. NaN and infinity are not JSON, nor are NumPy
    scalars that are not also Python numbers.

    Source: RFC 8259.

    >>> find_not_json({"means": [0.5, float("nan")]})
    NotJson(path='["means"][1]', reason='nan is not a JSON number; write None where it is missing')
    >>> find_not_json({"means": [0.5, None]}) is None
    True
    """
    return _find(value, "")


def _find(value: Any, path: str) -> NotJson | None:
    if value is None or isinstance(value, (str, bool, int)):
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else NotJson(path, _NOT_FINITE.format(value))
    if isinstance(value, (list, tuple)):
        places = ((f"{path}[{index}]", item) for index, item in enumerate(value))
    elif isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                return NotJson(path, f"the key {key!r} is not a string")
        places = ((f'{path}["{key}"]', item) for key, item in value.items())
    else:
        return NotJson(path, _NOT_PLAIN.format(type(value).__module__, type(value).__qualname__))
    found = (_find(item, place) for place, item in places)
    return next((fault for fault in found if fault is not None), None)


_NOT_FINITE = "{} is not a JSON number; write None where it is missing"
_NOT_PLAIN = "a {}.{} is not a JSON value; turn it into one, such as with .item() or .tolist()"
