"""A body of 30 fields, its schema, and bodies that do not match it.

Imports nothing outside of the standard library: what is compared runs in other environments.
"""

from __future__ import annotations

import json
from typing import Any

NUMBERS = [f"feature_{i}" for i in range(20)]
TEXTS = [f"feature_{i}" for i in range(20, 30)]
MINIMUM = 0
MAX_LENGTH = 20

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": [*NUMBERS, *TEXTS],
    "properties": {
        **{name: {"type": "number", "minimum": MINIMUM} for name in NUMBERS},
        **{name: {"type": "string", "maxLength": MAX_LENGTH} for name in TEXTS},
    },
    "additionalProperties": False,
}
VALUE: dict[str, Any] = {
    **{name: i * 1.5 for i, name in enumerate(NUMBERS)},
    **{name: f"text {i}" for i, name in enumerate(TEXTS, start=len(NUMBERS))},
}
BODY = json.dumps(VALUE, separators=(",", ":")).encode()

#: What a view answers to the body: taken from it, so that it has to be read.
ANSWER = {"number": VALUE[NUMBERS[-1]], "text": VALUE[TEXTS[0]]}

#: Bodies that must be refused, by what is wrong with them.
WRONG_BODIES = {
    "no JSON": BODY[:-1],
    **{
        fault: json.dumps(value).encode()
        for fault, value in {
            "a number that is a text": VALUE | {NUMBERS[3]: "many"},
            "a number below its minimum": VALUE | {NUMBERS[3]: -1.5},
            "a text that is a number": VALUE | {TEXTS[3]: 7},
            "a text that is too long": VALUE | {TEXTS[3]: "x" * (MAX_LENGTH + 1)},
            "a field that is missing": {name: VALUE[name] for name in list(VALUE)[1:]},
            "a field that is not known": VALUE | {"feature_30": 0},
        }.items()
    },
}
