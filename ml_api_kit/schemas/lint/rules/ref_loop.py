"""A `$ref` leads back to itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.lint.document import Path, SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.references import REFERENCES, references
from ml_api_kit.schemas.places import Places

ID = "S022"
LEVEL = "error"
WHY = "Following it never comes to an end, so it says nothing. Lists and trees need a step between."
MEND = "Let it lead to a schema that checks something, or put it under `items` or a property."
WRONG = {"$defs": {"age": {"$ref": "#/$defs/age"}}, "items": {"$ref": "#/$defs/age"}}
RIGHT = {"$defs": {"age": {"type": "integer"}}, "items": {"$ref": "#/$defs/age"}}

_Place = tuple[str, Path]

# What these hold says something about the same value, not about a part of it.
_SAME_VALUE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each reference that comes back to its schema without a step into the value."""
    name = document.name or ""
    texts = [one.text for one in references(document)]
    stays = all(text.startswith("#") for text in texts)
    places = Places({name: document.root} if stays else {**document.others, name: document.root})
    for node in document.nodes if texts else ():
        for keyword in REFERENCES:
            target = _target(places, name, node, keyword)
            if target is not None and _reaches(places, target, (name, node.path)):
                yield Fault((*node.path, keyword), f"`{keyword}` leads back to itself")


def _reaches(places: Places, start: _Place, end: _Place) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        place = waiting.pop()
        if place == end:
            return True
        new = {*_next(places, place)} - seen
        seen |= new
        waiting += new
    return False


def _next(places: Places, place: _Place) -> Iterator[_Place]:
    name, path = place
    node = places.documents[name].node_at.get(path)
    if node is None:
        return
    for keyword in REFERENCES:
        target = _target(places, name, node, keyword)
        if target is not None:
            yield target
    for keyword in () if node.has_only_ref else _SAME_VALUE:
        inner = node.schema.get(keyword)
        if isinstance(inner, list):
            yield from ((name, (*path, keyword, index)) for index in range(len(inner)))
        elif isinstance(inner, Mapping) and keyword == "dependentSchemas":
            yield from ((name, (*path, keyword, key)) for key in inner)
        elif isinstance(inner, Mapping):
            yield name, (*path, keyword)


def _target(places: Places, name: str, node: SchemaNode, keyword: str) -> _Place | None:
    text = node.schema.get(keyword)
    if not isinstance(text, str) or (node.has_only_ref and keyword != "$ref"):
        return None
    try:
        found = places.find(name, node, keyword, text)
    except SchemaError:
        return None  # where it leads is not known before a value is there, or told by another rule
    return None if isinstance(found, str) else places.indexed(found)
