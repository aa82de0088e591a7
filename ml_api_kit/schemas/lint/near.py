"""Words that are one slip of the hand apart."""

from __future__ import annotations

from collections.abc import Iterable

# Two letters off, and what many write all the same.
_MISSPELT_PLURALS = {
    "propertys": "properties",
    "additionalpropertys": "additionalProperties",
    "patternpropertys": "patternProperties",
    "unevaluatedpropertys": "unevaluatedProperties",
    "minpropertys": "minProperties",
    "maxpropertys": "maxProperties",
    "dependancies": "dependencies",
    "dependencys": "dependencies",
}


def is_one_edit(word: str, other: str) -> bool:
    """True where `word` becomes `other` by one letter more, less, other or swapped, or by case.

    >>> is_one_edit("requierd", "required"), is_one_edit("propertes", "properties")
    (True, True)
    >>> is_one_edit("minimum", "maximum"), is_one_edit("type", "type")
    (False, False)
    >>> is_one_edit("propertys", "properties")
    True
    """
    if word == other:
        return False
    if word.replace("_", "").replace("-", "").lower() == other.lower():
        return True
    if word.lower() in _MISSPELT_PLURALS:
        return other == _MISSPELT_PLURALS[word.lower()]
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    rest, wanted = word[start:], other[start:]
    return (
        rest[1:] == wanted
        or rest == wanted[1:]
        or rest[1:] == wanted[1:]
        or (rest[:2] == wanted[1::-1] and len(wanted) > 1 and rest[2:] == wanted[2:])
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The first of `known`, in their order, that is one edit from `word`; None where none is.

    >>> nearest("minLenght", ["maxLength", "minLength"])
    'minLength'
    """
    return next((other for other in sorted(known) if is_one_edit(word, other)), None)
