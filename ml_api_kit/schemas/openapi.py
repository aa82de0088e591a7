"""JSON Schemas as components of an OpenAPI 3.1 description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.folder import SchemaFolder
from ml_api_kit.schemas.lint.document import Path, SchemaNode
from ml_api_kit.schemas.places import Places

COMPONENTS = "#/components/schemas/"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COMPONENT_NAME = re.compile(r"[A-Za-z0-9._-]+")

# The keywords whose value is data: a "$ref" in there is no reference.
_DATA = ("const", "default", "enum", "examples", "example")

# What names a place: in a description the places have other names, and nothing asks for these.
_NAMES = ("$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor")


def to_components(folder: SchemaFolder) -> dict[str, Any]:
    """Every schema of `folder`, by name, with its references leading to its new neighbours.

    A schema keeps its words, but for those that name a place: `$id` and `$anchor` are left out, and
    what referred to them leads to the same schema by its path. A `$schema` that names 2020-12 is
    left out, too, because the description itself says it.

    Raises SchemaError: when a file's name cannot name a component, or what a `$dynamicRef` leads to
    depends on the schema around, which a description cannot hold.

    Source: OpenAPI 3.1.1, sections 4.8.7 (component names) and 4.8.24 (schema dialect).
    """
    places = Places(folder.documents)
    return {name: _component(name, places) for name in folder.documents}


def inline_schema(schema: Any, *, name: str) -> Any:
    """The inline `schema` as the component called `name`, with its `$ref`s leading into itself.

    Raises SchemaError: as `to_components` does.
    """
    return _component(name, Places({name: schema}))


def _component(name: str, places: Places) -> Any:
    if not _COMPONENT_NAME.fullmatch(name):
        raise SchemaError(
            f"The schema {name!r} cannot be named in an OpenAPI description; name its file with"
            " letters, digits, dots, hyphens and underscores only."
        )
    return _moved((), places.documents[name].root, name, places)


def _moved(path: Path, value: Any, name: str, places: Places) -> Any:
    if isinstance(value, list):
        return [_moved((*path, at), part, name, places) for at, part in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    node = places.documents[name].node_at.get(path)
    moved = {
        key: part if node is not None and key in _DATA else _moved((*path, key), part, name, places)
        for key, part in value.items()
    }
    return moved if node is None else _renamed(node, moved, name, places)


def _renamed(node: SchemaNode, moved: dict[str, Any], name: str, places: Places) -> dict[str, Any]:
    """The schema `moved`, without the names it gives to places, and with its references by path."""
    renamed = {key: part for key, part in moved.items() if not _is_name(key, part, node)}
    for key in ("$ref", "$dynamicRef", "$recursiveRef"):
        text = renamed.get(key)
        if not isinstance(text, str):
            continue
        reference = places.find(name, node, key, text)
        # Both may stand side by side; a $dynamicRef to a path does what a $ref does.
        kept = key if key == "$dynamicRef" and "$ref" in renamed else "$ref"
        if key == "$recursiveRef" and "$ref" in renamed:
            renamed["allOf"] = [*renamed.get("allOf", ()), {"$ref": _uri(reference)}]
            del renamed[key]
            continue
        renamed = {
            (kept if other == key else other): (_uri(reference) if other == key else part)
            for other, part in renamed.items()
        }
    return renamed


def _is_name(key: str, part: Any, node: SchemaNode) -> bool:
    if key == "$schema":
        return not node.path and str(part).rstrip("#") == _DIALECT
    return key in _NAMES or (key == "id" and isinstance(part, str))


def _uri(reference: str | tuple[str, Path]) -> str:
    if isinstance(reference, str):
        return reference
    name, path = reference
    return COMPONENTS + name + "".join(f"/{_escaped(step)}" for step in path)


def _escaped(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
