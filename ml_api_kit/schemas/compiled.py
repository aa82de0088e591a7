"""A JSON Schema compiled once, which names everything that is wrong with a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from ml_api_kit.errors import SchemaViolationError, Violation
from ml_api_kit.schemas.engines.choose import choose_engine
from ml_api_kit.schemas.engines.engine import BrokenKeyword, Retriever
from ml_api_kit.schemas.excerpt import take_excerpt
from ml_api_kit.schemas.pointer import to_pointer
from ml_api_kit.schemas.wording import (
    FALSE_KEYWORDS,
    expected,
    unexpected_property,
)

JsonSchema = Mapping[str, Any]

MAX_VIOLATIONS = 100

_UNFILED_KEYWORDS = {"dependentRequired", "dependencies", *FALSE_KEYWORDS}


class CompiledSchema:
    """A schema that values are checked against, compiled once.

    The draft is the one that `$schema` names, 2020-12 where it names none. Formats are checked,
    unless `checks_formats` is False. `jsonschema-rs` checks; `jsonschema` takes over where a
    pattern is more than that can read, such as `^[0-9]{1,100000}$`, at a hundred times the cost.
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

    __slots__ = ("_engine", "folder_name", "is_valid", "name", "schema")

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
        checks_formats: bool = True,
    ) -> None:
        """Compile `schema`; `name` is what messages call it, `folder_name` what its folder does."""
        self.name = name
        self.folder_name = folder_name
        self.schema = schema
        self._engine = choose_engine(
            schema,
            name=name,
            retrieve=retrieve or _nothing,
            base_uri=base_uri,
            checks_formats=checks_formats,
        )
        self.is_valid = self._engine.is_valid

    @property
    def engine(self) -> str:
        """The library that checks: `jsonschema-rs`, or `jsonschema` where that one cannot."""
        return self._engine.name

    def violations(self, value: object, *, limit: int = MAX_VIOLATIONS) -> tuple[Violation, ...]:
        """Every violation in `value`, at most `limit` of them; empty where the value is valid.

        A value of more than 10,000 parts is reported on by an excerpt, because an attacker could
        otherwise have millions of violations worded; what is reported is always true of the value.
        """
        if self.is_valid(value):
            return ()
        excerpt = take_excerpt(value)
        if excerpt is None:
            return tuple(islice(_worded(self._engine.broken(value)), limit))
        certain = (e for e in self._engine.broken(excerpt.value) if excerpt.holds(e.instance_path))
        found = tuple(islice(_worded(certain), limit))
        return found or tuple(islice(_worded([self._first_broken(value)]), limit))

    def check(self, value: object, *, subject: str = "body") -> None:
        """Nothing, where `value` matches the schema.

        Raises SchemaViolationError: with the first hundred violations, when it does not.
        """
        if not self.is_valid(value):
            found = self.violations(value, limit=MAX_VIOLATIONS + 1)
            raise SchemaViolationError(
                found[:MAX_VIOLATIONS], subject=subject, has_more=len(found) > MAX_VIOLATIONS
            )

    def _first_broken(self, value: object) -> BrokenKeyword:
        found = self._engine.first_broken(value)
        if found is None:
            raise AssertionError(f"{self.name} both accepts and refuses the same value")
        return found


def _nothing(uri: str) -> Any:
    raise LookupError(f"{uri} is not known here")


def _worded(errors: Iterable[BrokenKeyword]) -> Iterator[Violation]:
    for error in errors:
        pointer = to_pointer(error.instance_path)
        kind: Any = error.kind
        if kind.name in ("additionalProperties", "unevaluatedProperties"):
            for name in kind.unexpected:
                yield Violation(pointer, kind.name, unexpected_property(name))
        else:
            yield Violation(pointer, _keyword(error), expected(error))


def _keyword(error: BrokenKeyword) -> str:
    # The engine files dependentRequired under "required", and `"items": false` under no keyword.
    last = error.schema_path[-1] if error.schema_path else ""
    return str(last) if last in _UNFILED_KEYWORDS else error.kind.name
