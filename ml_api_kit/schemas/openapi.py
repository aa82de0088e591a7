"""JSON Schemas as components of an OpenAPI 3.1 description."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.folder import SchemaFolder
from ml_api_kit.schemas.references import own_uri, uris

COMPONENTS = "#/components/schemas/"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COMPONENT_NAME = re.compile(r"[A-Za-z0-9._-]+")

# The keywords whose value is data: a "$ref" in there is no reference.
_DATA = ("const", "default", "enum", "examples", "example")


def to_components(folder: SchemaFolder) -> dict[str, Any]:
    """Every schema of `folder`, by name, with its `$ref`s leading to its new neighbours.

    A schema keeps its words; `$id`, and a `$schema` that names 2020-12, are left out, because the
    description itself says them.

    Raises SchemaError: when a file's name cannot name a component, or a schema uses `$anchor`,
    which a description cannot hold.

    Source: OpenAPI 3.1.1, sections 4.8.7 (component names) and 4.8.24 (schema dialect).
    """
    names = uris(folder.documents)
    return {
        name: _component(document, base=own_uri(name, document), names=names, name=name)
        for name, document in folder.documents.items()
    }


def inline_schema(schema: Any, *, name: str) -> Any:
    """The inline `schema` as the component called `name`, with its `$ref`s leading into itself."""
    names = uris({name: schema})
    return _component(schema, base=own_uri(name, schema), names=names, name=name)


def _component(document: Any, *, base: str, names: Mapping[str, str], name: str) -> Any:
    if not _COMPONENT_NAME.fullmatch(name):
        raise SchemaError(
            f"The schema {name!r} cannot be named in an OpenAPI description; name its file with"
            " letters, digits, dots, hyphens and underscores only."
        )

    def rewrite(reference: str) -> str:
        target, fragment = urldefrag(urljoin(base, reference))
        if target not in names or not (fragment == "" or fragment.startswith("/")):
            raise SchemaError(
                f"The schema {name!r} has a $ref to {reference!r}, which an OpenAPI description"
                " cannot hold; refer to another file of the folder, by path and not by anchor."
            )
        return f"{COMPONENTS}{names[target]}{unquote(fragment)}"

    moved = _rewritten(document, rewrite)
    if isinstance(moved, dict):
        moved.pop("$id", None)
        if str(moved.get("$schema")).rstrip("#") == _DIALECT:
            del moved["$schema"]
    return moved


def _rewritten(schema: Any, rewrite: Callable[[str], str]) -> Any:
    if isinstance(schema, list):
        return [_rewritten(part, rewrite) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: rewrite(part)
        if key == "$ref" and isinstance(part, str)
        else part
        if key in _DATA
        else _rewritten(part, rewrite)
        for key, part in schema.items()
    }
