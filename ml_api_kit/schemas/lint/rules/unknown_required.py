"""`required` names a property that `properties` does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.words import shown

ID = "S032"
LEVEL = "warning"
WHY = "It must be there, and nothing says what it may hold: often one of the names is wrong."
MEND = "Name it in `properties`, too; `{}` lets anything pass."
WRONG = {"required": ["age"], "properties": {"agee": {"type": "integer"}}}
RIGHT = {"required": ["age"], "properties": {"age": {"type": "integer"}}}

_MAY_NAME_IT = (
    *("additionalProperties", "patternProperties", "unevaluatedProperties"),
    *("allOf", "anyOf", "oneOf", "$ref", "$dynamicRef", "if"),
)


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each required name that is missing in the `properties` beside it."""
    for node in document.nodes:
        required, properties = node.schema.get("required"), node.schema.get("properties")
        if not isinstance(required, list) or not isinstance(properties, Mapping):
            continue
        if any(name in node.schema for name in _MAY_NAME_IT):
            continue
        for index, name in enumerate(required):
            if isinstance(name, str) and name not in properties:
                near = nearest(name, properties)
                mend = f"Did you mean {shown(near)}?" if near else None
                what = f"{shown(name)} is required, and `properties` does not name it"
                yield Fault((*node.path, "required", index), what, mend)
