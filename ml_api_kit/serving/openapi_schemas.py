"""Where a description's schemas stand: in its components, by name."""

from __future__ import annotations

from typing import Any

from ml_api_kit.decorators.view_guards import SchemaRef
from ml_api_kit.schemas import CompiledSchema
from ml_api_kit.schemas.openapi import COMPONENTS, inline_schema


class SchemaNames:
    """The components of a description; inline schemas become components as they are met."""

    def __init__(self, components: dict[str, Any]) -> None:
        """Add to `components`, which hold the schemas of the folder by name."""
        self._components = components
        self._inline: dict[int, tuple[CompiledSchema, str]] = {}

    def schema(self, ref: SchemaRef) -> dict[str, Any]:
        """A reference to the component of the schema that `ref` stands for."""
        return {"$ref": COMPONENTS + (ref if isinstance(ref, str) else self._name(ref))}

    def part(self, compiled: CompiledSchema, schema: Any) -> Any:
        """The `schema` of one property of `compiled`, with its references leading to components."""
        if not _has_reference(schema):
            return schema
        return inline_schema(schema, name=self._name(compiled))

    def _name(self, compiled: CompiledSchema) -> str:
        for name, document in self._components.items():
            if document is compiled.schema:
                return name
        if id(compiled) not in self._inline:
            name = f"Inline{len(self._inline) + 1}"
            self._inline[id(compiled)] = (compiled, name)
            self._components[name] = inline_schema(compiled.schema, name=name)
        return self._inline[id(compiled)][1]


def _has_reference(schema: Any) -> bool:
    if isinstance(schema, dict):
        return "$ref" in schema or any(_has_reference(part) for part in schema.values())
    return isinstance(schema, list) and any(_has_reference(part) for part in schema)
