"""A keyword stands in `properties` instead of beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS
from ml_api_kit.schemas.lint.shapes import is_schema

ID = "S003"
LEVEL = "error"
WHY = "All that stands in `properties` is the name of a property, and its value must be a schema."
MEND = "Move the keyword one level up, beside `properties`."
WRONG = {"properties": {"age": {"type": "integer"}, "required": ["age"]}}
RIGHT = {"properties": {"age": {"type": "integer"}}, "required": ["age"]}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each member of a `properties` that is named as a keyword and is no schema."""
    for node in document.nodes:
        properties = node.schema.get("properties")
        for name, value in properties.items() if isinstance(properties, Mapping) else ():
            if name in KEYWORDS and not is_schema(value, node.draft):
                what = f"the keyword `{name}` stands in `properties`, as if it were a property"
                yield Fault((*node.path, "properties", name), what)
