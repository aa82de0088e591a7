"""A property stands beside `properties` instead of in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS, is_own_word
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.references import references, target_path
from ml_api_kit.schemas.lint.words import shown

ID = "S001"
LEVEL = "error"
WHY = "An unknown keyword is ignored: nothing is checked of the property, whatever it holds."
MEND = 'Put it into `"properties": {…}`.'
WRONG = {"type": "object", "age": {"type": "integer"}}
RIGHT = {"type": "object", "properties": {"age": {"type": "integer"}}}

_CHECKS = {name for name, keyword in KEYWORDS.items() if not keyword.is_annotation}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each unknown keyword that holds a schema, and that no `$ref` leads into."""
    targets = {path for one in references(document) if (path := target_path(one)) is not None}
    for node in document.nodes:
        for name, _ in outside(node):
            path = (*node.path, name)
            if not any(target[: len(path)] == path for target in targets):
                what = f"the property {shown(name)} stands beside `properties`, not in it"
                yield Fault(path, what, f"Move {shown(name)} into `properties`.")


def outside(node: SchemaNode) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The unknown keywords of `node` that hold what looks like a schema."""
    for name, value in node.schema.items():
        if name in KEYWORDS or is_own_word(name) or name.startswith("$") or nearest(name, KEYWORDS):
            continue
        if isinstance(value, Mapping) and any(_is_check(key, value) for key in value):
            yield name, value


def _is_check(name: str, schema: Mapping[str, Any]) -> bool:
    return name in _CHECKS and (name != "type" or not isinstance(schema["type"], Mapping))
