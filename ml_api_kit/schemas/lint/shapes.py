"""What the value of a keyword must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ml_api_kit.schemas.drafts import Draft

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def is_shaped(value: object, shape: str, draft: Draft) -> bool:
    """True where `value` is what a keyword that takes `shape` may have in `draft`.

    Members of lists and maps are not looked at where they are schemas: those are walked.

    >>> is_shaped(3, "count", Draft.DRAFT_2020), is_shaped("3", "count", Draft.DRAFT_2020)
    (True, False)
    """
    return _TESTS[shape](value, draft)


def needed(shape: str, draft: Draft) -> str:
    """What a keyword that takes `shape` needs, in words.

    >>> needed("count", Draft.DRAFT_2020)
    'a whole number, 0 or more'
    """
    if shape == "bound":
        return "true or false" if draft == Draft.DRAFT_4 else "a number"
    if shape == "items" and draft == Draft.DRAFT_2020:
        return "a schema"
    return _WORDS[shape]


def is_number(value: object) -> bool:
    """True where `value` is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_schema(value: object, draft: Draft) -> bool:
    """True where `value` may be a schema of `draft`: an object, from draft 6 on true or false."""
    return isinstance(value, Mapping) or (isinstance(value, bool) and draft > Draft.DRAFT_4)


def _is_count(value: object, _draft: Draft) -> bool:
    return is_number(value) and value >= 0 and value == int(value)  # type: ignore[operator, call-overload]


def _are_names(value: object, draft: Draft) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(name, str) for name in value)
        and len(set(value)) == len(value)
        and (bool(value) or draft > Draft.DRAFT_4)
    )


def _are_schemas(value: object, draft: Draft) -> bool:
    return isinstance(value, list) and all(is_schema(part, draft) for part in value)


def _is_schema_map(value: object, draft: Draft) -> bool:
    return isinstance(value, Mapping) and all(is_schema(part, draft) for part in value.values())


def _are_items(value: object, draft: Draft) -> bool:
    if draft < Draft.DRAFT_2020 and _are_schemas(value, draft):
        return True
    return is_schema(value, draft)


def _are_dependencies(value: object, draft: Draft) -> bool:
    return isinstance(value, Mapping) and all(
        is_schema(part, draft) or _are_names(part, draft) for part in value.values()
    )


def _are_types(value: object, _draft: Draft) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(name, str) for name in value)
    )


_TESTS: dict[str, Callable[[Any, Draft], bool]] = {
    "anything": lambda value, draft: True,
    "text": lambda value, draft: isinstance(value, str),
    "flag": lambda value, draft: isinstance(value, bool),
    "list": lambda value, draft: isinstance(value, list),
    "object": lambda value, draft: isinstance(value, Mapping),
    "number": lambda value, draft: is_number(value),
    "positive number": lambda value, draft: is_number(value) and value > 0,
    "bound": lambda value, draft: (
        isinstance(value, bool) if draft == Draft.DRAFT_4 else is_number(value)
    ),
    "count": _is_count,
    "names": _are_names,
    "name lists": lambda value, draft: (
        isinstance(value, Mapping) and all(_are_names(part, draft) for part in value.values())
    ),
    "types": _are_types,
    "schema": is_schema,
    "schema or flag": lambda value, draft: isinstance(value, Mapping | bool),
    "schemas": _are_schemas,
    "schema map": _is_schema_map,
    "items": _are_items,
    "dependencies": _are_dependencies,
}

_WORDS = {
    "text": "a text",
    "flag": "true or false",
    "list": "a list",
    "object": "an object",
    "number": "a number",
    "positive number": "a number above 0",
    "count": "a whole number, 0 or more",
    "names": "a list of names, each once",
    "name lists": "an object of lists of names",
    "types": "the name of a type, or a list of such names",
    "schema": "a schema",
    "schema or flag": "a schema, or true or false",
    "schemas": "a list of schemas",
    "schema map": "an object of schemas",
    "items": "a schema, or a list of schemas",
    "dependencies": "an object of schemas, or of lists of names",
}
