"""The engine for a schema: the fast one, unless it cannot read a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.engines.engine import Engine, Retriever
from ml_api_kit.schemas.engines.fast import compile_fast
from ml_api_kit.schemas.engines.reference import compile_reference
from ml_api_kit.schemas.engines.refusal import refusal
from ml_api_kit.schemas.patterns import is_fast_pattern, is_reference_pattern


def choose_engine(
    schema: Any,
    *,
    name: str,
    retrieve: Retriever,
    base_uri: str | None,
    checks_formats: bool = True,
) -> Engine:
    """The engine that checks by `schema`, compiled.

    Raises SchemaError: when no engine can read it; `name` is what the schema is called.
    """
    import jsonschema_rs

    options: dict[str, Any] = {"base_uri": base_uri, "checks_formats": checks_formats}
    try:
        return compile_fast(schema, retrieve=retrieve, **options)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        if not _is_of_pattern(error):
            raise SchemaError(refusal(error, name)) from error

    def stand_in(uri: str) -> Any:
        _refuse_unreadable_names(retrieve(uri), name)
        return _readable(retrieve(uri))

    try:
        # Everything but the patterns is held to the draft, and followed, as for the fast engine.
        compile_fast(_readable(schema), retrieve=stand_in, **options)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise SchemaError(refusal(error, name)) from error
    _refuse_unreadable_names(schema, name)
    return compile_reference(schema, name=name, retrieve=retrieve, **options)


def _is_of_pattern(error: Exception) -> bool:
    kind: Any = getattr(error, "kind", None)
    return getattr(kind, "name", None) == "format" and getattr(kind, "format", None) == "regex"


def _readable(schema: Any) -> Any:
    """`schema` without the patterns that only the reference engine can read."""
    if isinstance(schema, list):
        return [_readable(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        ("" if _is_only_reference(key) else key): (
            "" if key == "pattern" and _is_only_reference(part) else _readable(part)
        )
        for key, part in schema.items()
    }


def _refuse_unreadable_names(schema: Any, name: str) -> None:
    # jsonschema itself looks for these, and would stumble over them in the middle of a request.
    if isinstance(schema, list):
        for part in schema:
            _refuse_unreadable_names(part, name)
    elif isinstance(schema, Mapping):
        patterns = schema.get("patternProperties")
        for pattern in patterns if isinstance(patterns, Mapping) else ():
            if not is_reference_pattern(pattern):
                raise SchemaError(
                    f"{name} has a pattern that only jsonschema can read, and {pattern!r} in"
                    " patternProperties, which only jsonschema-rs can; write one of them simpler."
                )
        for part in schema.values():
            _refuse_unreadable_names(part, name)


def _is_only_reference(pattern: object) -> bool:
    return (
        isinstance(pattern, str) and not is_fast_pattern(pattern) and is_reference_pattern(pattern)
    )
