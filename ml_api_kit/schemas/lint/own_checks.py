"""What a schema itself would say of the values that it lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ml_api_kit.schemas.lint.document import SchemaNode

# Keywords that hold no schemas: they can be tried without knowing where a $ref leads.
_PLAIN = frozenset(
    {
        *("type", "enum", "const", "format", "pattern", "minLength", "maxLength"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minItems", "maxItems", "uniqueItems", "required", "minProperties", "maxProperties"),
    }
)


def own_check(node: SchemaNode, *, without: frozenset[str]) -> Callable[[Any], bool] | None:
    """A test that is true of what `node` accepts; None where its keywords cannot be tried.

    Keywords in `without`, and those that hold other schemas, are left out of it.
    """
    import jsonschema_rs

    if node.has_only_ref:
        return None
    kept = {name: node.schema[name] for name in node.schema if name in _PLAIN - without}
    try:
        validator = jsonschema_rs.validator_for(
            {"$schema": node.draft.uri, **kept}, validate_formats=True, offline=True
        )
    except (jsonschema_rs.ValidationError, ValueError):
        return None  # a keyword is broken, which is told by the rule for it
    return validator.is_valid
