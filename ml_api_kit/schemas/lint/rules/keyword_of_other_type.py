"""A keyword says something about values that `type` does not let in."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.formats import KNOWN_FORMATS
from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS
from ml_api_kit.schemas.lint.rules.properties_outside import outside
from ml_api_kit.schemas.lint.shapes import TYPES
from ml_api_kit.schemas.lint.words import listed

ID = "S004"
LEVEL = "error"
WHY = (
    "A keyword only looks at values of its own type, and lets all others pass: a `maximum` beside"
    ' `"type": "string"` limits nothing.'
)
MEND = (
    "Change `type`, or take a keyword of that type: `maxLength` for texts, `maximum` for numbers."
)
WRONG = {"type": "string", "minimum": 1, "maximum": 120}
RIGHT = {"type": "integer", "minimum": 1, "maximum": 120}

_INSTEAD = {
    ("number", "string"): {
        **dict.fromkeys(("minimum", "exclusiveMinimum"), "minLength"),
        **dict.fromkeys(("maximum", "exclusiveMaximum"), "maxLength"),
    },
    ("string", "number"): {"minLength": "minimum", "maxLength": "maximum"},
    ("string", "array"): {"minLength": "minItems", "maxLength": "maxItems"},
    ("array", "string"): {"minItems": "minLength", "maxItems": "maxLength"},
    ("object", "array"): {"minProperties": "minItems", "maxProperties": "maxItems"},
}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each keyword whose type is none of those that `type` names."""
    for node in document.nodes:
        if not node.has_only_ref:
            yield from _faults(node)
        for name, schema in outside(node):
            yield from _faults(SchemaNode((*node.path, name), schema, node.draft))


def _faults(node: SchemaNode) -> Iterator[Fault]:
    types = node.types
    if not types or not types <= {*TYPES}:
        return
    applied = types | ({"number"} if "integer" in types else set())
    for name, value in node.schema.items():
        keyword = KEYWORDS.get(name)
        if keyword is None or keyword.type is None or keyword.type in applied:
            continue
        if name == "format" and value not in KNOWN_FORMATS:
            continue  # somebody's own, such as OpenAPI's int32, which is of numbers
        if name == "required" and not isinstance(value, list):
            continue  # meant of the object around it, which S002 tells
        what = f"`{name}` is for values of type {keyword.type}, and `type` is {listed(types)}"
        yield Fault((*node.path, name), what, _mend(name, keyword.type, types))


def _mend(name: str, own_type: str, types: frozenset[str]) -> str:
    [first, *more] = sorted(types - {"null"}) or ["null"]
    first = "number" if first == "integer" else first
    instead = None if more else _INSTEAD.get((own_type, first), {}).get(name)
    meant = "integer or number" if own_type == "number" else own_type
    other = f"write `{instead}`" if instead else f"leave `{name}` out"
    return f"Make the `type` {meant}, or {other}."
