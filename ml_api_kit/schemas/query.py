"""A query string read by its schema: names checked, texts turned into the declared types."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from ml_api_kit.errors import RequestError, SchemaError, SchemaViolationError, Violation
from ml_api_kit.schemas.compiled import CompiledSchema
from ml_api_kit.schemas.pointer import to_pointer
from ml_api_kit.schemas.wording import short_name, unexpected_property

MAX_PARAMETERS = 1_000

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,307})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """One parameter of a query string, as its schema declares it.

    Attributes:
        name: the name in the query string.
        schema: the schema of its value.
        types: the JSON types that a text may be turned into.
        is_array: True where the parameter may be given several times, one item each.
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


class QuerySchema:
    """The query string that an object schema describes, one property per parameter.

    Integers and numbers are written as in JSON, booleans as `true` and `false`. A parameter that
    the schema does not name is refused, and so is one given twice unless it is an array.

    Raises SchemaError: when `compiled` names no properties, or refers to other files in them.

    >>> query = QuerySchema(CompiledSchema({"properties": {"limit": {"type": "integer"}}}))
    >>> query.read("limit=10")
    {'limit': 10}
    """

    def __init__(self, compiled: CompiledSchema) -> None:
        """Plan how each parameter of `compiled` is read."""
        self.compiled = compiled
        schema = compiled.schema if isinstance(compiled.schema, Mapping) else {}
        properties = schema.get("properties")
        if not isinstance(properties, Mapping):
            raise SchemaError(
                f"{compiled.name} cannot describe a query string; give it properties, one for each"
                " parameter."
            )
        required = schema.get("required", ())
        self.parameters = {
            name: _parameter(compiled, name, part, is_required=name in required)
            for name, part in properties.items()
        }

    def read(self, query_string: str) -> dict[str, Any]:
        """The parameters in `query_string`, by name, in their declared types.

        Raises RequestError: when it is not percent-encoded UTF-8, or has over 1,000 parameters.
        Raises SchemaViolationError: with everything that is wrong with it.
        """
        values: dict[str, Any] = {}
        violations: list[Violation] = []
        for name, texts in _split(query_string).items():
            parameter = self.parameters.get(name)
            if parameter is None:
                violations.append(Violation("", "additionalProperties", unexpected_property(name)))
            elif len(texts) > 1 and not parameter.is_array:
                violations.append(Violation(to_pointer([name]), "type", "must be given once"))
            else:
                values[name] = parameter.read(texts)
        violations += _without_repeats(self.compiled.violations(values), violations)
        if violations:
            raise SchemaViolationError(tuple(violations[:100]), subject="query string")
        return values


def _without_repeats(
    found: tuple[Violation, ...], repeated: list[Violation]
) -> tuple[Violation, ...]:
    # A parameter given twice was left out of the values; that it is missing is then no fault.
    given_twice = {
        f"must have the property {short_name(violation.pointer[1:])}"
        for violation in repeated
        if violation.pointer
    }
    return tuple(violation for violation in found if violation.detail not in given_twice)


def _split(query_string: str) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            query_string,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:  # UnicodeDecodeError, and too many fields
        raise RequestError(
            "The query string cannot be read; percent-encode it as UTF-8, with at most"
            f" {MAX_PARAMETERS} parameters."
        ) from None
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    return texts


def _parameter(
    compiled: CompiledSchema, name: str, schema: Any, *, is_required: bool
) -> QueryParameter:
    types = _types(compiled, schema)
    items = _resolve(compiled, schema).get("items", True) if "array" in types else schema
    return QueryParameter(
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
                f"{compiled.name} describes a query parameter by $ref {reference!r}; write the"
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
