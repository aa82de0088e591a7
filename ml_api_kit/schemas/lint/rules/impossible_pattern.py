"""A pattern matches no text."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.patterns import is_never_matching, patterns
from ml_api_kit.schemas.lint.words import shown

ID = "S013"
LEVEL = "error"
WHY = "It wants something before the start of the text or after its end: every text is refused."
MEND = "Take out what stands before `^` and after `$`, such as the `/` that JavaScript writes."
WRONG = {"type": "string", "pattern": "/^[a-z]+$/"}
RIGHT = {"type": "string", "pattern": "^[a-z]+$"}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each pattern that no text can match."""
    for path, pattern in patterns(document):
        if is_never_matching(pattern):
            yield Fault(path, f"no text matches the pattern {shown(pattern)}")
