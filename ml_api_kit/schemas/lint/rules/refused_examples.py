"""`default` or `examples` holds a value that the schema itself refuses."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.own_checks import own_check
from ml_api_kit.schemas.lint.words import shown

ID = "S009"
LEVEL = "warning"
WHY = (
    "Who reads the API's description sends the example and is refused. A default that is refused"
    " cannot be filled in."
)
MEND = "Mend the value, or let the schema accept it."
WRONG = {"type": "integer", "maximum": 120, "default": "none", "examples": [200]}
RIGHT = {"type": ["integer", "null"], "maximum": 120, "default": None, "examples": [20]}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `default`, and each of the `examples`, that does not pass the keywords beside it."""
    for node in document.nodes:
        given = node.schema.get("examples")
        values: list[tuple[tuple[str | int, ...], object]] = [
            (("examples", index), value)
            for index, value in enumerate(given if isinstance(given, list) else ())
        ]
        values += [(("default",), node.schema["default"])] if "default" in node.schema else []
        accepts = own_check(node, without=frozenset()) if values else None
        for place, value in values if accepts is not None else ():
            if accepts is not None and not accepts(value):
                what = f"`{place[0]}` shows {shown(value)}, which the schema refuses"
                yield Fault((*node.path, *place), what)
