"""A file has a key several times in one object."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.words import shown

ID = "S030"
LEVEL = "error"
WHY = "Only the last one counts; the others are lost without a word."
MEND = "Keep one of them, or put them together."
WRONG = '{"properties": {"age": {"minimum": 1, "minimum": 18}}}'
RIGHT = '{"properties": {"age": {"minimum": 18}}}'


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each key that stands in its object already."""
    for path in document.repeated:
        yield Fault(path, f"the key {shown(path[-1])} stands here already")
