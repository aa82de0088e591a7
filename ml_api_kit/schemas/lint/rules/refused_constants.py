"""`enum` or `const` lists a value that the schema itself refuses."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.own_checks import own_check
from ml_api_kit.schemas.lint.words import shown

ID = "S008"
LEVEL = "error"
WHY = "The value looks allowed, and never is: all keywords of a schema must hold at once."
MEND = "Take the value out, or let the other keywords accept it."
WRONG = {"type": "integer", "enum": [1, 2, "3"]}
RIGHT = {"type": "integer", "enum": [1, 2, 3]}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each member of `enum`, and each `const`, that does not pass the keywords beside it."""
    for node in document.nodes:
        listed = node.schema.get("enum")
        if isinstance(listed, list):
            yield from _refused(node, "enum", listed)
        if "const" in node.schema and node.draft >= Draft.DRAFT_6:
            yield from _refused(node, "const", [node.schema["const"]])


def _refused(node: SchemaNode, keyword: str, values: list[object]) -> Iterator[Fault]:
    accepts = own_check(node, without=frozenset({keyword}))
    if accepts is None:
        return
    for index, value in enumerate(values):
        if not accepts(value):
            place = (keyword, index) if keyword == "enum" else (keyword,)
            what = f"`{keyword}` allows {shown(value)}, and the keywords beside it refuse it"
            yield Fault((*node.path, *place), what)
