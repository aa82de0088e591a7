"""The fast engine: jsonschema-rs, written in Rust."""

from __future__ import annotations

from typing import Any

from ml_api_kit.schemas.engines.engine import BrokenKeyword, Engine, Retriever

NAME = "jsonschema-rs"


def compile_fast(
    schema: Any, *, retrieve: Retriever, base_uri: str | None, checks_formats: bool
) -> Engine:
    """The engine that checks by `schema`.

    Raises jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError: when it cannot be made.
    """
    import jsonschema_rs

    validator = jsonschema_rs.validator_for(
        schema if isinstance(schema, bool) else dict(schema),
        retriever=retrieve,
        base_uri=base_uri,
        validate_formats=checks_formats,
    )

    def first_broken(value: Any) -> BrokenKeyword | None:
        try:
            validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            return error
        return None

    return Engine(NAME, validator.is_valid, validator.iter_errors, first_broken)
