"""A property stands beside `properties` instead of in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ml_api_kit.schemas.lint.document import Path, SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS, is_own_word
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.references import used_paths
from ml_api_kit.schemas.lint.words import shown

ID = "S001"
LEVEL = "error"
WHY = "An unknown keyword is ignored: nothing is checked of the property, whatever it holds."
MEND = 'Put it into `"properties": {…}`.'
WRONG = {"type": "object", "age": {"type": "integer"}}
RIGHT = {"type": "object", "properties": {"age": {"type": "integer"}}}

_CHECKS = {name for name, keyword in KEYWORDS.items() if not keyword.is_annotation}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each unknown keyword that holds a schema, and that no `$ref` leads into.

    Where a `$ref` leads to one of several in a definition, the definition is a group of them.
    """
    targets = {_texts(path) for path in used_paths(document)}
    for node in document.nodes:
        found = [(*node.path, name) for name, _ in outside(node)]
        unused = [path for path in found if not _is_used(path, targets)]
        if len(unused) < len(found) and _is_definition(node.path):
            continue
        for path in unused:
            what = f"the property {shown(path[-1])} stands beside `properties`, not in it"
            yield Fault(path, what, f"Move {shown(path[-1])} into `properties`.")


def _is_used(path: Path, targets: set[Path]) -> bool:
    return any(target[: len(path)] == _texts(path) for target in targets)


def _is_definition(path: Path) -> bool:
    return len(path) > 1 and path[-2] in ("$defs", "definitions")


def _texts(path: Path) -> Path:
    return tuple(map(str, path))


def outside(node: SchemaNode) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The unknown keywords of `node` that hold what looks like a schema."""
    for name, value in node.schema.items():
        if (
            name in KEYWORDS
            or is_own_word(name)
            or name.startswith(("$", "_"))
            or nearest(name, KEYWORDS)
        ):
            continue
        if isinstance(value, Mapping) and any(_is_check(key, value) for key in value):
            yield name, value


def _is_check(name: str, schema: Mapping[str, Any]) -> bool:
    return name in _CHECKS and (name != "type" or not isinstance(schema["type"], Mapping))
