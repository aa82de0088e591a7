"""A JSON Schema compiled once, which names everything that is wrong with a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import SchemaError, SchemaViolationError, Violation
from ml_api_kit.schemas.excerpt import take_excerpt
from ml_api_kit.schemas.pointer import to_pointer
from ml_api_kit.schemas.references import BASE_URI
from ml_api_kit.schemas.wording import (
    FALSE_KEYWORDS,
    WORDED_KEYWORDS,
    expected,
    unexpected_property,
)

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

JsonSchema = Mapping[str, Any]

#: The schema that a URI stands for; raises LookupError where there is none.
Retriever = Callable[[str], Any]

MAX_VIOLATIONS = 100

_UNFILED_KEYWORDS = {"dependentRequired", "dependencies", *FALSE_KEYWORDS}


class CompiledSchema:
    """A schema that values are checked against, compiled once.

    The draft is the one that `$schema` names, 2020-12 where it names none. Formats are checked.
    `$ref` reaches into the schema itself, and into what `retrieve` gives for a URI;
    nothing is ever fetched from a network or a disk.

    Raises SchemaError: when the metaschema of the draft refuses the schema, when a `$ref` leads
    nowhere, or when the draft is not known.

    >>> answer = CompiledSchema({"type": "object", "required": ["item", "value"]})
    >>> answer.is_valid({"item": 1, "value": True})
    True
    >>> [violation.detail for violation in answer.violations({})]
    ['must have the property "item"', 'must have the property "value"']
    """

    __slots__ = ("_iter_errors", "_validate", "folder_name", "is_valid", "name", "schema")

    #: True where a value matches the schema. The engine's own method, without a frame in between:
    #: this runs for every request.
    is_valid: Callable[[Any], bool]

    def __init__(
        self,
        schema: JsonSchema,
        *,
        name: str = "the schema",
        folder_name: str | None = None,
        retrieve: Retriever | None = None,
        base_uri: str | None = None,
    ) -> None:
        """Compile `schema`; `name` is what messages call it, `folder_name` what its folder does."""
        self.name = name
        self.folder_name = folder_name
        self.schema = schema
        validator = _compile(schema, name=name, retrieve=retrieve, base_uri=base_uri)
        self.is_valid = validator.is_valid
        self._iter_errors = validator.iter_errors
        self._validate = validator.validate

    def violations(self, value: object, *, limit: int = MAX_VIOLATIONS) -> tuple[Violation, ...]:
        """Every violation in `value`, at most `limit` of them; empty where the value is valid.

        A value of more than 10,000 parts is reported on by an excerpt, because an attacker could
        otherwise have millions of violations worded; what is reported is always true of the value.
        """
        if self.is_valid(value):
            return ()
        excerpt = take_excerpt(value)
        if excerpt is None:
            return tuple(islice(_worded(self._iter_errors(value)), limit))
        certain = (e for e in self._iter_errors(excerpt.value) if excerpt.holds(e.instance_path))
        found = tuple(islice(_worded(certain), limit))
        return found or tuple(islice(_worded([self._first_error(value)]), limit))

    def check(self, value: object, *, subject: str = "body") -> None:
        """Nothing, where `value` matches the schema.

        Raises SchemaViolationError: with the first hundred violations, when it does not.
        """
        if not self.is_valid(value):
            found = self.violations(value, limit=MAX_VIOLATIONS + 1)
            raise SchemaViolationError(
                found[:MAX_VIOLATIONS], subject=subject, has_more=len(found) > MAX_VIOLATIONS
            )

    def _first_error(self, value: object) -> ValidationError:
        from jsonschema_rs import ValidationError

        try:
            self._validate(value)
        except ValidationError as error:
            return error
        raise AssertionError(f"{self.name} both accepts and refuses the same value")


def _compile(
    schema: JsonSchema, *, name: str, retrieve: Retriever | None, base_uri: str | None
) -> Any:
    import jsonschema_rs

    try:
        return jsonschema_rs.validator_for(
            schema if isinstance(schema, bool) else dict(schema),
            retriever=retrieve or _nothing,
            base_uri=base_uri,
            validate_formats=True,
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise SchemaError(_refusal(error, name)) from error


def _nothing(uri: str) -> Any:
    raise LookupError(f"{uri} is not known here")


def _refusal(error: Exception, name: str) -> str:
    import jsonschema_rs

    message = str(error).partition("\n")[0]
    if "not present in a registry" in message or "does not exist" in message:
        quoted = re.search(r"'[^']*'", message.replace(BASE_URI, ""))
        return (
            f"{name} has a $ref to {quoted[0] if quoted else 'a place'} that leads nowhere; a $ref"
            " may lead into the same file or to another file of the schema folder, never to the"
            " network."
        )
    if "meta-schema" in message:
        return (
            f"{name} names a $schema that is not known: {message}. Name a draft from 4 to 2020-12,"
            " or leave $schema out for 2020-12."
        )
    if isinstance(error, jsonschema_rs.ValidationError) and error.kind.name in WORDED_KEYWORDS:
        place = to_pointer(error.instance_path) or "the top"
        return f"{name} is no valid JSON Schema; mend the place {place}: {expected(error)}."
    return f"{name} cannot be compiled: {message}."


def _worded(errors: Iterator[ValidationError] | list[ValidationError]) -> Iterator[Violation]:
    for error in errors:
        pointer = to_pointer(error.instance_path)
        kind: Any = error.kind
        if kind.name in ("additionalProperties", "unevaluatedProperties"):
            for name in kind.unexpected:
                yield Violation(pointer, kind.name, unexpected_property(name))
        else:
            yield Violation(pointer, _keyword(error), expected(error))


def _keyword(error: ValidationError) -> str:
    # The engine files dependentRequired under "required", and `"items": false` under no keyword.
    last = error.schema_path[-1] if error.schema_path else ""
    return str(last) if last in _UNFILED_KEYWORDS else error.kind.name
