"""An exclusive bound is written as in another draft."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.shapes import is_number
from ml_api_kit.schemas.lint.words import shown

ID = "S018"
LEVEL = "error"
WHY = (
    "In draft 4 `exclusiveMinimum` is true or false beside `minimum`; from draft 6 on it is the"
    " bound itself."
)
MEND = "Write the bound as the draft does that `$schema` names."
WRONG = {"type": "number", "minimum": 0, "exclusiveMinimum": True}
RIGHT = {"type": "number", "exclusiveMinimum": 0}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each exclusive bound that is true or false, in draft 4 each that is a number."""
    for node in document.nodes:
        for name, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            value = node.schema.get(name)
            path, of = (*node.path, name), node.draft.title
            if node.draft == Draft.DRAFT_4 and is_number(value):
                mend = f'Write `"{plain}": {shown(value)}, "{name}": true`.'
                yield Fault(path, f"`{name}` is a number, and this is {of}", mend)
            elif node.draft > Draft.DRAFT_4 and isinstance(value, bool):
                bound = shown(node.schema.get(plain, 0))
                mend = (
                    f'Write `"{name}": {bound}` in place of both.'
                    if value and plain in node.schema
                    else f"Leave `{name}` out, or write the bound itself."
                )
                yield Fault(path, f"`{name}` is {shown(value)}, and this is {of}", mend)
