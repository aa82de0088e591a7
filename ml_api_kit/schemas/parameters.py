"""Parameters: texts of a request, read by the schema that declares their types."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.compiled import CompiledSchema

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,307})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a request, as its schema declares it.

    Attributes:
        name: its name.
        schema: the schema of its value.
        types: the JSON types that a text may be turned into.
        is_array: True where it may be given several times, one item each.
        is_required: True where it must be given.
    """

    name: str
    schema: Any
    types: frozenset[str]
    is_array: bool
    is_required: bool

    def read(self, texts: list[str]) -> Any:
        """The value that `texts`, one or more, stand for; a text of no declared type stays one."""
        values = [_typed(text, self.types) for text in texts]
        return values if self.is_array else values[0]


def find_parameters(compiled: CompiledSchema, *, subject: str) -> dict[str, Parameter]:
    """The parameters that the object schema `compiled` names, one property each.

    Raises SchemaError: when it names no properties, or refers to other files in them; `subject` is
    what it describes.
    """
    schema = compiled.schema if isinstance(compiled.schema, Mapping) else {}
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        raise SchemaError(
            f"{compiled.name} cannot describe {subject}; give it properties, one for each"
            " parameter."
        )
    required = schema.get("required", ())
    return {
        name: _parameter(compiled, name, part, is_required=name in required)
        for name, part in properties.items()
    }


def _parameter(compiled: CompiledSchema, name: str, schema: Any, *, is_required: bool) -> Parameter:
    types = _types(compiled, schema)
    items = _resolve(compiled, schema).get("items", True) if "array" in types else schema
    return Parameter(
        name=name,
        schema=schema,
        types=_types(compiled, items),
        is_array="array" in types,
        is_required=is_required,
    )


def _types(compiled: CompiledSchema, schema: Any) -> frozenset[str]:
    schema = _resolve(compiled, schema)
    declared = schema.get("type", ())
    types = {declared} if isinstance(declared, str) else set(declared)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(keyword, ()):
            types |= _types(compiled, branch)
    constants = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
    return frozenset(types or {_JSON_TYPES.get(type(constant), "") for constant in constants})


def _resolve(compiled: CompiledSchema, schema: Any) -> Mapping[str, Any]:
    seen = 0
    while isinstance(schema, Mapping) and "$ref" in schema:
        reference, schema, seen = schema["$ref"], compiled.schema, seen + 1
        if not reference.startswith("#/") or seen > 50:
            raise SchemaError(
                f"{compiled.name} describes a parameter by $ref {reference!r}; write the"
                " parameter's schema in the same file."
            )
        for step in reference[2:].split("/"):
            schema = schema[step.replace("~1", "/").replace("~0", "~")]
    return schema if isinstance(schema, Mapping) else {}


def _typed(text: str, types: frozenset[str]) -> Any:
    for name, read in _READERS.items():
        if name in types and (value := read(text)) is not None:
            return value
    return text


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _number(text: str) -> float | int | None:
    if (whole := _integer(text)) is not None:
        return whole
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}

_READERS: dict[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": {"true": True, "false": False}.get,
}
