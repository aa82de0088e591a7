"""Every keyword of JSON Schema: the drafts that know it, what it takes and what it applies to."""

from __future__ import annotations

from dataclasses import dataclass

from ml_api_kit.schemas.drafts import Draft


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword.

    Attributes:
        first: the first draft that knows it.
        last: the last one.
        takes: what its value must be, by a name of `ml_api_kit.schemas.lint.shapes`.
        type: the JSON type of the values that it says something about; None for all.
        is_annotation: True where nothing is refused for its sake.
    """

    first: Draft
    last: Draft
    takes: str
    type: str | None = None
    is_annotation: bool = False

    def is_known_in(self, draft: Draft) -> bool:
        """True where `draft` knows the keyword."""
        return self.first <= draft <= self.last


_4, _6, _7, _2019, _2020 = Draft


def _of(type_name: str | None, rows: dict[str, tuple[Draft, Draft, str]]) -> dict[str, Keyword]:
    return {name: Keyword(*row, type=type_name) for name, row in rows.items()}


def _notes(rows: dict[str, tuple[Draft, Draft, str]]) -> dict[str, Keyword]:
    return {name: Keyword(*row, is_annotation=True) for name, row in rows.items()}


#: Source: json-schema.org, the specifications of drafts 4, 6, 7, 2019-09 and 2020-12.
KEYWORDS: dict[str, Keyword] = {
    **_notes(
        {
            "$schema": (_4, _2020, "text"),
            "$id": (_6, _2020, "text"),
            "id": (_4, _4, "text"),
            "$anchor": (_2019, _2020, "text"),
            "$dynamicAnchor": (_2020, _2020, "text"),
            "$recursiveAnchor": (_2019, _2019, "flag"),
            "$vocabulary": (_2019, _2020, "object"),
            "$comment": (_7, _2020, "text"),
            "$defs": (_2019, _2020, "schema map"),
            "definitions": (_4, _2020, "schema map"),
            "title": (_4, _2020, "text"),
            "description": (_4, _2020, "text"),
            "default": (_4, _2020, "anything"),
            "examples": (_6, _2020, "list"),
            "readOnly": (_7, _2020, "flag"),
            "writeOnly": (_7, _2020, "flag"),
            "deprecated": (_2019, _2020, "flag"),
            "contentEncoding": (_7, _2020, "text"),
            "contentMediaType": (_7, _2020, "text"),
            "contentSchema": (_2019, _2020, "schema"),
        }
    ),
    **_of(
        None,
        {
            "$ref": (_4, _2020, "text"),
            "$dynamicRef": (_2020, _2020, "text"),
            "$recursiveRef": (_2019, _2019, "text"),
            "type": (_4, _2020, "types"),
            "enum": (_4, _2020, "list"),
            "const": (_6, _2020, "anything"),
            "allOf": (_4, _2020, "schemas"),
            "anyOf": (_4, _2020, "schemas"),
            "oneOf": (_4, _2020, "schemas"),
            "not": (_4, _2020, "schema"),
            "if": (_7, _2020, "schema"),
            "then": (_7, _2020, "schema"),
            "else": (_7, _2020, "schema"),
        },
    ),
    **_of(
        "number",
        {
            "minimum": (_4, _2020, "number"),
            "maximum": (_4, _2020, "number"),
            "exclusiveMinimum": (_4, _2020, "bound"),
            "exclusiveMaximum": (_4, _2020, "bound"),
            "multipleOf": (_4, _2020, "positive number"),
        },
    ),
    **_of(
        "string",
        {
            "minLength": (_4, _2020, "count"),
            "maxLength": (_4, _2020, "count"),
            "pattern": (_4, _2020, "text"),
            "format": (_4, _2020, "text"),
        },
    ),
    **_of(
        "array",
        {
            "items": (_4, _2020, "items"),
            "prefixItems": (_2020, _2020, "schemas"),
            "additionalItems": (_4, _2019, "schema or flag"),
            "minItems": (_4, _2020, "count"),
            "maxItems": (_4, _2020, "count"),
            "uniqueItems": (_4, _2020, "flag"),
            "contains": (_6, _2020, "schema"),
            "minContains": (_2019, _2020, "count"),
            "maxContains": (_2019, _2020, "count"),
            "unevaluatedItems": (_2019, _2020, "schema"),
        },
    ),
    **_of(
        "object",
        {
            "properties": (_4, _2020, "schema map"),
            "patternProperties": (_4, _2020, "schema map"),
            "additionalProperties": (_4, _2020, "schema or flag"),
            "required": (_4, _2020, "names"),
            "minProperties": (_4, _2020, "count"),
            "maxProperties": (_4, _2020, "count"),
            "propertyNames": (_6, _2020, "schema"),
            # Later drafts split it in two, but let it be understood as before; so do the engines.
            "dependencies": (_4, _2020, "dependencies"),
            "dependentRequired": (_2019, _2020, "name lists"),
            "dependentSchemas": (_2019, _2020, "schema map"),
            "unevaluatedProperties": (_2019, _2020, "schema"),
        },
    ),
}

#: Keywords of OpenAPI 3, whose descriptions carry schemas with words of their own.
OPENAPI_KEYWORDS = frozenset({"discriminator", "example", "externalDocs", "nullable", "xml"})


def known_in(draft: Draft) -> frozenset[str]:
    """The names of the keywords that `draft` knows.

    >>> "prefixItems" in known_in(Draft.DRAFT_2020), "prefixItems" in known_in(Draft.DRAFT_7)
    (True, False)
    """
    return frozenset(name for name, keyword in KEYWORDS.items() if keyword.is_known_in(draft))


def is_own_word(name: str) -> bool:
    """True where `name` is a keyword of somebody's own: `x-…`, or one of OpenAPI."""
    return name.startswith("x-") or name in OPENAPI_KEYWORDS
