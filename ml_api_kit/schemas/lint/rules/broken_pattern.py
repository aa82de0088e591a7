"""A pattern is no regular expression."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.patterns import patterns
from ml_api_kit.schemas.lint.words import shown
from ml_api_kit.schemas.patterns import is_regular_expression

ID = "S011"
LEVEL = "error"
WHY = "Nothing can be matched by it. Patterns are written as in JavaScript (ECMA 262)."
MEND = "Mend the pattern; what Python alone knows, such as `(?#note)` and `\\Z`, is none."
WRONG = {"type": "string", "pattern": "^[a-z"}
RIGHT = {"type": "string", "pattern": "^[a-z]"}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each pattern that no engine can read."""
    for path, pattern in patterns(document):
        if not is_regular_expression(pattern):
            yield Fault(path, f"{shown(pattern)} is no regular expression")
