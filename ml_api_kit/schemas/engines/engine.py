"""What an engine is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: The schema that a URI stands for; raises LookupError where there is none.
Retriever = Callable[[str], Any]


class BrokenKeyword(Protocol):
    """One keyword that a value breaks, as jsonschema-rs tells it.

    `kind` has a `name`, and what the sentence for that name needs.
    """

    @property
    def kind(self) -> Any:
        """What was broken."""

    @property
    def instance_path(self) -> Sequence[str | int]:
        """Where, in the value."""

    @property
    def schema_path(self) -> Sequence[str | int]:
        """Where, in the schema."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A compiled schema.

    Attributes:
        name: the library that checks.
        is_valid: True where a value matches the schema.
        broken: every keyword that a value breaks.
        first_broken: the first one; None where there is none.
    """

    name: str
    is_valid: Callable[[Any], bool]
    broken: Callable[[Any], Iterator[BrokenKeyword]]
    first_broken: Callable[[Any], BrokenKeyword | None]
