"""The variable parts of a path, read by their schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.errors import SchemaViolationError, Violation
from ml_api_kit.schemas.compiled import CompiledSchema
from ml_api_kit.schemas.parameters import find_parameters
from ml_api_kit.schemas.wording import unexpected_property


class PathSchema:
    """The variable parts of a path that an object schema describes, one property each.

    Raises SchemaError: when `compiled` names no properties, or refers to other files in them.

    >>> path = PathSchema(CompiledSchema({"properties": {"student_id": {"type": "integer"}}}))
    >>> path.read({"student_id": "17"})
    {'student_id': 17}
    """

    def __init__(self, compiled: CompiledSchema) -> None:
        """Plan how each part of `compiled` is read."""
        self.compiled = compiled
        self.parameters = find_parameters(compiled, subject="a path")

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parts of the path, by name, in their declared types.

        `values` are those that the route took from the path: texts, and what its converters made.
        UUIDs become the texts that they stand for. A part that the schema does not name is refused.

        Raises SchemaViolationError: with everything that is wrong with them.
        """
        read: dict[str, Any] = {}
        violations: list[Violation] = []
        for name, value in values.items():
            parameter = self.parameters.get(name)
            if parameter is None:
                violations.append(Violation("", "additionalProperties", unexpected_property(name)))
            elif isinstance(value, bool | int | float):
                read[name] = value
            else:
                read[name] = parameter.read([str(value)])
        violations += self.compiled.violations(read)
        if violations:
            raise SchemaViolationError(tuple(violations), subject="path")
        return read
