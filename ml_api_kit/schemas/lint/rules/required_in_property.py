"""`required` stands in a property, as true or false or as a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ml_api_kit.schemas.lint.document import Path, SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.rules.properties_outside import outside
from ml_api_kit.schemas.lint.words import shown

ID = "S002"
LEVEL = "error"
WHY = (
    "Since draft 4 `required` is a list of names, and stands in the object that must have them. In"
    " a property it makes nothing required."
)
MEND = "Name the property in the `required` of the object around it."
WRONG = {"type": "object", "properties": {"age": {"type": "integer", "required": True}}}
RIGHT = {"type": "object", "required": ["age"], "properties": {"age": {"type": "integer"}}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `required` that is a flag or a text."""
    for node in document.nodes:
        yield from _fault(node.path, node.schema)
        for name, schema in outside(node):
            yield from _fault((*node.path, name), schema)


def _fault(path: Path, schema: Mapping[str, Any]) -> Iterator[Fault]:
    required = schema.get("required")
    if isinstance(required, bool | str):
        is_meant = str(required).lower() not in ("false", "no", "")
        owner = path[-1] if path else None
        mend = MEND
        if isinstance(owner, str):
            mend = (
                f'Write `"required": [{shown(owner)}]` in the object around it.'
                if is_meant
                else "Leave it out: a property that no `required` names may be missing."
            )
        what = f"`required` is {shown(required)} and not a list of names"
        yield Fault((*path, "required"), what, mend)
