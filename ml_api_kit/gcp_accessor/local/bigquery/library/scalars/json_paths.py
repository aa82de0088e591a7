"""JSON_VALUE, JSON_QUERY and their like: what a path leads to in a document.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#JSONPath_format
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_lax import found_anywhere
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_text import (
    MISSING,
    Members,
    Step,
    find,
    follow,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_values import (
    Raw,
    dump,
    float_json,
    parse,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_LAX = re.compile(r"(?:lax|lax recursive|recursive lax) (?=\$)")
_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]"'\s]+)|\."(?P<quoted>(?:[^"\\]|\\.)*)"|\[ *(?P<index>\d+) *\]"""
    r"""|\['(?P<single>(?:[^'\\]|\\.)*)'\]|\[(?P<bare>[^\[\]"'.\s]+)\]"""
)


@lru_cache(maxsize=200)
def steps(path: str, *, is_old: bool = False) -> tuple[Step, ...]:
    """The names and places of a path; the old JSON_EXTRACT functions take names in brackets too.

    Raises SqlError: when it is no path.
    """
    if not path.startswith("$"):
        raise SqlError("JSONPath must start with '$'")
    found: list[Step] = []
    at = 1
    while at < len(path):
        match = _STEP.match(path, at)
        is_bracketed = match is not None and (match["single"] or match["bare"]) is not None
        if match is None or (is_bracketed and not is_old):
            raise SqlError(f"Invalid token in JSONPath at: {path[at:]}")
        if match["index"] is not None:
            found.append(int(match["index"]))
        else:
            names = (match["name"], match["quoted"], match["single"], match["bare"])
            name = next(name for name in names if name is not None)
            found.append(name if match["name"] is not None else re.sub(r"\\(.)", r"\1", name))
        at = match.end()
    return tuple(found)


def _found(text: str, path: str, is_old: bool) -> Any:
    return find(text, steps(path, is_old=is_old))


def _scalar_text(value: Any) -> str | None:
    if value is MISSING or value is None or isinstance(value, (dict, list)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.text if isinstance(value, Raw) else str(value)


@scalar("py_json_value", "VARCHAR")
def json_value(text: str, path: str = "$", is_old: bool = False) -> str | None:
    """JSON_VALUE: the scalar that a path leads to; NULL for anything else."""
    return _scalar_text(_found(text, path, is_old))


@scalar("py_json_value_json", "VARCHAR")
def json_value_of_json(text: str, path: str = "$", is_old: bool = False) -> str | None:
    """JSON_VALUE of a JSON: numbers in their normal form."""
    value = _found(text, path, is_old)
    return float_json(value) if isinstance(value, float) else _scalar_text(value)


def _written(value: Any) -> str:
    """The part of a text as it would be written again, its names in their order."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, (dict, Members)):
        members = value.items() if isinstance(value, dict) else value
        return "{" + ",".join(f"{dump(name)}:{_written(item)}" for name, item in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return dump(value)


@scalar("py_json_query", "VARCHAR")
def json_query(text: str, path: str = "$", is_old: bool = False) -> str | None:
    """JSON_QUERY of a text: the part as text; NULL for a JSON null."""
    value = _found(text, path, is_old)
    return None if value is MISSING or value is None else _written(value)


@scalar("py_json_query_json", "JSON")
def json_query_of_json(text: str, path: str = "$", is_old: bool = False) -> str | None:
    """JSON_QUERY of a JSON, of which a path may be lax."""
    if not is_old and (lax := _LAX.match(path)):
        is_recursive = "recursive" in lax[0]
        found = found_anywhere(parse(text), steps(path[lax.end() :]), is_recursive=is_recursive)
        return dump(found)
    value = _found(text, path, is_old)
    return None if value is MISSING else dump(value)


def _items(text: str, path: str, is_old: bool) -> list[Any] | None:
    value = _found(text, path, is_old)
    is_array = isinstance(value, list) and not isinstance(value, Members)
    return value if is_array else None


@scalar("py_json_query_array", "VARCHAR[]")
def json_query_array(text: str, path: str = "$", is_old: bool = False) -> list[str] | None:
    """JSON_QUERY_ARRAY of a text."""
    items = _items(text, path, is_old)
    return None if items is None else [_written(item) for item in items]


@scalar("py_json_query_array_json", "JSON[]")
def json_query_array_of_json(text: str, path: str = "$", is_old: bool = False) -> list[str] | None:
    """JSON_QUERY_ARRAY of a JSON."""
    items = _items(text, path, is_old)
    return None if items is None else [dump(item) for item in items]


def _value_array(text: str, path: str, is_old: bool, *, is_json: bool) -> list[str | None] | None:
    items = _items(text, path, is_old)
    if items is None or any(isinstance(item, (dict, list)) for item in items):
        return None
    if is_json:
        return [
            float_json(item) if isinstance(item, float) else _scalar_text(item) for item in items
        ]
    return [_scalar_text(item) for item in items]


@scalar("py_json_value_array", "VARCHAR[]")
def json_value_array(text: str, path: str = "$", is_old: bool = False) -> list[str | None] | None:
    """JSON_VALUE_ARRAY of a text."""
    return _value_array(text, path, is_old, is_json=False)


@scalar("py_json_value_array_json", "VARCHAR[]")
def json_value_array_of_json(
    text: str, path: str = "$", is_old: bool = False
) -> list[str | None] | None:
    """JSON_VALUE_ARRAY of a JSON."""
    return _value_array(text, path, is_old, is_json=True)


@scalar("py_json_subscript", "JSON")
def subscript(text: str, step: str | int) -> str | None:
    """The field or element of a JSON; NULL where there is none."""
    document = parse(text)
    is_fitting = (
        isinstance(document, dict)
        if isinstance(step, str)
        else isinstance(document, list) and step >= 0
    )
    if not is_fitting:
        return None
    value = follow(document, (step,))
    return None if value is MISSING else dump(value)
