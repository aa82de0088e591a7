"""What a JSON text says that the value read from it no longer shows."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import chain
from typing import Any

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_MAY_END_KEY = (b'":', b" :", b"\t:", b"\n:", b"\r:")
_WHOLE_NUMBER = re.compile(rb"(?<![0-9.eE+\-])-?[0-9]{19,}(?![0-9.eE])")
_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONG = b"0" * 19  # what fits into 64 bits has 20 digits at most, and may not from 19 on


def has_repeated_key(body: bytes, value: object) -> bool:
    """True where an object in the JSON text `body`, read as `value`, has a key several times.

    Of a key that stands there twice only one member is left: there are then more colons in the
    text than members in the value. Which colons stand inside of strings is only looked at where
    there are more that follow a quote or a space.

    >>> has_repeated_key(b'{"a": 1, "a": 2}', {"a": 2}), has_repeated_key(b'{"a": ":"}', {"a": ":"})
    (True, False)
    """
    objects = body.count(b"{")
    if not objects:
        return False
    members = _count_members(value, objects)
    if body.count(b":") == members or sum(map(body.count, _MAY_END_KEY)) == members:
        return False
    return _STRING.sub(b"", body).count(b":") != members


def repeated_key(body: bytes) -> str:
    """The first key in the JSON text `body` that its object has several times.

    Raises LookupError: when there is none.

    >>> repeated_key(b'[{"a": 1, "b": 2, "a": 3}]')
    'a'
    """
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                found.append(key)
            seen.add(key)

    json.loads(body, object_pairs_hook=look)
    if not found:
        raise LookupError("no key is repeated")
    return found[0]


def has_altered_number(body: bytes) -> bool:
    """True where a whole number in the JSON text `body` is too large to be kept as it is.

    Numbers of 64 bits are kept; a larger one becomes a float, which is fine where it is one: as a
    whole, or as the shortest text that stands for a float.

    >>> has_altered_number(b"[18446744073709551617]"), has_altered_number(b"[18446744073709551615]")
    (True, False)
    >>> has_altered_number(b"[100000000000000000000]")
    False
    """
    if _LONG not in body.translate(_DIGITS_AS_ZEROS):
        return False
    return any(_is_altered(text) for text in _WHOLE_NUMBER.findall(_STRING.sub(b'""', body)))


def _is_altered(text: bytes) -> bool:
    exact = Decimal(text.decode())
    if -(2**63) <= exact < 2**64:
        return False
    kept = float(text)
    return exact not in (Decimal(kept), Decimal(repr(kept)))


def _count_members(value: object, objects: int) -> int:
    """The members of all objects in `value`, of which there are at most `objects`."""
    if objects == 1 and isinstance(value, dict):
        return len(value)
    level: list[Any] = [value]
    members = 0
    while level and objects:
        found = [part for part in level if isinstance(part, dict)]
        members += sum(map(len, found))
        objects -= len(found)
        if objects:
            lists = [part for part in level if isinstance(part, list)]
            level = [
                part
                for part in chain(*lists, *(one.values() for one in found))
                if isinstance(part, dict | list)
            ]
    return members
