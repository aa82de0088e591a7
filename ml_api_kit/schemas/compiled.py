"""A JSON Schema compiled once, which names everything that is wrong with a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ml_api_kit.errors import SchemaViolationError, Violation
from ml_api_kit.schemas.engines.accept import make_accept
from ml_api_kit.schemas.engines.choose import choose_engine
from ml_api_kit.schemas.engines.engine import BrokenKeyword, Retriever
from ml_api_kit.schemas.excerpt import Excerpt, take_excerpts
from ml_api_kit.schemas.pointer import to_pointer
from ml_api_kit.schemas.wording import (
    FALSE_KEYWORDS,
    expected,
    unexpected_property,
)

JsonSchema = Mapping[str, Any]

MAX_VIOLATIONS = 100

_CONDITIONS = frozenset({"then", "else", "dependentSchemas", "dependencies"})
_OF_NAMES = frozenset({"required", "additionalProperties", "propertyNames", "type"})
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

    #: True where a value matches the schema.
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
        accept = make_accept(
            schema,
            retrieve=retrieve or _nothing,
            base_uri=base_uri,
            checks_formats=checks_formats,
        )
        if accept is not None:
            engine_is_valid = self._engine.is_valid
            self.is_valid = lambda value: accept(value) or engine_is_valid(value)

    @property
    def engine(self) -> str:
        """The library that checks: `jsonschema-rs`, or `jsonschema` where that one cannot."""
        return self._engine.name

    def violations(self, value: object, *, limit: int = MAX_VIOLATIONS) -> tuple[Violation, ...]:
        """Every violation in `value`, at most `limit` of them; empty where the value is valid.

        A value of more than 1,000 parts is gone through in excerpts, until there are enough: an
        attacker could otherwise have millions of violations worded. What is reported is always true
        of the whole value.
        """
        if self.is_valid(value):
            return ()
        found = tuple(islice(self._certain(value), limit))
        return found or tuple(islice(_worded(self._first_broken(value)), limit))

    def _certain(self, value: object) -> Iterator[Violation]:
        for excerpt in take_excerpts(value):
            for error in self._engine.broken(excerpt.value):
                if excerpt.around and not _is_unconditional(error, excerpt):
                    continue
                is_of_names = error.kind.name in _OF_NAMES
                if excerpt.holds(error.instance_path, is_of_names=is_of_names):
                    yield from _worded(error, excerpt.whole_path(error.instance_path))

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


def _is_unconditional(error: BrokenKeyword, excerpt: Excerpt) -> bool:
    """True where no condition that `error` hangs on can be another one for the whole value."""
    path = error.schema_path
    first = next((at for at, step in enumerate(path) if step in _CONDITIONS), None)
    if first is None:
        return True
    # Below `items`, unless a property is called so, the condition is one of an item.
    is_of_item = any(
        step == "items" and (at == 0 or path[at - 1] != "properties")
        for at, step in enumerate(path[:first])
    )
    return is_of_item and excerpt.is_in_whole_item(error.instance_path)


def _nothing(uri: str) -> Any:
    raise LookupError(f"{uri} is not known here")


def _worded(error: BrokenKeyword, path: Sequence[str | int] | None = None) -> Iterator[Violation]:
    pointer = to_pointer(error.instance_path if path is None else path)
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
