"""The schema checks nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS

ID = "S034"
LEVEL = "warning"
WHY = "Every value is let in, whatever it is."
MEND = "Say what the value is, at least its `type`."
WRONG = {"title": "A student", "description": "A student and the grade."}
RIGHT = {"title": "A student", "type": "object", "properties": {"grade": {"type": "integer"}}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """The top of a schema that has no keyword which could refuse anything, and no definitions."""
    schema = document.root
    is_empty = isinstance(schema, dict) and not any(
        name in ("$defs", "definitions") or (name in KEYWORDS and not KEYWORDS[name].is_annotation)
        for name in schema
    )
    if is_empty:
        yield Fault((), "nothing is checked")
