"""Where a description's schemas stand: in its components, by name."""

from __future__ import annotations

from itertools import count
from typing import Any

from ml_api_kit.decorators.view_guards import SchemaRef
from ml_api_kit.schemas import CompiledSchema
from ml_api_kit.schemas.lint.references import REFERENCES
from ml_api_kit.schemas.openapi import COMPONENTS, inline_schema


class SchemaNames:
    """The components of a description; inline schemas become components as they are met."""

    def __init__(self, components: dict[str, Any]) -> None:
        """Add to `components`, which hold the schemas of the folder by name."""
        self._components = components

    def schema(self, ref: SchemaRef, *, wanted: str) -> dict[str, Any]:
        """A reference to the component of the schema that `ref` stands for.

        An inline schema becomes the component `wanted`, or one with a number behind it.
        """
        return {"$ref": COMPONENTS + (ref if isinstance(ref, str) else self._name(ref, wanted))}

    def part(self, compiled: CompiledSchema, name: str, *, wanted: str) -> Any:
        """The schema of the property `name` of `compiled`, its references leading to components.

        Where it has any, an inline `compiled` becomes a component, as in `schema`.
        """
        schema = compiled.schema["properties"][name]
        if not _has_reference(schema):
            return schema
        return self._components[self._name(compiled, wanted)]["properties"][name]

    def _name(self, compiled: CompiledSchema, wanted: str) -> str:
        if compiled.folder_name is not None:
            return compiled.folder_name
        for number in count(1):
            name = wanted if number == 1 else f"{wanted}_{number}"
            component = inline_schema(compiled.schema, name=name)
            if self._components.setdefault(name, component) == component:
                return name
        raise AssertionError("unreachable: the numbers do not end")


def _has_reference(schema: Any) -> bool:
    if isinstance(schema, dict):
        return any(name in schema for name in REFERENCES) or any(
            _has_reference(part) for part in schema.values()
        )
    return isinstance(schema, list) and any(_has_reference(part) for part in schema)
