"""A keyword holds what it cannot take."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS
from ml_api_kit.schemas.lint.shapes import is_schema, is_shaped, needed
from ml_api_kit.schemas.lint.words import shown

ID = "S025"
LEVEL = "error"
WHY = "The draft says what each keyword takes; a schema that breaks this is none."
MEND = "Write what the keyword takes."
WRONG = {"type": "integer", "minimum": "1"}
RIGHT = {"type": "integer", "minimum": 1}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each keyword whose value is of the wrong kind, and that no other rule tells of."""
    for node in document.nodes:
        for name, value in node.schema.items():
            keyword = KEYWORDS.get(name)
            if (
                keyword is not None
                and keyword.is_known_in(node.draft)
                and not is_shaped(value, keyword.takes, node.draft)
                and not _is_told_elsewhere(node, name, value)
            ):
                wanted = needed(keyword.takes, node.draft)
                what = f"`{name}` is {shown(value)}, and takes {wanted}"
                yield Fault((*node.path, name), what, f"Write {wanted}.")


def _is_told_elsewhere(node: SchemaNode, name: str, value: object) -> bool:
    if name == "required":
        return isinstance(value, bool | str)
    if name == "properties" and isinstance(value, dict):
        wrong = [key for key, part in value.items() if not is_schema(part, node.draft)]
        return all(key in KEYWORDS for key in wrong)
    return name == "$schema" or (KEYWORDS[name].takes == "bound" and isinstance(value, int | float))
