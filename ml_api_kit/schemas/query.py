"""A query string read by its schema: names checked, texts turned into the declared types."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from ml_api_kit.errors import RequestError, SchemaViolationError, Violation
from ml_api_kit.schemas.compiled import CompiledSchema
from ml_api_kit.schemas.parameters import find_parameters
from ml_api_kit.schemas.pointer import to_pointer
from ml_api_kit.schemas.wording import short_name, unexpected_property

MAX_PARAMETERS = 1_000


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
        self.parameters = find_parameters(compiled, subject="a query string")
        self._may_be_empty = compiled.is_valid({})

    def read(self, query_string: str) -> dict[str, Any]:
        """The parameters in `query_string`, by name, in their declared types.

        Raises RequestError: when it is not percent-encoded UTF-8, or has over 1,000 parameters.
        Raises SchemaViolationError: with everything that is wrong with it.
        """
        values: dict[str, Any] = {}
        if not query_string and self._may_be_empty:
            return values
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
