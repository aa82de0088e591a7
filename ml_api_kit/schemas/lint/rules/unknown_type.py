"""`type` names a type that JSON does not have."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.shapes import TYPES
from ml_api_kit.schemas.lint.words import shown

ID = "S024"
LEVEL = "error"
WHY = (
    "JSON knows array, boolean, integer (a number without fraction), null, number, object, string."
)
MEND = "Name one of the seven."
WRONG = {"type": "int"}
RIGHT = {"type": "integer"}

_MEANT = {
    **dict.fromkeys(("int", "int32", "int64", "long", "whole"), '"integer"'),
    **dict.fromkeys(("float", "double", "decimal", "numeric", "real"), '"number"'),
    **dict.fromkeys(("str", "text", "varchar", "char"), '"string"'),
    **dict.fromkeys(("date", "time", "uuid", "email"), '"string", with a `format`'),
    **dict.fromkeys(("datetime", "timestamp"), '"string", with the `format` "date-time"'),
    **dict.fromkeys(("bool", "flag"), '"boolean"'),
    **dict.fromkeys(("list", "tuple", "set"), '"array"'),
    **dict.fromkeys(("dict", "map", "json", "struct", "record"), '"object"'),
    **dict.fromkeys(("none", "nil", "undefined"), '"null"'),
}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each name in a `type` that is none of the seven."""
    for node in document.nodes:
        named = node.schema.get("type")
        for index, name in enumerate(named if isinstance(named, list) else [named]):
            if isinstance(name, str) and name not in TYPES:
                place = ("type", index) if isinstance(named, list) else ("type",)
                meant = _meant(name)
                yield Fault(
                    (*node.path, *place),
                    f"there is no type {shown(name)}",
                    f"Did you mean {meant}?"
                    if meant
                    else "Leave `type` out for any type."
                    if name == "any"
                    else None,
                )


def _meant(name: str) -> str | None:
    near = nearest(name, TYPES)
    return _MEANT.get(name.lower()) or (f'"{near}"' if near else None)
