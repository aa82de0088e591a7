"""A pattern matches every text."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.patterns import is_always_matching, patterns
from ml_api_kit.schemas.lint.words import shown

ID = "S012"
LEVEL = "warning"
WHY = "A pattern is searched for anywhere in the text: without `^` and `$` it holds nothing back."
MEND = "Put the pattern between `^` and `$`; or leave it out."
WRONG = {"type": "string", "pattern": "[a-z]*"}
RIGHT = {"type": "string", "pattern": "^[a-z]*$"}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each pattern that every text matches, the empty one included."""
    for path, pattern in patterns(document, keywords=("pattern",)):
        if is_always_matching(pattern):
            yield Fault(path, f"every text matches the pattern {shown(pattern)}")
