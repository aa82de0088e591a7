"""Answers held to the schemas that their views declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

from ml_api_kit.decorators.json_body import decode_json
from ml_api_kit.errors import MalformedJsonError, ResponseSchemaError, Violation
from ml_api_kit.schemas import CompiledSchema


def check_response(value: Any, schemas: Mapping[int, CompiledSchema], *, view: str) -> Any:
    """The response made from what a view returned, where it matches the schema of its status.

    An answer whose status has no schema, and one that is streamed, is not read.

    Raises ResponseSchemaError: when it does not; the message names the `view`.
    """
    response = current_app.make_response(value)
    schema = schemas.get(response.status_code)
    if schema is not None and not response.is_streamed:
        violations = body_violations(response.get_data(), schema)
        if violations:
            raise ResponseSchemaError(view, response.status_code, violations)
    return response


def body_violations(body: bytes, schema: CompiledSchema) -> tuple[Violation, ...]:
    """Every violation of `schema` in the JSON that `body` holds, or that it holds none.

    >>> body_violations(b"[1]", CompiledSchema({"type": "array"}))
    ()
    """
    try:
        return schema.violations(decode_json(body, max_depth=1024))
    except MalformedJsonError as error:
        return (Violation("", "json", str(error)),)
