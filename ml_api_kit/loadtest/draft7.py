"""A JSON Schema of draft 2019-09 or 2020-12 in the words of draft 7."""

from __future__ import annotations

from typing import Any

from ml_api_kit.loadtest.references import KEYWORDS_OVER_NAMES, KEYWORDS_OVER_VALUES


def to_draft7(schema: Any) -> Any:
    """A copy of `schema` that says the same in draft 7, as far as draft 7 has words for it.

    `prefixItems` becomes a list of `items`, the `items` after it `additionalItems`, and the two
    `dependent…` keywords `dependencies`. Keywords that draft 7 cannot say stay and are without
    effect there, so a value that passes must still be held against the schema itself.

    Source: JSON Schema 2020-12 and 2019-09 release notes, "array keywords" and "dependencies".

    >>> to_draft7({"prefixItems": [{"type": "string"}], "items": False})
    {'items': [{'type': 'string'}], 'additionalItems': False}
    """
    if isinstance(schema, list):
        return [to_draft7(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    renamed = _renamed(schema)
    return {
        keyword: each
        if keyword in KEYWORDS_OVER_VALUES
        else {name: to_draft7(under) for name, under in each.items()}
        if keyword in KEYWORDS_OVER_NAMES and isinstance(each, dict)
        else to_draft7(each)
        for keyword, each in renamed.items()
        if keyword != "$schema"
    }


def _renamed(schema: dict[str, Any]) -> dict[str, Any]:
    renamed = dict(schema)
    if "prefixItems" in renamed:
        following = renamed.pop("items", True)
        renamed["items"] = renamed.pop("prefixItems")
        renamed["additionalItems"] = following
    dependencies = renamed.pop("dependentRequired", {}) | renamed.pop("dependentSchemas", {})
    if dependencies:
        renamed["dependencies"] = renamed.get("dependencies", {}) | dependencies
    return renamed
