"""What jsonschema tells, in the form of jsonschema-rs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from ml_api_kit.schemas.engines.engine import BrokenKeyword

# What breaks them is told by what the keyword is, and not by what it holds.
_FALSE = frozenset({"items", "unevaluatedItems", "unevaluatedProperties"})


@dataclass(frozen=True, slots=True)
class ReferenceBroken:
    """One keyword that a value breaks."""

    kind: Any
    instance_path: tuple[str | int, ...]
    schema_path: tuple[str | int, ...]


def to_broken_keyword(error: ValidationError) -> BrokenKeyword:
    """`error` with the kind that jsonschema-rs gives it.

    >>> import jsonschema
    >>> [error] = jsonschema.Draft7Validator({"minimum": 3}).iter_errors(1)
    >>> to_broken_keyword(error).kind
    namespace(name='minimum', limit=3)
    """
    path = tuple(error.absolute_path)
    schema_path = tuple(error.absolute_schema_path)
    kind = _kind(error)
    if len(schema_path) > 1 and schema_path[-2] == "propertyNames":
        inner = ReferenceBroken(kind, path, schema_path)
        kind = SimpleNamespace(name="propertyNames", error=inner)
    return ReferenceBroken(kind, path, schema_path)


def _kind(error: ValidationError) -> SimpleNamespace:
    keyword = error.validator if isinstance(error.validator, str) else "falseSchema"
    if keyword in _FALSE:
        return SimpleNamespace(name="falseSchema")
    make = _KINDS.get(keyword)
    return make(error) if make is not None else SimpleNamespace(name=keyword)


def _value_as(attribute: str) -> Callable[[ValidationError], SimpleNamespace]:
    return lambda error: SimpleNamespace(
        **{"name": error.validator, attribute: error.validator_value}
    )


def _bound(error: ValidationError) -> SimpleNamespace:
    name = str(error.validator)
    exclusive = f"exclusive{name[0].upper()}{name[1:]}"
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    is_exclusive = schema.get(exclusive) is True  # as draft 4 writes it
    return SimpleNamespace(name=exclusive if is_exclusive else name, limit=error.validator_value)


def _types(error: ValidationError) -> SimpleNamespace:
    named: Any = error.validator_value
    return SimpleNamespace(name="type", types=[named] if isinstance(named, str) else list(named))


def _missing(error: ValidationError) -> SimpleNamespace:
    # The names are in the message only, which starts with the one that is missing.
    names: Any = error.validator_value
    wanted = names if isinstance(names, list) else [one for some in names.values() for one in some]
    name = max((one for one in wanted if error.message.startswith(repr(one))), key=len)
    return SimpleNamespace(name="required", property=name)


def _unexpected(error: ValidationError) -> SimpleNamespace:
    schema: Any = error.schema
    instance: Any = error.instance
    patterns = schema.get("patternProperties", {})
    names = [
        name
        for name in instance
        if name not in schema.get("properties", {})
        and not any(re.search(pattern, name) for pattern in patterns)
    ]
    return SimpleNamespace(name="additionalProperties", unexpected=names)


def _items(error: ValidationError) -> SimpleNamespace:
    schema: Any = error.schema
    return SimpleNamespace(name="additionalItems", limit=len(schema["items"]))


def _branches(error: ValidationError) -> SimpleNamespace:
    branches: dict[Any, list[BrokenKeyword]] = {}
    for inner in error.context or ():
        # A branch that is `false` has no path, and one error.
        branch = inner.schema_path[0] if inner.schema_path else id(inner)
        branches.setdefault(branch, []).append(to_broken_keyword(inner))
    context = [*branches.values()] or [[]]  # none at all: several branches matched
    return SimpleNamespace(name=error.validator, context=context)


_KINDS: dict[str, Callable[[ValidationError], SimpleNamespace]] = {
    "additionalItems": _items,
    "additionalProperties": _unexpected,
    "anyOf": _branches,
    "const": _value_as("expected_value"),
    "dependencies": _missing,
    "dependentRequired": _missing,
    "enum": _value_as("options"),
    "exclusiveMaximum": _value_as("limit"),
    "exclusiveMinimum": _value_as("limit"),
    "format": _value_as("format"),
    "maxItems": _value_as("limit"),
    "maxLength": _value_as("limit"),
    "maxProperties": _value_as("limit"),
    "maximum": _bound,
    "minItems": _value_as("limit"),
    "minLength": _value_as("limit"),
    "minProperties": _value_as("limit"),
    "minimum": _bound,
    "multipleOf": _value_as("multiple_of"),
    "oneOf": _branches,
    "pattern": _value_as("pattern"),
    "required": _missing,
    "type": _types,
}
