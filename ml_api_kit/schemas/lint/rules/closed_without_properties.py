"""`additionalProperties` is false, and no property is named."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault

ID = "S005"
LEVEL = "warning"
WHY = (
    "Nothing is then let in but `{}`: `additionalProperties` knows the properties that stand beside"
    " it, and no others."
)
MEND = "Name the properties beside it; where `{}` is all there may be, say `maxProperties: 0`."
WRONG = {"type": "object", "additionalProperties": False}
RIGHT = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"age": {"type": "integer"}},
}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each closed object without `properties` and `patternProperties`."""
    for node in document.nodes:
        schema = node.schema
        if (
            schema.get("additionalProperties") is False
            and not schema.get("properties")
            and not schema.get("patternProperties")
            and not node.has_only_ref
        ):
            said = "are empty" if "properties" in schema else "are missing"
            what = f"`additionalProperties` is false, and `properties` {said}"
            yield Fault((*node.path, "additionalProperties"), what)
