"""A keyword is ignored, because the one it belongs to is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault

ID = "S028"
LEVEL = "error"
WHY = "The keyword only says more about the other; alone it checks nothing."
MEND = "Add the keyword that it belongs to, or leave it out."
WRONG = {"then": {"required": ["address"]}}
RIGHT = {"if": {"required": ["card"]}, "then": {"required": ["address"]}}

_PARTNERS = {"then": "if", "else": "if", "minContains": "contains", "maxContains": "contains"}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `then`, `else`, `minContains`, `additionalItems` … without its partner."""
    # An `if` alone tells `unevaluatedProperties`, of any file, what it has looked at.
    is_if_read = '"unevaluated' in json.dumps([document.root, dict(document.others)])
    for node in document.nodes:
        for name, partner in _alone(node, is_if_read):
            what = f"`{name}` is ignored without `{partner}`"
            yield Fault((*node.path, name), what, f"Add `{partner}`, or leave `{name}` out.")


def _alone(node: SchemaNode, is_if_read: bool) -> Iterator[tuple[str, str]]:
    schema = node.schema
    for name, partner in _PARTNERS.items():
        if name in schema and partner not in schema:
            yield name, partner
    is_unread = "then" not in schema and "else" not in schema and node.draft >= Draft.DRAFT_7
    if "if" in schema and is_unread and not (is_if_read and node.draft > Draft.DRAFT_7):
        yield "if", "then"
    if node.draft == Draft.DRAFT_4:
        for end in ("inimum", "aximum"):
            if schema.get(f"exclusiveM{end}") is True and f"m{end}" not in schema:
                yield f"exclusiveM{end}", f"m{end}"
    has_list = isinstance(schema.get("items"), list)
    if (
        schema.get("additionalItems", True) not in (True, {})
        and not has_list
        and node.draft < Draft.DRAFT_2020
    ):
        yield "additionalItems", "items"
