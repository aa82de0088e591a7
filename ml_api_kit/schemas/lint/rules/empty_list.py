"""A list of alternatives is empty."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault

ID = "S023"
LEVEL = "error"
WHY = "Where one of none must match, nothing does; and all of none checks nothing."
MEND = "List what is allowed, or leave the keyword out."
WRONG: dict[str, list[object]] = {"anyOf": []}
RIGHT = {"anyOf": [{"type": "integer"}, {"type": "null"}]}

_LISTS = ("allOf", "anyOf", "oneOf", "enum", "type", "prefixItems")


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `allOf`, `anyOf`, `oneOf`, `enum`, `type` and `prefixItems` without members."""
    for node in document.nodes:
        for name in _LISTS:
            if node.schema.get(name) == []:
                yield Fault((*node.path, name), f"`{name}` is empty")
