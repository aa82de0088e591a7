"""The references (`$ref`) within a JSON Schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from ml_api_kit.errors import SchemaError

# Below these, the keys are names that the schema's author chose, not keywords.
KEYWORDS_OVER_NAMES = frozenset(
    ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
)
# Below these lie values, which may look like schemas but are none.
KEYWORDS_OVER_VALUES = frozenset(("const", "enum", "default", "example", "examples"))


def change_references(schema: Any, change: Callable[[str], str]) -> Any:
    """A copy of `schema` with every `$ref` changed; values such as those of `enum` stay.

    >>> change_references({"$ref": "#/a", "enum": [{"$ref": "#/a"}]}, str.upper)
    {'$ref': '#/A', 'enum': [{'$ref': '#/a'}]}
    """
    return _changed(schema, change, are_names=False)


def _changed(node: Any, change: Callable[[str], str], *, are_names: bool) -> Any:
    if isinstance(node, list):
        return [_changed(each, change, are_names=False) for each in node]
    if not isinstance(node, dict):
        return node
    if are_names:
        return {name: _changed(each, change, are_names=False) for name, each in node.items()}
    return {
        keyword: change(each)
        if keyword == "$ref" and isinstance(each, str)
        else each
        if keyword in KEYWORDS_OVER_VALUES
        else _changed(each, change, are_names=keyword in KEYWORDS_OVER_NAMES)
        for keyword, each in node.items()
    }


def check_references(schema: dict[str, Any]) -> None:
    """Do nothing where every reference leads to a place in `schema` and none comes back to itself.

    What stands under `$defs` and is referred to by nothing is left out.

    Raises SchemaError: with the reference that leads nowhere, out of the schema, or into a circle.

    >>> check_references({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}})
    >>> check_references({"items": {"$ref": "#"}})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ml_api_kit.errors.SchemaError: $ref '#' is recursive: what it leads to refers back to it; ...
    """
    start = {keyword: each for keyword, each in schema.items() if keyword != "$defs"}
    _follow(schema, start, open_references=(), done=set())


def _follow(
    schema: dict[str, Any], node: Any, *, open_references: tuple[str, ...], done: set[str]
) -> None:
    for reference in _references_in(node):
        if reference in open_references:
            raise SchemaError(
                f"$ref {reference!r} is recursive: what it leads to refers back to it; payloads "
                "cannot be drawn from that. Give the load test a schema of fixed depth."
            )
        if reference not in done:
            target = _target(schema, reference)
            _follow(schema, target, open_references=(*open_references, reference), done=done)
            done.add(reference)


def _references_in(node: Any) -> list[str]:
    found: list[str] = []

    def keep(reference: str) -> str:
        found.append(reference)
        return reference

    change_references(node, keep)
    return found


def _target(schema: Any, reference: str) -> Any:
    if not reference.startswith("#"):
        raise SchemaError(f"$ref {reference!r} leads out of the schema; read it with load_schema.")
    target = schema
    for token in unquote(reference[1:]).split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        try:
            target = target[int(key) if isinstance(target, list) else key]
        except (LookupError, TypeError, ValueError):
            raise SchemaError(f"$ref {reference!r} leads nowhere: there is no {key!r}.") from None
    return target
