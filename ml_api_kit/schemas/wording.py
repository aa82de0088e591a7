"""What was expected, in words: one sentence per broken keyword, never with the value itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ml_api_kit.schemas.pointer import to_pointer

if TYPE_CHECKING:
    from ml_api_kit.schemas.engines.engine import BrokenKeyword

LISTED = 8
NAME_CHARACTERS = 60

_TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}

#: What is wrong where one of these is `false` and nothing else says what is known.
FALSE_KEYWORDS = {
    "additionalProperties": "has a property where none is known here",
    "additionalItems": "has more items than are known here",
    "items": "has more items than are known here",
    "unevaluatedItems": "has more items than are known here",
    "unevaluatedProperties": "has a property where none is known here",
}

_FORMATS = {
    "date": "a date such as 2024-02-29",
    "date-time": "a date and time with offset, such as 2024-02-29T12:30:00Z",
    "duration": "a duration such as P3DT4H",
    "email": "an e-mail address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "regex": "a regular expression",
    "time": "a time with offset, such as 12:30:00Z",
    "uri": "a URI",
    "uuid": "a UUID",
}


def expected(error: BrokenKeyword) -> str:
    """A sentence that says what `error`'s place must hold; the value it holds is not repeated.

    Limits, options and names come from the schema. Names of properties that the schema does not
    know come from the client and are cut to 60 characters.

    >>> import jsonschema_rs
    >>> [error] = jsonschema_rs.iter_errors({"minimum": 3}, 1)
    >>> expected(error)
    'must be 3 or more'
    """
    last = error.schema_path[-1] if error.schema_path else ""
    if error.kind.name == "falseSchema" and last in FALSE_KEYWORDS:
        return FALSE_KEYWORDS[str(last)]
    sentence = _SENTENCES.get(error.kind.name)
    return sentence(error.kind) if sentence else f"must satisfy the keyword {error.kind.name!r}"


def unexpected_property(name: str) -> str:
    """A sentence that says that the property `name` is not known, with the name cut to fit."""
    return f"has the property {short_name(name)}, which is not known here"


def short_name(name: str) -> str:
    """A quoted property name, cut to 60 characters."""
    cut = name if len(name) <= NAME_CHARACTERS else name[:NAME_CHARACTERS] + "…"
    return json.dumps(cut, ensure_ascii=False)


def _types(kind: Any) -> str:
    names = sorted(kind.types, key="null".__eq__)  # null reads best as the last
    return "must be " + " or ".join(_TYPES[name] for name in names)


def _enum(kind: Any) -> str:
    options: Sequence[object] = kind.options
    listed = ", ".join(_json(option) for option in options[:LISTED])
    more = f", or one of {len(options) - LISTED} more" if len(options) > LISTED else ""
    return f"must be one of {listed}{more}"


def _branches(kind: Any) -> str:
    wanted = list(dict.fromkeys(_branch(errors) for errors in kind.context))
    more = "; or another alternative" if len(wanted) > LISTED else ""
    return "matches none of the alternatives: " + "; or ".join(wanted[:LISTED]) + more


def _branch(errors: Sequence[BrokenKeyword]) -> str:
    if not errors:
        return "nothing else"
    place = to_pointer(errors[0].instance_path)
    return f"{place} {expected(errors[0])}".lstrip()


def _count(keyword: str, noun: str) -> Callable[[Any], str]:
    def sentence(kind: Any) -> str:
        plural = noun if kind.limit == 1 else _plural(noun)
        return f"must have at {keyword} {kind.limit} {plural}"

    return sentence


def _plural(noun: str) -> str:
    return "properties" if noun == "property" else noun + "s"


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= NAME_CHARACTERS else text[:NAME_CHARACTERS] + "…"


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "additionalItems": lambda kind: f"must have no more than {kind.limit} items",
    "anyOf": _branches,
    "const": lambda kind: f"must be {_json(kind.expected_value)}",
    "contains": lambda kind: "must contain an item that the schema asks for",
    "contentEncoding": lambda kind: f"must be encoded as {kind.content_encoding}",
    "contentMediaType": lambda kind: f"must hold {kind.content_media_type}",
    "enum": _enum,
    "exclusiveMaximum": lambda kind: f"must be less than {_json(kind.limit)}",
    "exclusiveMinimum": lambda kind: f"must be more than {_json(kind.limit)}",
    "falseSchema": lambda kind: "must not be given",
    "format": lambda kind: f"must be {_FORMATS.get(kind.format, f'in the format {kind.format}')}",
    "maxItems": _count("most", "item"),
    "maxLength": _count("most", "character"),
    "maxProperties": _count("most", "property"),
    "maximum": lambda kind: f"must be {_json(kind.limit)} or less",
    "minItems": _count("least", "item"),
    "minLength": _count("least", "character"),
    "minProperties": _count("least", "property"),
    "minimum": lambda kind: f"must be {_json(kind.limit)} or more",
    "multipleOf": lambda kind: f"must be a multiple of {_json(kind.multiple_of)}",
    "not": lambda kind: "must not match a schema that is excluded here",
    "oneOf": lambda kind: (
        "matches several alternatives where exactly one must match"
        if any(not errors for errors in kind.context)
        else _branches(kind)
    ),
    "pattern": lambda kind: f"must match the pattern {_json(kind.pattern)}",
    "propertyNames": lambda kind: f"has a property whose name {expected(kind.error)}",
    "required": lambda kind: f"must have the property {short_name(kind.property)}",
    "type": _types,
    "unevaluatedItems": lambda kind: FALSE_KEYWORDS["unevaluatedItems"],
    "uniqueItems": lambda kind: "must not hold the same item twice",
}

WORDED_KEYWORDS = frozenset(_SENTENCES)
