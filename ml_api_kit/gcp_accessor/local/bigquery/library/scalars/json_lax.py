"""What a lax path leads to in a JSON: it looks into arrays, and takes a value for an array of one.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#json_query
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_text import (
    MISSING,
    Members,
    Step,
    follow,
)


def found_anywhere(value: Any, steps: Iterable[Step], *, is_recursive: bool) -> list[Any]:
    """All that the path leads to: a name is looked up in the elements of arrays too."""
    found = [value]
    for step in steps:
        if isinstance(step, int):
            lists = (_elements(item) for item in found)
            found = [items[step] for items in lists if step < len(items)]
        else:
            objects = (part for item in found for part in _apart(item, is_recursive))
            values = (follow(part, (step,)) for part in objects if not isinstance(part, list))
            found = [item for item in values if item is not MISSING]
    return found


def _elements(value: Any) -> list[Any]:
    """The elements of an array; a value that is none is its own only one."""
    return value if isinstance(value, list) and not isinstance(value, Members) else [value]


def _apart(value: Any, is_recursive: bool) -> list[Any]:
    """The elements of an array, and with `is_recursive` those of arrays within."""
    if _elements(value) is not value:
        return [value]
    return [part for item in value for part in (_apart(item, True) if is_recursive else [item])]
