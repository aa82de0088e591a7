"""A `$ref` leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.references import NOTHING, references, resolve
from ml_api_kit.schemas.lint.words import shown

ID = "S020"
LEVEL = "error"
WHY = "There is nothing to check by."
MEND = "Write the place as `#/$defs/name`, or the file as `name.json`, in the same folder."
WRONG = {"$defs": {"age": {"type": "integer"}}, "items": {"$ref": "#/$defs/agee"}}
RIGHT = {"$defs": {"age": {"type": "integer"}}, "items": {"$ref": "#/$defs/age"}}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each reference to a place, or to a file, that is not there."""
    for one in references(document):
        if not one.is_to_network and resolve(document, one) is NOTHING:
            yield Fault(
                one.path,
                f"`{one.keyword}` leads to {shown(one.text)}, where nothing is",
                _mend(document, one.text),
            )


def _mend(document: SchemaDocument, text: str) -> str | None:
    whole = {"#" + "".join(f"/{step}" for step in node.path) for node in document.nodes}
    near = nearest(text, whole | {f"{name}.json" for name in document.others})
    return f"Did you mean {shown(near)}?" if near else None
