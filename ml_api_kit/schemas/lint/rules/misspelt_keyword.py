"""A keyword is misspelt."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS, is_own_word, known_in
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.shapes import is_shaped

ID = "S014"
LEVEL = "error"
WHY = "An unknown keyword is ignored: what it was to check is not checked."
MEND = "Write the keyword as the draft does."
WRONG = {"type": "object", "requierd": ["age"], "properties": {"age": {"type": "integer"}}}
RIGHT = {"type": "object", "required": ["age"], "properties": {"age": {"type": "integer"}}}

_SHORTEST = 4


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each unknown keyword that is one slip from a known one, and holds what that one takes."""
    for node in document.nodes:
        for name, value in node.schema.items():
            meant = misspelt(name, value, node.draft)
            if meant is not None:
                what = f"`{name}` is no keyword"
                yield Fault((*node.path, name), what, f"Did you mean `{meant}`?")


def misspelt(name: str, value: object, draft: Draft) -> str | None:
    """The keyword that `name` was meant to be; None where it is one, or like none."""
    if name in KEYWORDS or is_own_word(name) or name.startswith("_"):
        return None  # an underscore in front marks a note, or a keyword that is put out of use
    # So short a word as `if` is one letter from many that mean something else.
    near = nearest(name, (known for known in known_in(draft) if len(known) >= _SHORTEST))
    return near if near and is_shaped(value, KEYWORDS[near].takes, draft) else None
